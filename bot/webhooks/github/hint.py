"""What a delivery of GitHub is about, as far as it can be read. What it says of a state is not looked at.

https://docs.github.com/en/webhooks/webhook-events-and-payloads. Older payloads lack fields, newer ones have more:
whatever is not there, or is not what it should be, is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.model import RepositoryHint as About

REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}", re.ASCII)
SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)
BRANCH = "refs/heads/"
LONGEST = 255  # characters of a branch's name
LAST_RUN = 2**63


def read(event: str, payload: object) -> About | None:
    """None: an event that nobody waits for, or one that names no repository."""
    repository = _text(payload, REPOSITORY, "repository", "full_name")
    if event not in EVENTS or repository is None:
        return None
    return EVENTS[event](repository, payload)


def _workflow_run(repository: str, payload: object) -> About:
    return About(repository, _run(payload, "workflow_run", "id"), _text(payload, SHA, "workflow_run", "head_sha"))


def _workflow_job(repository: str, payload: object) -> About:
    return About(repository, _run(payload, "workflow_job", "run_id"), _text(payload, SHA, "workflow_job", "head_sha"))


def _deployment_status(repository: str, payload: object) -> About:
    """Its run stands beside it where a workflow made the deployment."""
    return About(repository, _run(payload, "workflow_run", "id"), _text(payload, SHA, "deployment", "sha"))


def _check_suite(repository: str, payload: object) -> About:
    return About(repository, sha=_text(payload, SHA, "check_suite", "head_sha"))


def _push(repository: str, payload: object) -> About:
    ref = _at(payload, "ref")
    named = isinstance(ref, str) and ref.startswith(BRANCH) and len(ref) <= len(BRANCH) + LONGEST
    return About(repository, sha=_text(payload, SHA, "after"), branch=str(ref)[len(BRANCH) :] if named else None)


EVENTS: Mapping[str, Callable[[str, object], About]] = {
    "workflow_run": _workflow_run,
    "workflow_job": _workflow_job,
    "deployment_status": _deployment_status,
    "check_suite": _check_suite,
    "push": _push,
}


def _at(payload: object, *path: str) -> object:
    for name in path:
        payload = payload.get(name) if isinstance(payload, Mapping) else None
    return payload


def _text(payload: object, form: re.Pattern[str], *path: str) -> str | None:
    found = _at(payload, *path)
    return found if isinstance(found, str) and form.fullmatch(found) else None


def _run(payload: object, *path: str) -> int | None:
    found = _at(payload, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < LAST_RUN else None
