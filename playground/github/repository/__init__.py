"""A repository: its history, workflows, runs and whatever hangs on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.github.accounts import User
from playground.github.errors import PlaygroundError
from playground.github.hooks import Hook
from playground.github.repository import admission
from playground.github.repository.artifacts import Artifact
from playground.github.repository.checks import Check, Status
from playground.github.repository.commits import Commit, Tree, digest
from playground.github.repository.deployments import Deployment, Deployments, DeploymentStatus
from playground.github.repository.environments import Environment, Environments, Gate, Review
from playground.github.repository.evidence import Evidence
from playground.github.repository.pulls import Pull
from playground.github.repository.run import Run
from playground.github.repository.workflow import DEFAULT, Workflow, recipe

if TYPE_CHECKING:
    from playground.github.state import State

__all__ = ["Repo", "Run", "Workflow"]


@dataclass(frozen=True)
class Dispatch:
    """A dispatch that was accepted: who, what, and the run that came of it."""

    at: float
    login: str
    path: str
    ref: str
    inputs: Mapping[str, str]
    run_id: int


@dataclass
class Repo(Evidence, Deployments, Environments):
    state: "State"
    id: int
    full_name: str
    private: bool
    created_at: float
    default_branch: str = "main"
    tree: Tree = field(default_factory=Tree)
    workflows: list[Workflow] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    dispatches: list[Dispatch] = field(default_factory=list)
    roles: dict[str, str] = field(default_factory=dict)
    """Login in lower case → read, write or admin; everybody else may write."""
    protected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Branch → the checks that it requires."""
    checks: list[Check] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    pulls: list[Pull] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    gates: list[Gate] = field(default_factory=list)
    reviews: list[tuple[Run, Review]] = field(default_factory=list)
    stubborn: bool = False
    """A cancel is accepted but the runner goes on: jobs may ignore it for minutes."""

    @property
    def owner(self) -> User:
        return self.state.user(self.full_name.partition("/")[0], "Organization")

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    # History

    def commit(
        self,
        message: str = "Change something",
        *,
        branch: str = "main",
        author: str = "jieun",
        files: Mapping[str, str | None] | None = None,
        signed: bool = False,
    ) -> str:
        """Lands a commit on a branch, made from the default branch when it is new; returns the full SHA."""
        parent = self.tree.heads.get(branch) or self.tree.heads.get(self.default_branch)
        given = files if files is not None else {"app.py": f"# {len(self.tree.commits)}\n"}
        parents = (parent,) if parent else ()
        made = self.tree.add(message, self.state.user(author), self.state.now(), parents, given, signed)
        before = self.tree.heads.get(branch)
        self.tree.heads[branch] = made.sha
        self.state.listener.pushed(self, branch, before, made.sha)
        return made.sha

    def branch(self, name: str, at: str | None = None) -> str:
        """The branch's head; a new branch begins at `at` or at the default branch."""
        if at is not None:
            self.tree.heads[name] = self._commit(at).sha
        elif name not in self.tree.heads:
            self.tree.heads[name] = self.tree.heads.get(self.default_branch) or self.commit("Begin")
        return self.tree.heads[name]

    def tag(self, name: str, sha: str, *, annotated: bool = False) -> None:
        self.tree.tags[name] = self._commit(sha).sha
        if annotated:
            self.tree.annotated[name] = digest(f"tag {name} {sha}")

    def protect(self, branch: str = "main", checks: tuple[str, ...] = ()) -> None:
        """A rule for the branch: it cannot be deleted, and these checks are required."""
        self.protected[branch] = checks

    def _commit(self, name: str) -> Commit:
        sha = self.tree.resolve(name)
        if sha is None:
            raise PlaygroundError(f"no commit {name} in {self.full_name}")
        return self.tree.commits[sha]

    # Workflows and runs

    def workflow(
        self, path: str = ".github/workflows/cd.yml", yaml: str = DEFAULT, *, state: str = "active"
    ) -> Workflow:
        """Puts the file into every commit there is, as if it had always been there; a deletion is a commit."""
        if not self.tree.commits:
            self.commit("Begin")
        self.tree.everywhere(path, yaml)
        known = next((one for one in self.workflows if one.path == path), None)
        name = recipe(yaml, path).name
        if known is None:
            known = Workflow(self.state.number(), path, name, self.state.now())
            self.workflows.append(known)
        known.name, known.state = name, state
        return known

    def run_of(self, number: int) -> Run | None:
        """What a reader sees: a run that is late is not there yet."""
        now = self.state.now()
        return next((one for one in self.runs if one.id == number and one.visible_at <= now), None)

    def dispatch(
        self, workflow: Workflow, ref: str, inputs: Mapping[str, str], actor: User, *, late: float = 0.0
    ) -> Run:
        """A run of the file as it is at the ref. The inputs are right already."""
        run = admission.made(self, workflow, ref, inputs, actor, late)
        self.runs.append(run)
        noted = Dispatch(run.created_at, actor.login, workflow.path, ref, run.inputs, run.id)
        self.dispatches.append(noted)
        run.begin(actor)
        return run

    def admit(self, run: Run) -> None:
        admission.admit(self, run)

    def leave(self, run: Run) -> None:
        admission.leave(self, run)

    def announce(self, one: Deployment, status: DeploymentStatus) -> None:
        self.state.listener.deployed(self, one, status)

    def hook(self, url: str, secret: str = "", events: tuple[str, ...] = ("*",)) -> Hook:
        """A webhook of the repository; "*" is every event."""
        return self.state.hooks.add(url, secret, events, repository=self.full_name)

    def role(self, login: str) -> str:
        return "admin" if login == self.owner.login else self.roles.get(login.lower(), "write")
