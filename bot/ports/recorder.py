"""Where deploys are told beside Discord."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from bot.model import Attempt, Record, Recorded


@runtime_checkable
class RecordsItself(Protocol):
    """An adapter whose platform keeps a record of its own of some attempts, which a Recorder then finds by its page."""

    async def records(self, attempt: Attempt) -> Collection[str]:
        """Environments under which it will do so, with the very version; empty where that is not certain."""


@runtime_checkable
class Recorder(Protocol):
    """Where deploys of a service are recorded beside Discord. Raises AdapterError; told by ``bot.records`` alone.

    What changes something is asked exactly once; after a lost answer the caller looks first.
    """

    async def find(self, record: Record) -> str | None:
        """Its id there: the oldest that carries its mark, else what the platform made for its ``page``."""

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
