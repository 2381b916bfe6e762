"""Jobs that would touch production although something else is being deployed.

The known way in: ``if: github.ref == 'refs/heads/main'`` on the production job, and nothing about what was chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from adapters.github.workflow.expressions import RUNS_ANYWAY, Given, filled, holds
from adapters.github.workflow.inputs import Problem
from adapters.github.workflow.shape import Job, Workflow

PRODUCTION = re.compile(r"(?<![a-z])(?<!pre[-_ ])(?<!non[-_ ])(?:prod|production|prd)(?![a-z])", re.IGNORECASE)
CHOOSES = re.compile(r"env|stage|target", re.IGNORECASE)  # names of inputs that say where to
ROUNDS = 50  # jobs in a row of which each waits for the one before


def too(workflow: Workflow, given: Given, environment: str | None) -> Iterator[Problem]:
    """Nothing to say where production is meant, or where nobody says what is meant."""
    chosen = [value for name, value in given.items() if CHOOSES.search(name)]
    if environment is None or any(PRODUCTION.search(str(one)) for one in (environment, *chosen)):
        return
    skipped = _skipped(workflow.jobs, given)
    jobs = [job.id for job in workflow.jobs.values() if job.id not in skipped and _of_production(job, given)]
    if jobs:
        yield Problem("production_too", {"jobs": jobs, "env": environment})


def _of_production(job: Job, given: Given) -> bool:
    """By its environment; where it has none, by its name."""
    if job.environment is not None:
        return bool(PRODUCTION.search(filled(job.environment, given) or ""))
    return any(PRODUCTION.search(name) for name in (job.id, job.name or ""))


def _skipped(jobs: Mapping[str, Job], given: Given) -> set[str]:
    """Those that certainly do not run: by their own condition, or because what they need does not."""
    skipped = {job.id for job in jobs.values() if holds(job.condition, given) is False}
    for _ in range(ROUNDS):
        found = {job.id for job in jobs.values() if skipped & set(job.needs) and not _runs_anyway(job)}
        if found <= skipped:
            break
        skipped |= found
    return skipped


def _runs_anyway(job: Job) -> bool:
    return bool(RUNS_ANYWAY.search(job.condition or ""))
