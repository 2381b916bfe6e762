"""What came back to a person, and waiting for it."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from playground.discord.errors import DeadlineError, Json, NoAnswer
from playground.discord.limits.components import INPUT, LABEL, SELECTS, walk
from playground.discord.people.seen import Seen
from playground.discord.state import State
from playground.discord.state.interactions import Interaction, Told

Kind = Literal["message", "update", "deferred", "modal"]


class Choice(NamedTuple):
    name: str
    value: str | int | float


@dataclass(frozen=True)
class Field:
    """One input of a modal."""

    custom_id: str
    label: str
    required: bool
    value: str
    shortest: int
    longest: int
    raw: Json


@dataclass(frozen=True)
class Modal:
    """A form that opened; `person.submit(modal, {…})` sends it."""

    interaction: Interaction

    @property
    def title(self) -> str:
        return str(self.interaction.callback["title"])

    @property
    def custom_id(self) -> str:
        return str(self.interaction.callback["custom_id"])

    @property
    def fields(self) -> list[Field]:
        labels = _labels(self.interaction.callback["components"])
        parts = walk(self.interaction.callback["components"])
        return [_field(one, labels) for one in parts if one["type"] in SELECTS | {INPUT}]


def _labels(components: list[Json]) -> dict[str, str]:
    return {one["component"]["custom_id"]: one["label"] for one in walk(components) if one["type"] == LABEL}


def _field(raw: Json, labels: dict[str, str]) -> Field:
    label = labels.get(raw["custom_id"]) or raw.get("label") or ""
    short, long = raw.get("min_length") or 0, raw.get("max_length") or 4000
    return Field(raw["custom_id"], label, raw.get("required", True), raw.get("value") or "", short, long, raw)


@dataclass(frozen=True)
class Answer:
    """How the application answered: a message of its own, the pressed message changed, a modal, or only "seen"."""

    kind: Kind
    interaction: Interaction
    message: Seen | None
    modal: Modal | None
    state: State = field(repr=False)

    @property
    def text(self) -> str:
        """What can be read in the answer."""
        return "" if self.message is None else self.message.text

    def followups(self) -> list[Seen]:
        """Further messages that this interaction brought, so far."""
        return [Seen(self.state, one, self.interaction.user) for one in self.interaction.followups]


async def settled(state: State, asked: Interaction, deadline: float) -> Answer:
    """Waits until nothing is left to wait for. NoAnswer as the person would see it."""
    try:
        await state.changes.until(lambda: asked.failed or asked.filled, deadline, lambda: "")
    except DeadlineError:
        if asked.told != Told.DEFER_UPDATE:
            raise NoAnswer(f"still waiting after {deadline} s ({_described(asked)})") from None
    if asked.failed and asked.told is None:
        raise NoAnswer(f"The application did not respond ({_described(asked)})")
    return answer(state, asked)


def answer(state: State, asked: Interaction) -> Answer:
    if asked.told == Told.MODAL:
        return Answer("modal", asked, None, Modal(asked), state)
    latest = asked.original
    kind: Kind = "message" if asked.told in (Told.MESSAGE, Told.DEFER_MESSAGE) else "update"
    if asked.told == Told.DEFER_UPDATE:
        kind = "update" if asked.touched else "deferred"
        if asked.followups:
            kind, latest = "message", asked.followups[0]
    return Answer(kind, asked, None if latest is None else Seen(state, latest, asked.user), None, state)


def _described(asked: Interaction) -> str:
    data = asked.data
    return f"{asked.asked.name.lower()} {data.get('name') or data.get('custom_id')} by {asked.user.key}"
