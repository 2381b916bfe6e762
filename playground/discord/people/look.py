"""How a message looks at one moment: text, embeds, buttons, selects."""

from dataclasses import dataclass, field

from playground.discord.errors import Json
from playground.discord.limits.components import BUTTON, SELECTS, walk

STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium"}


@dataclass(frozen=True)
class Button:
    label: str
    custom_id: str | None
    style: str
    disabled: bool
    url: str | None
    emoji: str | None


@dataclass(frozen=True)
class Select:
    """`options` maps label → value."""

    custom_id: str
    placeholder: str | None
    options: dict[str, str]
    least: int
    most: int
    disabled: bool


@dataclass(frozen=True)
class Embed:
    title: str
    description: str
    color: int | None
    fields: dict[str, str]
    footer: str
    raw: Json

    @property
    def text(self) -> str:
        lines = [self.title, self.description, *(f"{name}: {value}" for name, value in self.fields.items())]
        return "\n".join(line for line in [*lines, self.footer] if line)


@dataclass(frozen=True)
class Look:
    content: str
    raw_embeds: list[Json]
    raw_components: list[Json] = field(repr=False)

    @property
    def embeds(self) -> list[Embed]:
        return [_embed(one) for one in self.raw_embeds]

    @property
    def buttons(self) -> list[Button]:
        return buttons_of(self.raw_components)

    @property
    def selects(self) -> list[Select]:
        return selects_of(self.raw_components)

    @property
    def text(self) -> str:
        return "\n".join(part for part in [self.content, *(one.text for one in self.embeds)] if part)


def _embed(raw: Json) -> Embed:
    fields = {one["name"]: one["value"] for one in raw.get("fields", [])}
    footer = raw.get("footer", {}).get("text", "")
    return Embed(raw.get("title", ""), raw.get("description", ""), raw.get("color"), fields, footer, raw)


def buttons_of(components: list[Json]) -> list[Button]:
    return [_button(one) for one in walk(components) if one["type"] == BUTTON]


def _button(raw: Json) -> Button:
    style, off = STYLES[raw["style"]], raw.get("disabled", False)
    emoji = (raw.get("emoji") or {}).get("name")
    return Button(raw.get("label") or "", raw.get("custom_id"), style, off, raw.get("url"), emoji)


def selects_of(components: list[Json]) -> list[Select]:
    return [_select(one) for one in walk(components) if one["type"] in SELECTS]


def _select(raw: Json) -> Select:
    options = {one["label"]: one["value"] for one in raw.get("options", [])}
    least, most = raw.get("min_values", 1), raw.get("max_values", 1)
    return Select(raw["custom_id"], raw.get("placeholder"), options, least, most, raw.get("disabled", False))
