"""A strict local imitation of Discord (HTTP API v10 and gateway) on which an unmodified discord.py runs.

    async with LocalDiscord(World()) as discord:
        # the bot, in any process: discord.http.Route.BASE = discord.api
        #                          DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(discord.gateway), token discord.token
        await discord.bot_ready()
        jieun = discord.person("jieun")
        plan = await jieun.command("deploy", service="ai-server", env="prod")   # Seen, live: .content .embeds .buttons
        answer = await jieun.click(plan, "Deploy")                              # Answer: .kind .message .modal .text
        card = await discord.until(lambda: next((m for m in discord.messages("deploys") if m.reactions), None))
        await discord.person("haneul").react(card, "✅")
        await discord.until(lambda: "Deployed" in card.content)

`discord.ids` gives every id for a configuration file, before the start as `World().ids()`. `discord.journal` holds what
crossed the wire. Faults: `rate_limit_next`, `fail_next`, `lose_next_answer`, `drop_gateway`, `refuse_gateway`,
`forbid`, `offline`, `online`. Time: `discord.clock.advance(seconds)`;
limits: `LocalDiscord(rules=Rules(acknowledge=0.5))`.
"""

from playground.discord.errors import DeadlineError, NoAnswer, PlaygroundError, Refused
from playground.discord.journal import Frame, Journal, RestCall
from playground.discord.people.answers import Answer, Choice, Modal
from playground.discord.people.person import Person
from playground.discord.people.seen import Seen
from playground.discord.rights import Permission
from playground.discord.server import LocalDiscord
from playground.discord.world import ChannelSpec, MemberSpec, RoleSpec, Rules, World

__all__ = [
    "Answer",
    "ChannelSpec",
    "Choice",
    "DeadlineError",
    "Frame",
    "Journal",
    "LocalDiscord",
    "MemberSpec",
    "Modal",
    "NoAnswer",
    "Permission",
    "Person",
    "PlaygroundError",
    "Refused",
    "RestCall",
    "RoleSpec",
    "Rules",
    "Seen",
    "World",
]
