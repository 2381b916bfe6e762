"""What is deployed, by an id that never means anything else."""

from __future__ import annotations

from dataclasses import dataclass

DIGEST = "sha256:"


@dataclass(frozen=True)
class Version:
    """``id`` is immutable (full SHA, digest, ARN); ``label`` is its short form; ``ref`` is what a person typed.

    ``commit``: that it was built from, where its id is none and the platform tells.
    """

    id: str
    label: str
    ref: str | None = None
    commit: str | None = None

    def known_as(self, version_id: str) -> bool:
        """Whether it is what runs elsewhere under this id: there it may go by its commit."""
        return version_id in (self.id, self.commit)

    def said_as(self, said: str | None) -> bool:
        """Whether a service that says this names it: by its label, or by seven signs or more of its id or commit."""
        if said is None or said == self.label:
            return said is not None
        signs = said.removeprefix(DIGEST)
        return len(signs) >= 7 and (
            self.id.removeprefix(DIGEST).startswith(signs) or (self.commit or "").startswith(said)
        )
