"""Where deploys are told beside Discord."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.model import Record, Recorded


@runtime_checkable
class Recorder(Protocol):
    """Where deploys of a service are recorded beside Discord. Raises AdapterError; told by ``bot.records`` alone.

    What changes something is asked exactly once; after a lost answer the caller looks first.
    """

    async def find(self, record: Record) -> str | None:
        """Its id there: the oldest that carries its mark. None: it is not there."""

    async def open(self, record: Record) -> str:
        """Record it; its id there."""

    async def stands(self, remote: str) -> str | None:
        """The newest state that it was given there."""

    async def tell(self, remote: str, record: Record, state: Recorded) -> None:
        """One more state."""

    async def pulls(self, before: str, to: str) -> Sequence[int]:
        """Numbers of the pull requests whose commits ``to`` has and ``before`` has not."""

    async def commented(self, pull: int, record: Record) -> bool:
        """Whether a comment there carries the mark."""

    async def comment(self, pull: int, record: Record, text: str) -> None:
        """One more comment, with the mark in it."""
