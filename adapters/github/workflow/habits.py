"""Habits of workflows that make a deploy less safe than it looks. Each is a warning of ``slipway doctor``.

https://docs.github.com/actions/reference/security/secure-use says which, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from adapters.github.workflow.expressions import Given, expressions, holds, uses_inputs
from adapters.github.workflow.inputs import Problem
from adapters.github.workflow.production import too
from adapters.github.workflow.shape import Concurrency, Flag, Input, Job, Step, Workflow

ATTEMPT = "{attempt}"  # what our configuration writes for the attempt's id
FIXED = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
THEIRS = ("actions", "github")  # GitHub's own


def warnings(
    workflow: Workflow, inputs: Mapping[str, str], environment: str | None, owner: str | None = None
) -> list[Problem]:
    """``inputs``: as configured, placeholders and all. ``environment``: ours. ``owner``: whose repository it is."""
    given = typed(workflow, inputs)
    return [
        *_attempt(workflow, inputs),
        *_concurrency(workflow, given),
        *too(workflow, given, environment),
        *_hidden(workflow, given),
        *_in_scripts(workflow),
        *_unpinned(workflow, owner),
        *_writes_all(workflow),
    ]


def typed(workflow: Workflow, inputs: Mapping[str, str]) -> Given:
    """What the run will have: ours, else the declared default. A value with a placeholder in it is not known yet."""
    values = {name: inputs.get(name, one.default or "") for name, one in workflow.inputs.items()}
    return {name: _typed(workflow.inputs[name], value) for name, value in values.items() if "{" not in value}


def _typed(declared: Input, value: str) -> str | bool:
    return value == "true" if declared.type == "boolean" else value


def _attempt(workflow: Workflow, inputs: Mapping[str, str]) -> Iterator[Problem]:
    taken = [name for name, value in inputs.items() if ATTEMPT in value]
    if not taken:
        yield Problem("attempt_not_taken")
    elif not set(uses_inputs(workflow.run_name or "")) & {*taken, "*"}:
        yield Problem("attempt_not_shown", {"input": taken[0]})


def _concurrency(workflow: Workflow, given: Given) -> Iterator[Problem]:
    groups = [one for one in (workflow.concurrency, *(job.concurrency for job in workflow.jobs.values())) if one]
    if not groups:
        yield Problem("no_concurrency")
    for one in groups:
        if _cancels(one, given):
            yield Problem("deploy_cancelled", {"group": one.group})


def _cancels(one: Concurrency, given: Given) -> bool:
    return _may(one.cancel, given)


def _may(flag: Flag, given: Given) -> bool:
    """Whether it is on, as far as can be known."""
    if isinstance(flag, bool):
        return flag
    return bool(expressions(flag)) and holds(flag, given) is not False


def _hidden(workflow: Workflow, given: Given) -> Iterator[Problem]:
    """In every job that something waits for, or that deploys; not in those that come after and tell of it."""
    needed = {need for job in workflow.jobs.values() for need in job.needs}
    gates = [job for job in workflow.jobs.values() if job.id in needed or job.environment or not job.needs]
    places = [job.id for job in gates if _may(job.hides, given)]
    places += [_place(job, step) for job in gates for step in job.steps if _swallows(job, step, given)]
    if places:
        yield Problem("failure_hidden", {"places": places})


def _swallows(job: Job, step: Step, given: Given) -> bool:
    return _may(step.hides, given) and step.id not in job.judged


def _place(job: Job, step: Step) -> str:
    return f"{job.id} / {step.name[:40]}"


def _in_scripts(workflow: Workflow) -> Iterator[Problem]:
    """GitHub puts the value into the script's text, so that whoever types an input writes the program."""
    places = [
        f"{_place(job, step)} ({', '.join(names)})"
        for job in workflow.jobs.values()
        for step in job.steps
        if (names := uses_inputs(f"{step.run or ''}\n{step.script or ''}"))
    ]
    if places:
        yield Problem("input_in_run", {"places": places})


def _unpinned(workflow: Workflow, owner: str | None) -> Iterator[Problem]:
    used = [one for job in workflow.jobs.values() for one in (job.uses, *(step.uses for step in job.steps)) if one]
    moving = [one for one in dict.fromkeys(used) if _moves(one, owner)]
    if moving:
        yield Problem("actions_unpinned", {"actions": moving})


def _moves(uses: str, owner: str | None) -> bool:
    """Whether somebody else may change what this name stands for. Paths of the repository itself have none."""
    if uses.startswith("./"):
        return False
    if uses.startswith("docker://"):
        return "@sha256:" not in uses
    name, _, ref = uses.partition("@")
    ours = {*THEIRS, *([owner.lower()] if owner else [])}
    return name.split("/")[0].lower() not in ours and not FIXED.fullmatch(ref)


def _writes_all(workflow: Workflow) -> Iterator[Problem]:
    where = ["the workflow"] if workflow.writes_all else []
    where += [job.id for job in workflow.jobs.values() if job.writes_all]
    if where:
        yield Problem("writes_all", {"where": where})
