"""The shape of a story: told once without a kill, to learn its points, then with one kill after the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.crash.config_file import Options
from tests.crash.town import Town

Telling = Callable[[Town], Awaitable[int]]
"""Ends when every deploy in it has its verdict; returns how many orders were accepted."""


@dataclass(frozen=True)
class Story:
    """``lives``: how earlier lives of the bot end in this story by itself, before the one whose points are walked."""

    tell: Telling
    options: Options = Options()  # noqa: RUF009 - frozen
    lives: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.tell.__name__
