"""What a break-glass deploy owes: a second person who stands behind it afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model.target import Target


@dataclass(frozen=True)
class Countersign:
    """Owed until ``due`` (epoch seconds). ``overdue_at``: when the lead was paged; ``void_at``: it never began."""

    deploy: int
    ulid: str
    target: Target
    who: str  # the requester's name
    due: float
    signed_by: str | None = None
    signed_by_name: str | None = None
    signed_at: float | None = None
    overdue_at: float | None = None
    void_at: float | None = None

    @property
    def owed(self) -> bool:
        return self.signed_at is None and self.void_at is None
