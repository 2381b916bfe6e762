"""What Discord shows, as plain data: made by ``bot.cards``, rendered by ``bot.client``; the maker counts the limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum


class Colour(Enum):
    RUNNING = 0xFFAA00
    GREEN = 0x00FF00
    RED = 0xFF0000
    APPROVAL = 0x5865F2
    ROLLED_BACK = 0xEB8F34
    GREY = 0x95A5A6


class Style(StrEnum):
    PRIMARY = "primary"
    SECONDARY = "secondary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True)
class Button:
    """``custom_id`` becomes ``slip1:<action>:<ref>``; ``ref`` is the ULID of a deploy (or of a refusal's audit row)."""

    action: str
    label: str
    style: Style = Style.SECONDARY
    ref: str = ""
    disabled: bool = False


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    description: str = ""


@dataclass(frozen=True)
class Select:
    action: str
    placeholder: str
    options: tuple[Option, ...]
    ref: str = ""


@dataclass(frozen=True)
class File:
    name: str
    text: str


@dataclass(frozen=True)
class Mentions:
    """Exactly who is pinged by a *new* message; everything else in the text is inert."""

    users: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """``content`` is the one line that push previews show; ``lines`` become the embed's description."""

    content: str
    title: str = ""
    colour: Colour = Colour.GREY
    lines: tuple[str, ...] = ()
    footer: str = ""
    buttons: tuple[Button, ...] = ()
    selects: tuple[Select, ...] = ()
    files: tuple[File, ...] = ()
    mentions: Mentions = Mentions()
    reactions: tuple[str, ...] = ()  # put under the message by the bot itself
