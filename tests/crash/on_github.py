"""What the crash tests on GitHub share: the service that is deployed, and what GitHub says was begun."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import get_args

from adapters.github.hub.asked import Sent
from playground.github import Run
from tests.crash.answering import answering
from tests.crash.invariants import Effect, Facts
from tests.crash.town import Town
from tests.crash.walk import facts
from tests.github import town as github

CD = github.CD.replace("[dev, prod]", "[dev, staging]")
SENT: Sequence[Sent] = get_args(Sent)
DISPATCHING: dict[str, Sequence[Sent]] = {"tag": ("tag", "start", "cancel"), "head_sha": ("start", "cancel")}
DECIDING: Sequence[Sent] = ("review", "rule")
TELLING: Sequence[Sent] = ("deployment", "status", "comment")


def points(*calls: Sent) -> list[str]:
    return [f"github.{call}.{where}" for call in calls for where in ("before", "sent", "answered")]


def service(world: github.Town) -> AbstractAsyncContextManager[str]:
    """What is deployed: it says its version."""
    return answering(lambda: {"version": world.says})


def facts_of(it: Town, world: github.Town, runs: Sequence[Run], ordered: int) -> Facts:
    """Each attempt was dispatched once, by the run's own input."""
    assert len({run.inputs["deploy_id"] for run in runs}) == len(runs), "an attempt was dispatched twice"
    serving = {"app/staging": str(world.says)}
    return replace(facts(it, ordered), effects=[_effect(run) for run in runs], serving=serving)


def _effect(run: Run) -> Effect:
    return Effect(
        "app/staging", run.inputs["deploy_id"], run.inputs["image_tag"], run.created_at, run.latest.updated_at
    )
