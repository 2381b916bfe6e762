"""Runs and jobs as GitHub would tell them, for the pure rules."""

from __future__ import annotations

from typing import Any

from adapters.github.answers import Job, Run
from adapters.github.judge import Look

SHA, OTHER = "a" * 40, "b" * 40
AT = "2026-11-20T12:00:00Z"
LATER = "2026-11-20T12:00:30Z"


def run(status: str = "completed", conclusion: str | None = "success", **changes: Any) -> Run:
    raw = {
        "id": 57,
        "display_title": "Deploy",
        "run_attempt": 1,
        "path": ".github/workflows/cd.yml@main",
        "event": "workflow_dispatch",
        "head_branch": "main",
        "head_sha": SHA,
        "status": status,
        "conclusion": conclusion,
        "actor": {"login": "slipway-bot"},
        "triggering_actor": {"login": "slipway-bot"},
        "created_at": AT,
        "run_started_at": AT,
    }
    return Run.model_validate({**raw, **changes})


def job(name: str, conclusion: str | None = "success", status: str = "completed", **changes: Any) -> Job:
    raw = {
        "id": sum(map(ord, name)),
        "name": name,
        "status": status,
        "conclusion": conclusion,
        "started_at": AT,
        "completed_at": LATER if status == "completed" else None,
        "runner_id": 1,
        "labels": ["ubuntu-latest"],
        "steps": [],
    }
    return Job.model_validate({**raw, **changes})


def waiting(name: str, status: str = "queued") -> Job:
    """No runner has taken it."""
    return job(name, None, status, runner_id=None)


def part(name: str, conclusion: str | None, status: str = "completed") -> dict[str, Any]:
    return {"name": name, "number": 1, "status": status, "conclusion": conclusion}


def look(one: Run, *jobs: Job, **changes: Any) -> Look:
    plain: dict[str, Any] = {"touching": (), "dispatched": one.since - 2, "wanted": SHA, "login": "slipway-bot"}
    return Look(one, jobs, **{**plain, **changes})
