"""Everything that the local Discord remembers. It lives as long as the server and outlives every bot process."""

from collections.abc import Callable

from playground.discord.changes import Changes
from playground.discord.errors import ApiError, Json
from playground.discord.rights import EVERYONE
from playground.discord.snowflakes import Clock, Snowflakes
from playground.discord.state.guild import DM, Channel, Guild, Member, Role, User
from playground.discord.state.interactions import Interaction
from playground.discord.state.messages import Message
from playground.discord.world import Rules, World

SETTLED_IN = 100 * 86_400.0
"""Seconds since those joined who are there from the start."""

Emit = Callable[[str, Json, "Channel | None"], None]


class State:
    """One guild, its people and its messages. `emit(event, data, channel)` is how the gateway hears of changes."""

    def __init__(self, world: World, rules: Rules) -> None:
        self.world, self.rules = world.numbered(), rules
        self.clock = Clock()
        self.ids = Snowflakes(self.clock)
        self.changes = Changes()
        self.emit: Emit = lambda event, data, channel: None
        self.cdn = "http://127.0.0.1"
        self.users: dict[str, User] = {}
        self.messages: dict[str, Message] = {}
        self.interactions: dict[str, Interaction] = {}
        self.commands: dict[str, Json] = {}
        self.nonces: dict[tuple[str, str], tuple[float, Message]] = {}
        self.private: dict[str, Channel] = {}
        """Direct messages and channels of other guilds, by id."""
        self.guild = self._guild()
        self.bot = self._join_bot()
        self._join_people()

    def _guild(self) -> Guild:
        world = self.world
        owner = User(str(int(world.guild_id) + 900_000), "owner", "owner")
        self.users[owner.id] = owner
        guild = Guild(world.guild_id, world.guild, owner.id, world.locale)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE), position=0)
        for place, role in enumerate(world.roles, start=1):
            guild.roles[role.id] = Role(role.id, role.name, role.permissions, role.mentionable, role.color, place)
        for place, channel in enumerate(world.channels):
            guild.channels[channel.id] = Channel(
                channel.id, channel.name, guild.id, topic=channel.topic, position=place, created_at=self.clock.now()
            )
        return guild

    def _join_bot(self) -> User:
        world, guild = self.world, self.guild
        bot = User(world.application_id, world.bot, world.bot, bot=True)
        own = Role(str(int(world.guild_id) + 900_001), world.bot, world.bot_permissions, managed=True, position=20)
        guild.roles[own.id] = own
        guild.everyone.permissions = int(EVERYONE)
        self.join(bot, [own.id])
        return bot

    def _join_people(self) -> None:
        by_name = {role.name: role.id for role in self.world.roles}
        for one in self.world.people:
            user = User(one.id, one.key, one.name or one.key, bot=one.bot, locale=one.locale)
            self.join(user, [by_name[name] for name in one.roles])

    def join(self, user: User, roles: list[str], at: float | None = None) -> Member:
        """Long ago, like everybody who is there from the start; ``at``: seconds since 1970."""
        self.users[user.id] = user
        member = Member(user, self.clock.now() - SETTLED_IN if at is None else at, roles)
        self.guild.members[user.id] = member
        return member

    @property
    def me(self) -> Member:
        """The bot as a member."""
        return self.guild.members[self.bot.id]

    def channel(self, channel_id: str) -> Channel:
        found = self.guild.channels.get(channel_id) or self.private.get(channel_id)
        if found is None:
            raise ApiError(10003)
        return found

    def message(self, channel_id: str, message_id: str) -> Message:
        """A message that is there and in that channel; 10008 otherwise."""
        found = self.messages.get(message_id)
        if found is None or found.deleted or found.channel_id != channel_id:
            raise ApiError(10008)
        return found

    def member(self, user_id: str) -> Member:
        found = self.guild.members.get(user_id)
        if found is None:
            raise ApiError(10007 if user_id in self.users else 10013)
        return found

    def in_channel(self, channel_id: str) -> list[Message]:
        """Messages of a channel that still stand, oldest first, ephemeral ones included."""
        return [one for one in self.messages.values() if one.channel_id == channel_id and not one.deleted]

    def direct(self, user: User) -> Channel:
        """The direct channel between the bot and a person, made when first asked for."""
        for channel in self.private.values():
            if channel.type == DM and channel.recipient_id == user.id:
                return channel
        channel = Channel(self.ids.next(), user.name, None, DM, recipient_id=user.id)
        self.private[channel.id] = channel
        return channel

    def elsewhere(self) -> Channel:
        """A channel of another guild that the application was invited to as well."""
        for channel in self.private.values():
            if channel.type != DM:
                return channel
        channel = Channel(self.ids.next(), "elsewhere", self.ids.next())
        self.private[channel.id] = channel
        return channel
