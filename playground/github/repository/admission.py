"""How a run comes to be, and `concurrency`: one run at work, one pending, the next one evicts the pending one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from playground.github.accounts import User
from playground.github.repository.expressions import filled
from playground.github.repository.run import Run
from playground.github.repository.workflow import Workflow, recipe

if TYPE_CHECKING:
    from playground.github.repository import Repo


def short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/")


def made(repo: "Repo", workflow: Workflow, ref: str, inputs: Mapping[str, str], actor: User, late: float) -> Run:
    """A run that has not begun: the file and the SHA are those of the ref at this moment."""
    sha = repo.tree.resolve(ref) or ""
    steps = recipe(repo.tree.commits[sha].tree[workflow.path], workflow.path)
    whole = {**{key: one.default for key, one in steps.inputs.items()}, **inputs}
    values: dict[str, object] = {f"inputs.{key}": value for key, value in whole.items()}
    values |= {
        "github.actor": actor.login,
        "github.event_name": "workflow_dispatch",
        "github.ref": ref if ref.startswith("refs/") else f"refs/heads/{ref}",
        "github.ref_name": short(ref),
        "github.repository": repo.full_name,
        "github.sha": sha,
        "github.workflow": steps.name,
    }
    workflow.runs += 1
    now = repo.state.now()
    number = repo.state.number() + 9_000_000_000
    title = filled(steps.run_name, values).strip() or steps.name
    run = Run(
        number, repo, workflow, steps, workflow.runs, "workflow_dispatch", actor, sha, short(ref), title, now,
        dict(whole), now + late, values,
    )  # fmt: skip
    run.group = filled(steps.concurrency.group, values) if steps.concurrency else None
    return run


def admit(repo: "Repo", run: Run) -> None:
    """Queued at once, or pending behind a run of the same group; an older pending run is cancelled."""
    others = [one for one in repo.runs if one is not run and not one.done and one.group == run.group]
    if run.group is None or not others:
        run.queue()
        return
    run.latest.status = "pending"
    cancels = run.recipe.concurrency is not None and run.recipe.concurrency.cancel
    for one in others:
        if cancels or one.status == "pending":
            one.evict()


def leave(repo: "Repo", run: Run) -> None:
    """The next pending run of the group is let in."""
    if run.group is None:
        return
    left = [one for one in repo.runs if not one.done and one.group == run.group]
    if left and all(one.status == "pending" for one in left):
        left[0].queue()
