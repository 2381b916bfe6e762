"""The lasting things of a guild: users, members, roles, channels."""

from dataclasses import dataclass, field

TEXT, DM, PUBLIC_THREAD = 0, 1, 11
"""Channel types (Discord's "Channel Types")."""


@dataclass
class User:
    """An account. `key` is the short name by which tests and the page call it."""

    id: str
    key: str
    name: str
    bot: bool = False
    locale: str = "en-US"


@dataclass
class Member:
    """A user in the guild, with role ids."""

    user: User
    joined_at: float
    roles: list[str] = field(default_factory=list)


@dataclass
class Role:
    id: str
    name: str
    permissions: int = 0
    mentionable: bool = False
    color: int = 0
    position: int = 1
    managed: bool = False


MEMBER_ROLE_UPDATE = 25
"""Audit log event (Discord's "Audit Log Events")."""
KEPT = 45 * 86_400.0
"""Seconds that Discord keeps an entry."""


@dataclass(frozen=True)
class Logged:
    """One entry of the guild's audit log: who changed which roles of whom. `added`, `removed`: (id, name)."""

    id: str
    action: int
    by: str
    target: str
    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()


@dataclass
class Channel:
    """A text channel, a thread (`parent_id` set) or a direct message (`guild_id` None)."""

    id: str
    name: str
    guild_id: str | None
    type: int = TEXT
    topic: str | None = None
    position: int = 0
    parent_id: str | None = None
    owner_id: str = ""
    overwrites: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Role or member id → (allow, deny)."""
    recipient_id: str | None = None
    last_message_id: str | None = None
    archive_after: int = 1440
    """Minutes without a message until a thread is archived."""
    created_at: float = 0.0


@dataclass
class Guild:
    id: str
    name: str
    owner_id: str
    locale: str
    roles: dict[str, Role] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]
