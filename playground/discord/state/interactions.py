"""Interactions: one thing that a person asked of the application, and how it answered."""

from dataclasses import dataclass, field
from enum import IntEnum

from playground.discord.errors import Json
from playground.discord.state.guild import Channel, User
from playground.discord.state.messages import Message


class Asked(IntEnum):
    """Interaction types (Discord's "Receiving and Responding")."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Told(IntEnum):
    """Callback types."""

    MESSAGE = 4
    DEFER_MESSAGE = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


ALLOWED: dict[Asked, frozenset[Told]] = {
    Asked.COMMAND: frozenset({Told.MESSAGE, Told.DEFER_MESSAGE, Told.MODAL}),
    Asked.COMPONENT: frozenset({Told.MESSAGE, Told.DEFER_MESSAGE, Told.DEFER_UPDATE, Told.UPDATE, Told.MODAL}),
    Asked.AUTOCOMPLETE: frozenset({Told.CHOICES}),
    Asked.MODAL: frozenset({Told.MESSAGE, Told.DEFER_MESSAGE, Told.DEFER_UPDATE, Told.UPDATE}),
}


@dataclass
class Interaction:
    """`told` is the first callback's type; `original` the message that `@original` means from then on."""

    id: str
    token: str
    asked: Asked
    user: User
    channel: Channel
    data: Json
    created_at: float
    message: Message | None = None
    parent_id: str | None = None
    """For a submitted modal: the interaction that opened it."""
    payload: Json = field(default_factory=dict)
    told: Told | None = None
    callback: Json = field(default_factory=dict)
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    touched: bool = False
    """After a deferred update: something visible came of it."""
    failed: bool = False
    """The person was shown "The application did not respond"."""

    @property
    def filled(self) -> bool:
        """Nothing is left for the person to wait for."""
        if self.told == Told.DEFER_MESSAGE:
            return self.original is not None and (self.original.deleted or not self.original.loading)
        if self.told == Told.DEFER_UPDATE:
            return self.touched
        return self.told is not None
