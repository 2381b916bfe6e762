"""Questions that are asked of one host at the same moment travel in one launch of its program.

Each is answered, refused or given up by itself. What changes something on the host travels alone.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from adapters.transports.ssh import Link, Said
from bot.errors import AdapterError

ALONE = frozenset({"start", "stop", "abandon"})
GRACE = 0.5  # seconds for the program to end, once a question's answer is there: a second one would belie it

Exchanged = Callable[["Round"], Awaitable[Said]]


@dataclass(eq=False)
class Question:
    verb: str
    asked: dict[str, Any]
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    said: asyncio.Future[Said] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def begin(self) -> bytes:
        """Of the line that answers it."""
        return f"slipway1 {self.token} ".encode()

    def settle(self, said: Said) -> None:
        if not self.said.done():
            self.said.set_result(said)

    def fail(self, error: BaseException) -> None:
        if self.said.done():
            return
        if isinstance(error, AdapterError):
            call = {"call": self.verb} if "call" in error.facts else {}
            error = AdapterError(error.kind, error.code, retry=error.retry, **{**error.facts, **call})
        self.said.set_exception(error)


class Round:
    """One launch. ``names``: the questions' verbs; both grow until ``data`` is asked for."""

    def __init__(self, place: dict[str, Any]) -> None:
        self._place = place
        self.questions: list[Question] = []
        self.names: list[str] = []
        self.open = True
        self.task: asyncio.Task[None] | None = None
        self._out = b""

    def data(self) -> bytes:
        """What the program reads. Asked for again where it had to be stored first."""
        self.open = False
        self._out = b""
        asked = [{**one.asked, "token": one.token, "verb": one.verb} for one in self.questions]
        return json.dumps({"place": self._place, "questions": asked}).encode()

    def heard(self, piece: bytes) -> None:
        """An answer that is there while others are still worked on is taken after a grace."""
        whole = self._out.count(b"\n")
        self._out += piece
        for line in self._out.split(b"\n")[whole:-1]:
            for one in self.questions:
                if line.startswith(one.begin):
                    asyncio.get_running_loop().call_later(GRACE, self._take, one)

    def _take(self, one: Question) -> None:
        one.settle(Said(0, self._out, b""))

    async def carry_out(self, exchanged: Exchanged) -> None:
        try:
            said = await exchanged(self)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # whoever asked is told
            self.open = False
            for one in self.questions:
                one.fail(error)
            return
        for one in self.questions:
            one.settle(said)

    def left(self) -> None:
        """Nobody waits for it any more: the session is let go."""
        if self.task is not None and all(one.said.done() for one in self.questions):
            self.open = False
            self.task.cancel()


class Rounds:
    """``exchanged`` sends a round and reads what the program says."""

    def __init__(self, link: Link, place: dict[str, Any], exchanged: Exchanged) -> None:
        self._link = link
        self._place = place
        self._exchanged = exchanged
        self._open: Round | None = None

    async def ask(self, question: Question) -> Said:
        """Raises AdapterError. The deadline is the caller's: whoever leaves does not end it for the others."""
        found = self._round_for(question)
        try:
            return await question.said
        finally:
            question.said.cancel()
            found.left()

    def _round_for(self, question: Question) -> Round:
        alone = question.verb in ALONE
        if self._open is not None and self._open.open and not alone:
            found = self._open
            self._link.joins(question.verb)
            found.questions.append(question)
            found.names.append(question.verb)
            return found
        found = Round(self._place)
        found.questions.append(question)
        found.names.append(question.verb)
        found.task = asyncio.create_task(found.carry_out(self._exchanged), name=f"ssh {question.verb}")
        self._open = self._open if alone else found
        return found
