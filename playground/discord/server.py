"""The local Discord itself: a server on 127.0.0.1, the state behind it, and the switches that break it."""

from collections.abc import Awaitable, Callable
from typing import Self, TypeVar

from aiohttp import web

from playground.discord import asking, payloads, posting
from playground.discord.errors import Json
from playground.discord.gateway import Gateway
from playground.discord.journal import Journal
from playground.discord.people.answers import Answer, settled
from playground.discord.people.forms import channel as find_channel
from playground.discord.people.person import PATIENCE, Person
from playground.discord.people.seen import Seen
from playground.discord.rest import BASE, Api
from playground.discord.snowflakes import Clock
from playground.discord.state import State
from playground.discord.state.guild import MEMBER_ROLE_UPDATE, Channel, Logged, Member, Role
from playground.discord.state.interactions import Interaction
from playground.discord.switches import Switches
from playground.discord.world import Rules, World

Found = TypeVar("Found")


class LocalDiscord(Switches):
    """Start it once; bots may come and go. `async with LocalDiscord() as discord:` starts and stops it."""

    def __init__(self, world: World | None = None, rules: Rules | None = None) -> None:
        state = State(world or World(), rules or Rules())
        self.journal = Journal(state.rules.journal)
        super().__init__(state, Gateway(state, self.journal, lambda: self.gateway))
        self._people = {user.key: Person(state, user) for user in state.users.values()}

    # Where it is

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        """What `discord.http.Route.BASE` is set to."""
        return self.url + BASE

    @property
    def gateway(self) -> str:
        """What `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` is set to, as a yarl.URL."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    @property
    def token(self) -> str:
        return self.state.world.token

    @property
    def ids(self) -> dict[str, str]:
        """Name → id: "guild", "application", "#channel", "@role", and each person by key."""
        return self.state.world.ids()

    @property
    def clock(self) -> Clock:
        return self.state.clock

    async def start(self, port: int = 0) -> Self:
        app = web.Application(middlewares=[self._watch], client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self._gateway.accept)
        app.router.add_get("/gateway/", self._gateway.accept)
        Api(self.state, self.faults, self.journal, lambda: self.gateway).mount(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self._listen(port)
        self.state.cdn = self.url
        return self

    async def stop(self) -> None:
        self._gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.transport is not None:
            self._transports.add(request.transport)
        return await handler(request)

    # People and things

    def person(self, key: str) -> Person:
        return self._people[key]

    @property
    def people(self) -> list[Person]:
        """Everybody but the bot and the guild's owner."""
        known = {one.key for one in self.state.world.people}
        return [one for key, one in self._people.items() if key in known]

    @property
    def commands(self) -> list[Json]:
        """What the application registered, as a client's command picker gets it."""
        return list(self.state.commands.values())

    def role(self, name: str) -> Role:
        return next(one for one in self.state.guild.roles.values() if name.lstrip("@") in (one.id, one.name))

    def channel(self, name: str) -> Channel:
        """A channel or thread by name or id."""
        return find_channel(self.state, name, self.state.bot)

    def messages(self, channel: str) -> list[Seen]:
        """Public messages of a channel, oldest first, as the bot sees them."""
        standing = self.state.in_channel(self.channel(channel).id)
        return [Seen(self.state, one, self.state.bot) for one in standing if one.only_for is None]

    def grant(self, person: Person, role: str, ago: float = 0.0) -> None:
        """By the owner, so many seconds ago as far as the audit log goes."""
        member, given = self.state.member(person.id), self.role(role)
        if given.id not in member.roles:
            member.roles.append(given.id)
            self._log(person, ago, added=((given.id, given.name),))
            self._member_changed(member)

    def revoke(self, person: Person, role: str) -> None:
        member = self.state.member(person.id)
        taken = self.role(role)
        if taken.id in member.roles:
            member.roles.remove(taken.id)
            self._log(person, 0.0, removed=((taken.id, taken.name),))
            self._member_changed(member)

    def _log(self, person: Person, ago: float, **changed: tuple[tuple[str, str], ...]) -> None:
        guild = self.state.guild
        made = self.state.ids.at(self.state.clock.now() - ago)
        guild.log.append(Logged(made, MEMBER_ROLE_UPDATE, guild.owner_id, person.id, **changed))

    def _member_changed(self, member: Member) -> None:
        shown = {**payloads.member(member), "guild_id": self.state.guild.id}
        self.state.emit("GUILD_MEMBER_UPDATE", shown, None)
        self.state.changes.tell()

    def kick(self, person: Person) -> None:
        """Takes a person out of the guild."""
        member = self.state.guild.members.pop(person.id)
        self.state.emit(
            "GUILD_MEMBER_REMOVE", {"guild_id": self.state.guild.id, "user": payloads.user(member.user)}, None
        )
        self.state.changes.tell()

    def delete(self, message: Seen) -> None:
        """Somebody with the right to do so deletes a message."""
        posting.delete(self.state, message.message)

    # Waiting

    async def until(self, predicate: Callable[[], Found | None], deadline: float = 30.0) -> Found:
        """The predicate's first truthy value, tried at every change. DeadlineError shows the screen."""
        return await self.state.changes.until(predicate, deadline, self.screen)

    async def shows(self, channel: str, text: str, deadline: float = PATIENCE) -> Seen:
        """The newest public message of a channel in which `text` can be read, as soon as there is one."""

        def found() -> Seen | None:
            return next((one for one in reversed(self.messages(channel)) if text in one.text), None)

        return await self.until(found, deadline)

    @property
    def version(self) -> int:
        """Counts up with every visible change."""
        return self.state.changes.version

    async def changed(self, since: int, seconds: float) -> int:
        """Waits until `version` has passed `since`, at most `seconds`; returns the version then."""
        if self.version <= since:
            await self.state.changes.next(seconds)
        return self.version

    async def answer(self, asked: Interaction, deadline: float = PATIENCE) -> Answer:
        """The answer to an interaction that was begun without waiting."""
        return await settled(self.state, asked, deadline)

    async def bot_ready(self, deadline: float = 30.0) -> None:
        """A bot is connected, and its commands are registered."""
        await self.until(lambda: self.connected and self.state.commands, deadline)

    @property
    def connected(self) -> bool:
        """A bot has identified or resumed and its connection stands."""
        return bool(self._gateway.sessions.connected())

    @property
    def identified(self) -> int:
        """How many IDENTIFYs came; a loop of them would cost a bot its token."""
        return len(self._gateway.sessions.identified)

    def screen(self) -> str:
        """Every channel as text, ephemeral messages included."""
        lines = []
        for channel in [*self.state.guild.channels.values(), *self.state.private.values()]:
            lines.append(f"#{channel.name}")
            lines += [f"  {Seen(self.state, one, self.state.bot)!r}" for one in self.state.in_channel(channel.id)]
        return "\n".join(lines)

    def deliver_again(self, asked: Interaction) -> None:
        """The very same interaction reaches the bot a second time."""
        asking.deliver(self.state, asked)
