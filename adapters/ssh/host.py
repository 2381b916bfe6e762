"""Ask the program on the host: one command for what is asked at one moment, stored there first where it is missing."""

from __future__ import annotations

import asyncio
import time
from typing import Any, TypeVar

from adapters.ssh import answers
from adapters.ssh.codes import CODES
from adapters.ssh.program import ABSENT, OLD, Program, program
from adapters.ssh.rounds import Question, Round, Rounds
from adapters.transports.ssh import Link, Said
from bot.errors import AdapterError

T = TypeVar("T", bound=answers.Strict)
CLOCKS_DIFFER = 2.0  # seconds; less than that is the way and not the clock
AGAIN = frozenset({"repository_unreadable", "systemd_unreadable", "host_failed"})  # may pass by itself


class Host:
    """``place``: what the program is told of the target. ``skew``: the host's clock minus ours, whole seconds."""

    def __init__(self, link: Link, name: str, place: dict[str, Any]) -> None:
        self.link = link
        self.name = name
        self._rounds = Rounds(link, place, self._launched)
        self._program: Program = program()
        self.skew = 0.0

    async def ask(self, verb: str, model: type[T], deadline: float, **asked: Any) -> T:
        """Raises AdapterError with the host's own code, or garbled, lost, timeout …"""
        question = Question(verb, asked)
        try:
            async with asyncio.timeout(deadline):
                said = await self._rounds.ask(question)
        except TimeoutError:
            raise self.error("timeout", retry=True, call=verb, seconds=int(deadline)) from None
        envelope = answers.envelope(said.out, question.token)
        if envelope is None:
            raise self._unanswered(verb, said)
        self._clock(envelope.now)
        if envelope.error is not None:
            raise self._said_no(verb, envelope)
        found = answers.parsed(model, envelope.ok)
        if found is None:
            raise self.error("garbled", retry=True, call=verb)
        return found

    async def _launched(self, one: Round) -> Said:
        launch = self._program.launch()
        said = await self.link.exchange(one.names, launch, one.data, one.heard)
        if said.status == ABSENT:
            await self._store()
            said = await self.link.exchange(one.names, launch, one.data, one.heard)
        if said.status == OLD or (said.status == 127 and b"slipway1" not in said.out):
            raise self.error("no_python", retry=False)
        return said

    async def _store(self) -> None:
        said = await self.link.call("store", self._program.store(), self._program.packed, 20.0)
        if said.status:
            why = said.err.decode("utf-8", "replace").strip().splitlines() or ["no message"]
            raise self.error("store_failed", retry=False, reason=why[-1][:200])

    def _unanswered(self, verb: str, said: Said) -> AdapterError:
        """No line of ours: the program ended with an error of its own, or somebody else spoke."""
        if said.status == 0:
            return self.error("garbled", retry=True, call=verb)
        why = said.err.decode("utf-8", "replace").strip().splitlines() or [f"exit status {said.status}"]
        return self.error("host_failed", retry=True, call=verb, reason=why[-1][:200])

    def _said_no(self, verb: str, envelope: answers.Envelope) -> AdapterError:
        code = envelope.error or ""
        if code not in CODES:
            return self.error("garbled", retry=True, call=verb)
        facts = {name: _fact(value) for name, value in envelope.facts.items() if name in CODES[code]}
        if "host" in CODES[code]:
            facts["host"] = self.name
        return AdapterError("ssh", code, retry=code in AGAIN, **facts)

    def error(self, code: str, *, retry: bool, **facts: Any) -> AdapterError:
        return AdapterError("ssh", code, retry=retry, host=self.name, **facts)

    def _clock(self, now: float) -> None:
        skew = now - time.time()
        self.skew = float(round(skew)) if abs(skew) > CLOCKS_DIFFER else 0.0

    def ours(self, at: float | None) -> float | None:
        """A time of the host's clock by our own."""
        return at if at is None else at - self.skew


def _fact(value: Any) -> Any:
    return value if isinstance(value, (int, float)) else str(value)[:200_000]
