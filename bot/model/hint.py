"""What others say has happened somewhere: a reason to look there, and nothing that is believed (SAFETY, rule 6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RepositoryHint:
    """Look at this repository again: at a run, at a commit, or at a branch that was pushed to."""

    repository: str
    run: int | None = None
    sha: str | None = None
    branch: str | None = None


@dataclass(frozen=True)
class ServiceHint:
    """Look at this service of a cloud again, whichever of its deployments moved."""

    account: str
    region: str
    cluster: str
    service: str


Hint = RepositoryHint | ServiceHint
