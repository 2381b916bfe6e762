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


@dataclass(frozen=True)
class HintQueue:
    """Where hints wait to be fetched: a queue of SQS. ``endpoint``: of an imitation; None: AWS itself."""

    name: str
    url: str
    region: str
    role_arn: str | None = None
    external_id: str | None = None
    endpoint: str | None = None

    @property
    def arn(self) -> str:
        account, name = self.url.split("/")[-2:]
        partition = "aws-cn" if self.region.startswith("cn-") else "aws"
        return f"arn:{partition}:sqs:{self.region}:{account}:{name}"
