"""Where others leave word of what happened, for whoever cannot be called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Letter:
    """``sent_at``: Unix time, None where nobody says. ``handle``: what takes it out of the queue."""

    handle: str = field(repr=False)
    text: str = field(repr=False)
    sent_at: float | None = None


class Mailbox(Protocol):
    """Raises only AdapterError."""

    @property
    def name(self) -> str: ...

    async def receive(self) -> Sequence[Letter]:
        """As soon as there are some; none after about 20 s. They come again unless they are deleted."""

    async def delete(self, letters: Sequence[Letter]) -> None:
        """For good. What could not be deleted comes again."""

    async def diagnose(self) -> Sequence[tuple[str, bool | None, dict[str, object]]]:
        """As ``Diagnoses``."""
