"""What becomes of a deploy when its webhooks come 0 to 5 times, in any order, late, and a third of them never.

The real ledger, door and engine in simulated time, against a run whose state only the platform knows.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.engine.watching import SLOWEST_LOOK
from bot.model import Deploy, Direction, Hint, Phase, Verdict
from bot.webhooks.github import Door
from tests.engine.life import Life
from tests.engine.workflow import REPOSITORY, Workflow, hearing
from tests.webhooks.deliveries import NEW, secret

HISTORIES, DROPPED, MOST = 50, 0.3, 5
LATE = 90.0  # seconds until a delivery comes, at most
JOBS = 2
SAYS = ("success", "failure", "cancelled", "timed_out")  # a hint's word for it counts for nothing
QUICK = 1.0  # seconds of verifying, after the look that saw the end


@dataclass(frozen=True, order=True)
class Delivery:
    at: float
    name: str
    event: str = field(compare=False)
    body: bytes = field(compare=False)


@dataclass
class Postman:
    """``woken``: who was, by the delivery that just came."""

    life: Life
    door: Door = field(init=False)
    woken: Sequence[int] = ()
    outcomes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        clock = self.life.clock
        self.door = Door(self.life.ledger, (secret(NEW),), self.hear, clock.now, clock.monotonic)

    async def hear(self, hint: Hint) -> None:
        self.woken = await self.life.engine.hint(hint)

    async def bring(self, delivery: Delivery) -> bool:
        self.woken = ()
        status, outcome = await self.door.take(delivery.event, delivery.name, delivery.body)
        assert status == 202
        self.outcomes.append(outcome)
        return bool(self.woken)


def told(run: int, sha: str, chance: random.Random) -> list[tuple[str, dict[str, Any]]]:
    """Every event of a run, in the order in which a kind world would send them."""
    found: list[tuple[str, dict[str, Any]]] = [("push", {"ref": "refs/heads/main", "after": sha})]
    about = {"id": run, "head_sha": sha}
    found += [("workflow_run", {"action": action, "workflow_run": about}) for action in ("requested", "in_progress")]
    moves = [(job, action) for job in range(JOBS) for action in ("queued", "in_progress", "completed")]
    found += [("workflow_job", {"action": action, "workflow_job": {"id": job, "run_id": run}}) for job, action in moves]
    found.append(("check_suite", {"action": "completed", "check_suite": {"head_sha": sha}}))
    lie = {"id": run, "head_sha": sha, "status": "completed", "conclusion": chance.choice(SAYS)}
    found.append(("workflow_run", {"action": "completed", "workflow_run": lie}))
    return found


def history(run: int, sha: str, began: float, chance: random.Random) -> list[Delivery]:
    """Deliveries in the order in which they come; some of another run, some from another repository."""
    found = list[Delivery]()
    for number, (event, payload) in enumerate(told(run, sha, chance)):
        whose = {"full_name": chance.choice((REPOSITORY, REPOSITORY, REPOSITORY, "org/other"))}
        body = json.dumps({**payload, "repository": whose, "n": number, "run": run}).encode()
        times = 0 if chance.random() < DROPPED else chance.randint(0, MOST)
        found += [Delivery(began + chance.uniform(0, LATE), f"{run}-{number}", event, body) for _ in range(times)]
    return sorted(found)


async def carried(life: Life, postman: Postman, deploy: Deploy, coming: list[Delivery]) -> None:
    """The follower's life with time passing, a pause ended by whatever wakes it."""
    life.core.wakes.listen(deploy.number)
    for _ in range(2000):
        pause = await life.step(deploy)
        if pause is None:
            return
        due = life.clock.ticks + pause
        while coming and coming[0].at <= due:
            life.clock.pass_(max(coming[0].at - life.clock.ticks, 0.0))
            if await postman.bring(coming.pop(0)):
                break
        else:
            life.clock.pass_(due - life.clock.ticks)
    raise AssertionError("never settled")


@pytest.mark.chaos
async def test_whatever_comes_or_not_the_end_is_the_platforms_and_within_one_poll(tmp_path: Path, scale: int) -> None:
    chance, outcomes = random.Random(5000), list[str]()
    for part in range(scale):
        folder = tmp_path / str(part)
        folder.mkdir()
        async with hearing(folder) as life:
            outcomes += await _lived(life, chance)
    assert outcomes.count("heard") > HISTORIES * scale
    assert outcomes.count("repeated") > HISTORIES * scale


async def _lived(life: Life, chance: random.Random) -> list[str]:
    """One history after the other, each judged; what the door said to every delivery."""
    platform, before, postman = life.platform, list[Delivery](), Postman(life)
    assert isinstance(platform, Workflow)
    for turn in range(HISTORIES):
        platform.seconds = chance.uniform(0.5, 60.0)
        mode = platform.mode[Direction.FORWARD] = chance.choice(("done", "done", "fails"))
        deploy = await life.until(await life.order(wanted=_another(platform)), Phase.RUNNING)
        attempt = platform.begun()[-1].attempt
        sent = history(platform.run, deploy.to.id, life.clock.ticks, chance)
        coming = sorted([*sent, *_again(before, life, chance)])
        await carried(life, postman, deploy, coming)
        settled, lag = await life.now(deploy), life.clock.ticks - platform.ends[attempt]
        assert settled.verdict is (Verdict.SUCCEEDED if mode == "done" else Verdict.FAILED), (turn, mode)
        assert 0 <= lag <= SLOWEST_LOOK + QUICK, (turn, lag)
        assert len([one for one in platform.begun() if one.attempt == attempt]) == 1
        for late in coming:  # what comes after the end moves nothing
            assert not await postman.bring(late)
        assert await life.now(deploy) == settled
        before = sent
    assert len(platform.begun()) == HISTORIES
    return postman.outcomes


def _another(platform: Workflow) -> str:
    return "c" if platform.runs is not None and platform.runs.id[0] == "b" else "b"


def _again(before: Sequence[Delivery], life: Life, chance: random.Random) -> list[Delivery]:
    """Replays of the deploy before, under ids of their own."""
    some = chance.sample(list(before), min(len(before), 3))
    return [
        Delivery(
            life.clock.ticks + chance.uniform(0, LATE),
            f"replay-{chance.getrandbits(64)}",
            one.event,
            one.body,
        )
        for one in some
    ]


async def test_a_delivery_right_after_the_end_shows_it_at_once(tmp_path: Path) -> None:
    async with hearing(tmp_path) as life:
        platform = life.platform
        assert isinstance(platform, Workflow)
        deploy = await life.until(await life.order(), Phase.RUNNING)
        await life.while_(deploy, 20.0)
        ends = platform.ends[platform.begun()[-1].attempt]
        body = {"workflow_run": {"id": platform.run}, "repository": {"full_name": REPOSITORY}}
        coming = [Delivery(ends + 0.05, "last", "workflow_run", json.dumps(body).encode())]
        await carried(life, Postman(life), deploy, coming)
        assert (await life.now(deploy)).verdict is Verdict.SUCCEEDED
        assert life.clock.ticks - ends <= 0.2
