"""What a local Discord starts with, as a value: guild, channels, roles, people, the application and its limits.

Ids that are left out are numbered from a fixed start, so that a configuration file can name them beforehand:
`World().ids()` → {"guild": "12…", "#deploys": …, "@oncall": …, "jieun": …}.
"""

from dataclasses import dataclass, replace

from playground.discord.rights import INVITE

FIRST_ID = 1_200_000_000_000_000_000


@dataclass(frozen=True)
class RoleSpec:
    name: str
    mentionable: bool = False
    permissions: int = 0
    color: int = 0
    id: str = ""


@dataclass(frozen=True)
class ChannelSpec:
    name: str
    topic: str | None = None
    id: str = ""


@dataclass(frozen=True)
class MemberSpec:
    """`key` is how tests call the person; `roles` are role names."""

    key: str
    roles: tuple[str, ...] = ()
    locale: str = "en-US"
    name: str = ""
    bot: bool = False
    id: str = ""


@dataclass(frozen=True)
class Rules:
    """Discord's limits. Seconds, so that tests can shrink them."""

    acknowledge: float = 3.0
    """An interaction must be answered within 3 s (Discord, "Interaction Callback")."""
    token_life: float = 900.0
    """Its token lives 15 minutes."""
    nonce_memory: float = 300.0
    """`enforce_nonce` is checked within "the past few minutes"."""
    old_after: float = 3600.0
    old_edits: int = 3
    """So many edits of a message older than `old_after` …"""
    old_window: float = 60.0
    """… in so many seconds; then 429 with code 30046."""
    heartbeat: float = 41.25
    resume_events: int = 2000
    """A session keeps so many events for a RESUME."""
    resume_life: float = 120.0
    """A session without a connection is kept so long."""
    attachment_bytes: int = 10 * 1024 * 1024
    journal: int = 20_000


@dataclass(frozen=True)
class World:
    """The default is the small team of the README: one requester, two approvers, one outsider."""

    guild: str = "Acme"
    locale: str = "en-US"
    channels: tuple[ChannelSpec, ...] = (ChannelSpec("deploys"), ChannelSpec("alerts"), ChannelSpec("general"))
    roles: tuple[RoleSpec, ...] = (RoleSpec("deployer"), RoleSpec("oncall", mentionable=True), RoleSpec("admin"))
    people: tuple[MemberSpec, ...] = (
        MemberSpec("jieun", ("deployer",)),
        MemberSpec("haneul", ("deployer", "oncall")),
        MemberSpec("minsu", ("deployer",)),
        MemberSpec("visitor"),
    )
    bot: str = "slipway"
    bot_permissions: int = int(INVITE)
    token: str = "local-token.not-a-secret.for-the-playground-only"
    privileged: frozenset[str] = frozenset()
    """Privileged intents switched on for the application: "members", "message_content"."""
    guild_id: str = ""
    application_id: str = ""

    def numbered(self) -> "World":
        """The same world with every missing id filled in, always alike."""
        numbers = iter(range(FIRST_ID, FIRST_ID + 100_000))

        def given(id_: str) -> str:
            number = str(next(numbers))
            return id_ or number

        return replace(
            self,
            guild_id=given(self.guild_id),
            application_id=given(self.application_id),
            channels=tuple(replace(one, id=given(one.id)) for one in self.channels),
            roles=tuple(replace(one, id=given(one.id)) for one in self.roles),
            people=tuple(replace(one, id=given(one.id)) for one in self.people),
        )

    def ids(self) -> dict[str, str]:
        """Name → id: "guild", "application", "#channel", "@role", and each person by key."""
        whole = self.numbered()
        return {
            "guild": whole.guild_id,
            "application": whole.application_id,
            **{f"#{one.name}": one.id for one in whole.channels},
            **{f"@{one.name}": one.id for one in whole.roles},
            **{one.key: one.id for one in whole.people},
        }
