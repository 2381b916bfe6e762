"""A message as one person sees it: live, so that an edit shows at the next look."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.discord import payloads
from playground.discord.errors import Json
from playground.discord.people.look import Button, Embed, Look, Select, buttons_of, selects_of
from playground.discord.state import State
from playground.discord.state.guild import User
from playground.discord.state.messages import Message


@dataclass(frozen=True)
class File:
    filename: str
    data: bytes
    description: str | None

    @property
    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


class Seen:
    """`message` through the eyes of `viewer`. Equal to any other view of the same message."""

    def __init__(self, state: State, message: Message, viewer: User) -> None:
        self.state, self.message, self._viewer = state, message, viewer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and other.message is self.message

    def __hash__(self) -> int:
        return hash(self.message.id)

    def __repr__(self) -> str:
        marks = " (only you)" if self.ephemeral else ""
        names = [f"[{one.label}{' ✗' if one.disabled else ''}]" for one in self.buttons]
        return f"<{self.author}{marks}: {self.text!r} {' '.join(names)} {self.reactions or ''}>"

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.state.channel(self.message.channel_id).name

    @property
    def author(self) -> str:
        return self.message.author.key

    @property
    def content(self) -> str:
        return self.message.content

    @property
    def now(self) -> Look:
        return Look(self.message.content, self.message.embeds, self.message.components)

    @property
    def embeds(self) -> list[Embed]:
        return self.now.embeds

    @property
    def buttons(self) -> list[Button]:
        return buttons_of(self.message.components)

    @property
    def selects(self) -> list[Select]:
        return selects_of(self.message.components)

    @property
    def text(self) -> str:
        """All that can be read: content and embeds."""
        return self.now.text

    @property
    def ephemeral(self) -> bool:
        return self.message.only_for is not None

    @property
    def thinking(self) -> bool:
        """A deferred answer that has not come yet."""
        return self.message.loading

    @property
    def deleted(self) -> bool:
        return self.message.deleted

    @property
    def pinned(self) -> bool:
        return self.message.pinned_at is not None

    @property
    def pings(self) -> list[str]:
        """Who was notified when it was posted: people by key, roles as "@oncall", or "@everyone"."""
        return [self._name(one) for one in self.message.pings]

    def _name(self, id_: str) -> str:
        if id_ == "everyone":
            return "@everyone"
        role = self.state.guild.roles.get(id_)
        return f"@{role.name}" if role else self.state.users[id_].key

    @property
    def reactions(self) -> dict[str, list[str]]:
        """Emoji → keys of those who reacted, normal ones first."""
        users = self.state.users
        return {one.name: [users[each].key for each in one.normal + one.burst] for one in self.message.reactions}

    @property
    def attachments(self) -> list[File]:
        return [File(one.filename, one.data, one.description) for one in self.message.attachments]

    @property
    def edits(self) -> Sequence[Look]:
        """How it looked before, oldest first; the look of today is `now`."""
        return [Look(one.content, one.embeds, one.components) for one in self.message.history]

    @property
    def thread(self) -> str | None:
        """The id of the thread below it."""
        return self.message.thread_id

    def button(self, label: str) -> Button:
        """The button whose label is, or begins with, `label`. LookupError names what is there instead."""
        for one in [*(b for b in self.buttons if b.label == label), *self.buttons]:
            if (one.label or one.emoji or "").startswith(label):
                return one
        raise LookupError(f"no button {label!r} on {self!r}")

    @property
    def json(self) -> Json:
        """For the page: the message object, plus `ephemeral`, `thinking`, `pings` and who reacted."""
        shown = payloads.message(self.state, self.message, self._viewer.id)
        return {
            **shown,
            "ephemeral": self.ephemeral,
            "thinking": self.thinking,
            "pings": self.pings,
            "reactors": self.reactions,
        }
