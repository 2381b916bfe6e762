"""What a run had waited for when it was cancelled, as GitHub tells it afterwards.

GitHub forgets with a run's end which environments it waited for. But a job is listed once all that it needs is done:
one that no runner ever took, of an environment that wants a reviewer of whom none said yes, had waited for them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from adapters.github import filling
from adapters.github.answers import Environment, Job, Pending, Run
from adapters.github.judge import named
from adapters.github.repository import Repository
from adapters.github.workflow import Workflow, filled, holds, typed
from bot.errors import AdapterError
from bot.model import Attempt

REVIEWERS, HARMLESS = "required_reviewers", ("required_reviewers", "branch_policy")


async def waited(repository: Repository, attempt: Attempt, run: Run, jobs: Sequence[Job]) -> Sequence[Pending] | None:
    """Environments that nobody approved. None: nobody can tell, since not all that could hold a job is read here."""
    try:
        inputs = filling.filled(dict(attempt.effect.get("inputs", {})), attempt.id)
        names = environments(await repository.workflow(run.sha), inputs, jobs)
        if not names:
            return None if names is None else ()
        approved = {name.lower() for name in await repository.approved(run.id)}
        held = [await _held(repository, name) for name in names if name.lower() not in approved]
    except AdapterError as error:
        if error.retry:
            raise
        return None
    return None if None in held else [one for one in held if one and one.reviewers]


def environments(workflow: Workflow, inputs: Mapping[str, str], jobs: Sequence[Job]) -> list[str] | None:
    """Names that the jobs which never began ask for; None where only GitHub knows."""
    known, found = typed(workflow, inputs), []
    for job in jobs:
        if job.begun or job.conclusion != "cancelled":
            continue
        shape = next((one for one in workflow.jobs.values() if named(job.name, one.name or one.id)), None)
        name = filled(shape.environment or "", known) if shape and not shape.uses else None
        if name is None:
            return None
        found += [name] if name else []
    return list(dict.fromkeys(found))


async def _held(repository: Repository, name: str) -> Pending | None:
    """None: it has rules of which nobody can tell afterwards whether they held a job (a timer, an App's own)."""
    guarded = await repository.environment(name)
    if guarded is None:
        return Pending(environment=Environment(id=0, name=name))
    if any(rule.type not in HARMLESS for rule in guarded.rules):
        return None
    reviewers = [one for rule in guarded.rules if rule.type == REVIEWERS for one in rule.reviewers]
    return Pending(environment=Environment(id=guarded.id, name=guarded.name), reviewers=reviewers)


async def recorded(repository: Repository, attempt: Attempt) -> Collection[str]:
    """Environments of which GitHub itself will record this attempt with the very version, as far as that is certain."""
    commit = str(attempt.effect.get("commit", attempt.to.id))
    if commit != attempt.to.id:
        return ()
    workflow = await repository.workflow(commit)
    known = typed(workflow, filling.filled(dict(attempt.effect.get("inputs", {})), attempt.id))
    runs = [job for job in workflow.jobs.values() if job.environment and holds(job.condition, known) is True]
    return {name for name in (filled(job.environment or "", known) for job in runs) if name}
