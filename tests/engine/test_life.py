"""The life of a deploy, as PRODUCT tells it, with everything going well."""

from __future__ import annotations

from bot.model import Direction, Kind, Outcome, Phase, Verdict
from tests.engine.life import PROD, Life
from tests.engine.world import HANEUL, NEW


async def test_a_deploy_is_green_with_evidence_and_health_and_pings_nobody(life: Life) -> None:
    deploy = await life.settled(await life.order())
    assert deploy.verdict is Verdict.SUCCEEDED
    assert deploy.evidence is not None
    assert deploy.evidence.version == NEW.id
    assert deploy.health is not None
    assert deploy.health.ok
    assert await life.pings(deploy) == []
    assert [effect.event for effect in life.platform.log] == ["begin"]


async def test_production_waits_for_a_second_person_then_holds_then_starts(life: Life) -> None:
    deploy = await life.approved(HANEUL)
    assert deploy.phase is Phase.AWAITING
    assert (await life.until(deploy, Phase.HOLD)).phase is Phase.HOLD
    assert life.platform.log == []
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_bad_deploy_is_put_back_where_the_policy_says_so(life: Life) -> None:
    life.policy(auto_rollback=True)
    life.platform.mode[Direction.FORWARD] = "breaks"
    deploy = await life.settled(await life.order())
    assert (deploy.verdict, deploy.outcome) == (Verdict.ROLLED_BACK, Outcome.AUTO)
    assert [effect.to for effect in life.platform.begun()] == ["b" * 40, "a" * 40]


async def test_a_rollback_goes_to_the_version_before_without_approval(life: Life) -> None:
    await life.settled(await life.approved())
    back = await life.order(PROD, Kind.ROLLBACK)
    settled = await life.settled(back)
    assert settled.verdict is Verdict.SUCCEEDED
    assert life.platform.runs is not None
    assert life.platform.runs.id == "a" * 40


async def test_a_rollback_that_fails_is_never_put_back_to_the_version_that_was_left(life: Life) -> None:
    """The person left that version on purpose: the title is "rollback failed", whatever the policy of deploys says."""
    await life.settled(await life.order())
    life.policy(auto_rollback=True)
    life.platform.mode[Direction.FORWARD] = "breaks"
    settled = await life.settled(await life.order(kind=Kind.ROLLBACK))
    assert (settled.verdict, settled.outcome) == (Verdict.FAILED, Outcome.ROLLBACK)
    assert len(life.platform.begun()) == 2
