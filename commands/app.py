"""All that a command is given. Built once, in ``bot.__main__``."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import Language, Target
from bot.ports import Screen

if TYPE_CHECKING:
    from bot.announce import Announce
    from bot.board import Board
    from bot.duty import Duties
    from bot.engine import Engine
    from bot.locks import Locks
    from bot.queue import Queue


@dataclass(frozen=True)
class App:
    """``titles``: target → its service's title. ``impacts``: language → "down" | "up" → the operator's own words.

    ``deploys``: id of the channel where the cards are.
    """

    engine: Engine
    board: Board
    locks: Locks
    duties: Duties
    queue: Queue
    announce: Announce
    screen: Screen
    guild: int
    deploys: str
    language: Language
    titles: Mapping[Target, str]
    impacts: Mapping[Target, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    now: Callable[[], float] = time.time
    deleted: Callable[[str], Awaitable[None]] | None = None  # told of every message that somebody deleted
