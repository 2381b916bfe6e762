"""One person asks the others for approval only so often: whoever gives up and asks again is told to stop."""

from __future__ import annotations

import pytest

from bot.engine.crowd import WINDOW
from bot.errors import Refusal
from bot.model import Choice, Deploy, Kind, Phase, Target, Verdict
from tests.engine.life import PROD, STAGING, Life
from tests.engine.world import HANEUL, JIEUN, MINSU


async def given_up(life: Life) -> Deploy:
    deploy = await life.order(PROD)
    await life.engine.cancel(deploy.ulid, JIEUN)
    return deploy


async def test_the_fourth_request_within_ten_minutes_is_refused_and_asks_nobody(life: Life) -> None:
    for _ in range(3):
        await given_up(life)
    planned = await life.plan(PROD)
    with pytest.raises(Refusal, match="too_many_requests") as caught:
        await life.engine.confirm(planned.ulid, JIEUN)
    facts = caught.value.facts
    assert (facts["count"], facts["limit"], facts["left"]) == (3, 3, WINDOW)
    assert (await life.now(planned)).phase is Phase.PLANNED
    life.clock.pass_(WINDOW)
    await life.order(PROD)


async def test_somebody_else_and_a_target_that_asks_nobody_are_not_held_up(life: Life) -> None:
    for _ in range(3):
        await given_up(life)
    await life.settled(await life.order(STAGING))
    await life.order(PROD, who=MINSU, wanted="c")


async def test_a_linked_account_is_the_same_person(life: Life) -> None:
    life.core.linked = {JIEUN.id: frozenset({MINSU.id}), MINSU.id: frozenset({JIEUN.id})}
    for _ in range(3):
        await given_up(life)
    with pytest.raises(Refusal, match="too_many_requests"):
        await life.order(PROD, who=MINSU, wanted="c")


async def test_rejected_and_displaced_requests_count_and_approved_ones_do_not(life: Life) -> None:
    life.policy(requests=1)
    done = await life.order(PROD)
    await life.until(done, Phase.AWAITING)
    await life.react(done, HANEUL)
    assert (await life.settled(done)).verdict is Verdict.SUCCEEDED
    life.guild.standing[Choice.APPROVE].clear()
    no = await life.order(PROD, wanted="c")
    await life.until(no, Phase.AWAITING)
    await life.press(no, HANEUL, Choice.REJECT)
    assert (await life.settled(no)).verdict is Verdict.REJECTED
    with pytest.raises(Refusal, match="too_many_requests"):
        await life.order(PROD, wanted="c")


async def test_what_was_given_up_elsewhere_is_no_noise_here(life: Life) -> None:
    life.policy(requests=1, approve=life.specs[PROD].policy.approve)
    deploy = await life.order(STAGING)
    await life.engine.cancel(deploy.ulid, JIEUN)
    await life.order(PROD)


async def test_a_request_that_waits_counts_on_every_target(life: Life) -> None:
    life.policy(requests=1, approve=life.specs[PROD].policy.approve)
    await life.order(STAGING)
    with pytest.raises(Refusal, match="too_many_requests") as caught:
        await life.order(PROD)
    assert caught.value.facts["target"] == str(PROD)


async def test_what_is_taken_out_of_the_file_is_nobodys_noise(life: Life) -> None:
    life.policy(requests=1)
    await given_up(life)
    life.specs = {Target("app", "other"): life.specs[PROD], STAGING: life.specs[STAGING]}
    life.restart()
    life.policy(approve=life.specs[Target("app", "other")].policy.approve)
    await life.order(STAGING)


async def test_a_rollback_is_never_too_much(life: Life) -> None:
    life.policy(requests=1, lock_after_rollback=False)
    await life.deployed("b")
    for _ in range(2):
        await life.settled(await life.order(STAGING, Kind.ROLLBACK))
        await life.deployed("c")
