"""Who is told of changes. Nobody, until the server puts its announcer there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.github.repository import Repo
    from playground.github.repository.deployments import Deployment, DeploymentStatus
    from playground.github.repository.environments import Gate
    from playground.github.repository.run import Run


class Listener:
    def run_moved(self, run: "Run") -> None:
        """A run or one of its jobs has moved."""

    def pushed(self, repo: "Repo", branch: str, before: str | None, after: str) -> None:
        """A commit landed on a branch."""

    def deployed(self, repo: "Repo", one: "Deployment", status: "DeploymentStatus") -> None:
        """A deployment has a new status."""

    def asked(self, gate: "Gate") -> None:
        """An App's rule holds a job."""
