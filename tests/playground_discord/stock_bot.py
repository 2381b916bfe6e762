"""A stock discord.py bot with one of everything, run as a process of its own.

`python stock_bot.py API GATEWAY TOKEN GUILD` prints what it hears as JSON lines: tests ask what a bot noticed.
"""

import asyncio
import io
import json
import sys

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


def note(kind: str, **facts: object) -> None:
    print(json.dumps({"kind": kind, **facts}), flush=True)


class Form(discord.ui.Modal, title="Why?"):
    reason = discord.ui.TextInput(label="Reason", custom_id="reason", min_length=3)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"because {self.reason.value}", ephemeral=True)


class Panel(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.org/docs"))

    @discord.ui.button(label="Approve", custom_id="t:approve", style=discord.ButtonStyle.success)
    async def approve(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_message(f"approved by {interaction.user.name}", ephemeral=True)

    @discord.ui.button(label="Update", custom_id="t:update")
    async def update(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.edit_message(content="updated")

    @discord.ui.button(label="Later", custom_id="t:later")
    async def later(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="updated later")

    @discord.ui.button(label="Ask", custom_id="t:ask")
    async def ask(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Off", custom_id="t:off", disabled=True)
    async def off(self, interaction: discord.Interaction, _: discord.ui.Button) -> None:
        await interaction.response.send_message("never")

    @discord.ui.select(
        custom_id="t:pick", options=[discord.SelectOption(label="One", value="1"), discord.SelectOption(label="Two")]
    )
    async def pick(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
        await interaction.response.send_message(f"picked {select.values[0]}", ephemeral=True)


class Bot(discord.Client):
    def __init__(self, guild: int) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, guild_reactions=True)
        none = discord.AllowedMentions.none()
        super().__init__(intents=intents, allowed_mentions=none, guild_ready_timeout=0.3)
        self.tree = app_commands.CommandTree(self)
        self.home = discord.Object(guild)
        for add in (add_plans, add_cards, add_odd_ones):
            add(self, self.tree)

    async def setup_hook(self) -> None:
        self.add_view(Panel())
        self.tree.copy_global_to(guild=self.home)
        await self.tree.sync(guild=self.home)

    async def on_ready(self) -> None:
        note("ready", guild=self.guilds[0].name)

    async def on_resumed(self) -> None:
        note("resumed")

    async def on_message(self, message: discord.Message) -> None:
        note("message", author=message.author.name, content=message.content)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        member = None if event.member is None else event.member.name
        note("reaction", emoji=event.emoji.name, burst=event.burst, member=member)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        note("unreaction", emoji=event.emoji.name, user=str(event.user_id), member=event.member is not None)

    async def on_raw_message_delete(self, event: discord.RawMessageDeleteEvent) -> None:
        note("deleted", message=str(event.message_id))


def add_plans(bot: Bot, tree: app_commands.CommandTree) -> None:
    @tree.command(description="Deploys")
    @app_commands.choices(env=[app_commands.Choice(name="Production", value="prod")])
    async def deploy(interaction: discord.Interaction, service: str, env: str, version: str | None = None) -> None:
        await interaction.response.defer(ephemeral=True)
        embed = discord.Embed(title=f"{service} · {env}", description=str(version), colour=0xFFAA00)
        embed.add_field(name="Commits", value="4")
        embed.set_footer(text="#1")
        await interaction.edit_original_response(content="Deploy plan", embed=embed, view=Panel())

    @deploy.autocomplete("version")
    async def versions(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        service = interaction.namespace.service
        names = [f"{service}-main", f"{service}-dev", *(f"many-{n}" for n in range(int(current or 0)))]
        return [app_commands.Choice(name=one, value=one) for one in names]


def add_cards(bot: Bot, tree: app_commands.CommandTree) -> None:
    @tree.command(description="Posts a public card")
    async def card(interaction: discord.Interaction, text: str, nonce: str = "", who: str = "") -> None:
        channel = interaction.channel
        mentions = discord.AllowedMentions(users=[discord.Object(who)] if who else False, roles=True)
        await interaction.response.send_message("posted", ephemeral=True)
        message = await channel.send(text, nonce=nonce or None, view=Panel(), allowed_mentions=mentions)
        await message.add_reaction("✅")
        note("posted", id=str(message.id))

    @tree.command(description="Edits a card")
    async def edit(interaction: discord.Interaction, message: str, text: str) -> None:
        await interaction.response.defer(ephemeral=True)
        try:
            await interaction.channel.get_partial_message(int(message)).edit(content=text)
        except discord.HTTPException as failed:
            note("failed", status=failed.status, code=failed.code)
        await interaction.followup.send("edited", ephemeral=True)

    @tree.command(description="Who reacted")
    async def votes(interaction: discord.Interaction, message: str) -> None:
        found = await interaction.channel.fetch_message(int(message))
        names: dict[str, list[str]] = {}
        for reaction in found.reactions:
            for kind in (discord.ReactionType.normal, discord.ReactionType.burst):
                names[f"{reaction.emoji}{kind.name}"] = [user.name async for user in reaction.users(type=kind)]
        await interaction.response.send_message(json.dumps(names), ephemeral=True)


def add_odd_ones(bot: Bot, tree: app_commands.CommandTree) -> None:
    @tree.command(description="Answers too late, then again")
    async def slow(
        interaction: discord.Interaction, seconds: app_commands.Range[float, -1, 5], twice: bool = False
    ) -> None:
        if seconds < 0:
            await interaction.response.defer()
            return
        await asyncio.sleep(seconds)
        try:
            await interaction.response.send_message("late")
            if twice:
                interaction.response._response_type = None
                await interaction.response.send_message("again")
        except discord.HTTPException as failed:
            note("failed", status=failed.status, code=failed.code)

    @tree.command(description="A file and a thread")
    async def file(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        log = discord.File(io.BytesIO(b"line 1\nline 2"), "host.log", description="log of the host")
        await interaction.followup.send("see the file", file=log)
        message = await interaction.channel.send("card with a thread", file=discord.File(io.BytesIO(b"x"), "x.txt"))
        thread = await message.create_thread(name="details", auto_archive_duration=1440)
        await thread.send("inside")
        try:
            await message.create_thread(name="again")
        except discord.HTTPException as failed:
            note("failed", status=failed.status, code=failed.code)

    @tree.command(description="Reads guild, roles, members and history")
    async def look(interaction: discord.Interaction, who: discord.Member) -> None:
        guild = await bot.fetch_guild(bot.home.id)
        member = await guild.fetch_member(who.id)
        roles = await guild.fetch_roles()
        channels = await guild.fetch_channels()
        await bot.application_info()
        history = [one.content async for one in interaction.channel.history(limit=100)]
        facts = {"roles": [role.name for role in member.roles], "n": len(roles), "channels": len(channels)}
        await interaction.response.send_message(json.dumps({**facts, "history": len(history)}), ephemeral=True)


async def main() -> None:
    api, gateway, token, guild = sys.argv[1:]
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    discord.utils.setup_logging(level=30)
    async with Bot(int(guild)) as bot:
        await bot.start(token)


if __name__ == "__main__":
    asyncio.run(main())
