"""Messages, what is attached to them, who reacted, and how they looked before."""

from dataclasses import dataclass, field

from playground.discord.errors import Json
from playground.discord.state.guild import User

PIN_NOTICE = 6
"""The type of the system's message that says that something was pinned (Discord's "Message Types")."""
EPHEMERAL, LOADING = 1 << 6, 1 << 7
"""Message flags (Discord's "Message Flags")."""


@dataclass(frozen=True)
class Attachment:
    id: str
    filename: str
    content_type: str
    data: bytes
    description: str | None = None


@dataclass
class Reaction:
    """One emoji under a message: user ids in order of reacting, normal and super ("burst") apart."""

    name: str
    emoji_id: str | None = None
    normal: list[str] = field(default_factory=list)
    burst: list[str] = field(default_factory=list)

    def standing(self, user_id: str) -> bool:
        return user_id in self.normal or user_id in self.burst


@dataclass(frozen=True)
class Version:
    """How a message looked from `at` (seconds since 1970) until its next edit."""

    at: float
    content: str
    embeds: list[Json]
    components: list[Json]


@dataclass
class Message:
    """`pings` are the ids (users, roles, or "everyone") that its first posting notified; an edit adds none."""

    id: str
    channel_id: str
    author: User
    created_at: float
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    edited_at: float | None = None
    nonce: str | int | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    pings: list[str] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    only_for: str | None = None
    """Ephemeral: the one user id that sees it."""
    interaction_id: str | None = None
    reply_to: str | None = None
    thread_id: str | None = None
    history: list[Version] = field(default_factory=list)
    edit_times: list[float] = field(default_factory=list)
    deleted: bool = False
    pinned_at: float | None = None
    kind: int | None = None
    """Its type, where it is no ordinary message."""

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    def version(self) -> Version:
        return Version(self.edited_at or self.created_at, self.content, self.embeds, self.components)

    def reaction(self, name: str) -> Reaction | None:
        return next((one for one in self.reactions if one.name == name), None)
