"""Somebody else's pages, on which deploys are recorded: they lose answers before or after the effect."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.errors import AdapterError
from bot.model import Record, Recorded


def error(code: str, *, retry: bool = True, **facts: object) -> AdapterError:
    return AdapterError("github", code, retry=retry, **facts)


@dataclass
class Pages:
    """``faults``: one for each change: "" none, "lost" or "killed" after the effect, an error before it."""

    faults: deque[str | AdapterError] = field(default_factory=deque)
    deployments: list[Record] = field(default_factory=list)
    states: dict[str, list[str]] = field(default_factory=dict)
    merged: tuple[int, ...] = ()
    comments: list[tuple[int, str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    made_there: dict[str, str] = field(default_factory=dict)  # page of an attempt → what the platform made for it

    async def find(self, record: Record) -> str | None:
        self.asked.append("find")
        mine = next((str(n) for n, one in enumerate(self.deployments) if one.mark == record.mark), None)
        return mine or self.made_there.get(record.page or "")

    async def open(self, record: Record) -> str:
        self._change("open", lambda: self.deployments.append(record))
        return str(len(self.deployments) - 1)

    async def stands(self, remote: str) -> str | None:
        self.asked.append("stands")
        return next(reversed(self.states.get(remote, [])), None)

    async def tell(self, remote: str, record: Record, state: Recorded) -> None:
        assert remote in self.made_there.values() or self.deployments[int(remote)].mark == record.mark
        self._change("tell", lambda: self.states.setdefault(remote, []).append(state.value))

    async def pulls(self, before: str, to: str) -> Sequence[int]:
        self.asked.append("pulls")
        return self.merged

    async def commented(self, pull: int, record: Record) -> bool:
        return any((number, mark) == (pull, record.mark) for number, mark, _ in self.comments)

    async def comment(self, pull: int, record: Record, text: str) -> None:
        self._change("comment", lambda: self.comments.append((pull, record.mark, text)))

    def _change(self, what: str, effect: Callable[[], object]) -> None:
        self.asked.append(what)
        fault = self.faults.popleft() if self.faults else ""
        if isinstance(fault, AdapterError):
            raise fault
        effect()
        if fault == "killed":
            raise asyncio.CancelledError
        if fault == "lost":
            raise error("lost", call=what)
