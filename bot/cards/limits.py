"""Discord's limits, counted in one place; what is over-long becomes a file, never a lost message.

Source: Discord's developer documentation, "Message", "Embed limits" and "Component reference". Discord does not say
what a character is: UTF-16 units are counted here, the strictest reading.
"""

from __future__ import annotations

from dataclasses import replace

from bot import redact
from bot.model import Button, Card, File, Option, Select

CONTENT, TITLE, DESCRIPTION, FOOTER, EMBED = 2000, 256, 4096, 2048, 6000
ROWS, BUTTONS_IN_ROW, SELECTS = 5, 5, 5
LABEL = 34  # Discord allows 80; more than 34 is cut on a phone
OPTIONS, OPTION_TEXT, PLACEHOLDER, ID = 25, 100, 150, 100
FILES, FILE_UNITS, FILE_NAME = 10, 2_000_000, 60
PREVIEW = 300  # what a push preview could ever show
ATTACHED = "card.txt"


def units(text: str) -> int:
    return len(text) + sum(1 for char in text if ord(char) > 0xFFFF)


def cut(text: str, limit: int) -> str:
    """The beginning, marked where it was cut; no sign is left that only its neighbour made harmless."""
    if units(text) <= limit:
        return text
    kept = text[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip("\\_ ") + "…"


def fit(card: Card) -> Card:
    """The same card within every limit."""
    return replace(
        _body(card),
        content=cut(card.content, PREVIEW),
        title=cut(card.title, TITLE),
        footer=_end(card.footer, FOOTER // 8),
        buttons=tuple(_button(button) for button in card.buttons[: _room(card)]),
        selects=tuple(_select(select) for select in card.selects[:SELECTS]),
    )


def _body(card: Card) -> Card:
    """Lines that fit, and all of them in a file where some do not."""
    room = DESCRIPTION
    whole = "\n".join(card.lines)
    if units(whole) <= room:
        return replace(card, files=_files(card.files))
    kept: list[str] = []
    room -= units(f"\n… 📎 {ATTACHED}")
    for line in card.lines:
        short = cut(line, 1000)
        if room < units(short) + 1:
            break
        kept.append(short)
        room -= units(short) + 1
    lines = (*kept, f"… 📎 {ATTACHED}")
    return replace(card, lines=lines, files=_files((File(ATTACHED, whole), *card.files)))


def _files(files: tuple[File, ...]) -> tuple[File, ...]:
    """The end of a long file is kept: that is where a log says what happened."""
    return tuple(File(file.name[-FILE_NAME:], redact.clean(file.text)[-FILE_UNITS:]) for file in files[:FILES])


def _end(text: str, limit: int) -> str:
    """A footer's end is its marker, so it is cut in front."""
    return text if units(text) <= limit else "…" + text[-(limit // 2 - 1) :]


def _room(card: Card) -> int:
    return max(ROWS - len(card.selects), 0) * BUTTONS_IN_ROW


def _button(button: Button) -> Button:
    return replace(button, label=cut(button.label, LABEL))


def _select(select: Select) -> Select:
    options = tuple(_option(option) for option in select.options[:OPTIONS])
    return replace(select, placeholder=cut(select.placeholder, PLACEHOLDER), options=options)


def _option(option: Option) -> Option:
    return replace(option, label=cut(option.label, OPTION_TEXT), description=cut(option.description, OPTION_TEXT))


def problems(card: Card) -> list[str]:
    """Every limit that a card breaks: the client's last look, and the tests' oracle."""
    description = "\n".join(card.lines)
    sizes = {
        "content": (units(card.content), CONTENT),
        "title": (units(card.title), TITLE),
        "description": (units(description), DESCRIPTION),
        "footer": (units(card.footer), FOOTER),
        "embed": (units(card.title + description + card.footer), EMBED),
        "buttons": (len(card.buttons), _room(card)),
        "selects": (len(card.selects), SELECTS),
        "files": (len(card.files), FILES),
        "label": (max((units(button.label) for button in card.buttons), default=0), LABEL),
        "custom_id": (max((len(f"slip1:{b.action}:{b.ref}") for b in card.buttons), default=0), ID),
        **_select_sizes(card),
    }
    found = [f"{name}: {size} > {limit}" for name, (size, limit) in sizes.items() if size > limit]
    found += ["content is empty"] if not card.content.strip() else []
    found += ["content has more than one line"] if "\n" in card.content else []
    found += ["a label is empty"] if any(not button.label.strip() for button in card.buttons) else []
    return found


def _select_sizes(card: Card) -> dict[str, tuple[int, int]]:
    options = [option for select in card.selects for option in select.options]
    return {
        "options": (max((len(select.options) for select in card.selects), default=0), OPTIONS),
        "option label": (max((units(option.label) for option in options), default=0), OPTION_TEXT),
        "option description": (max((units(option.description) for option in options), default=0), OPTION_TEXT),
        "option value": (max((units(option.value) for option in options), default=0), OPTION_TEXT),
        "placeholder": (max((units(select.placeholder) for select in card.selects), default=0), PLACEHOLDER),
    }
