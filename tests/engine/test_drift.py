"""Another version runs than what is recorded: accepted only while seen, healthy and free; or put back by a plan."""

from __future__ import annotations

import pytest

from bot.errors import AdapterError, Refusal
from bot.ledger import audit, versions
from bot.model import Kind, Known, Phase, Running, Verdict, drift_mark
from tests.engine.life import PROD, STAGING, Life
from tests.engine.world import ELSE, HANEUL, JIEUN, NEW, STRANGER, trouble, version

MARK = drift_mark(NEW, ELSE)


async def drifting(life: Life) -> None:
    """NEW was deployed; then somebody put ELSE there by hand."""
    await life.deployed("b")
    life.platform.runs, life.platform.instance = ELSE, 99


async def recorded(life: Life) -> Known:
    found = await life.ledger.read(versions.current, STAGING)
    assert found is not None
    return found


async def refused(life: Life, code: str, mark: str = MARK) -> Refusal:
    with pytest.raises(Refusal) as error:
        await life.engine.accept(STAGING, mark, JIEUN)
    assert error.value.code == code
    assert (await recorded(life)).version.id == NEW.id
    return error.value


async def test_what_is_not_healthy_is_not_accepted(life: Life) -> None:
    await drifting(life)
    life.platform.sick.add(ELSE.id)
    assert (await refused(life, "drift_unhealthy")).facts["status"] == 502


async def test_what_nobody_can_read_is_not_accepted(life: Life) -> None:
    await drifting(life)
    life.platform.next["running"].append(trouble())
    with pytest.raises(AdapterError):
        await life.engine.accept(STAGING, MARK, JIEUN)
    assert (await recorded(life)).version.id == NEW.id


async def test_a_third_version_that_came_after_the_look_is_not_accepted(life: Life) -> None:
    await drifting(life)
    life.platform.runs = version("f")
    assert (await refused(life, "drift_moved")).facts["running"] == "fffffff"


async def test_a_process_that_is_replaced_while_its_health_is_asked_is_not_accepted(life: Life) -> None:
    await drifting(life)

    def replaced() -> None:
        life.platform.instance += 1

    life.platform.next["probe"].append(replaced)
    await refused(life, "drift_moved")


async def test_what_stopped_meanwhile_is_not_accepted(life: Life) -> None:
    await drifting(life)
    life.platform.runs = None
    await refused(life, "drift_moved")


async def test_where_the_drift_is_gone_nothing_is_accepted_and_nothing_restored(life: Life) -> None:
    await life.deployed("b")
    await refused(life, "no_drift")
    with pytest.raises(Refusal) as error:
        await life.engine.restore(STAGING, JIEUN)
    assert error.value.code == "no_drift"


async def test_while_a_deploy_is_open_nothing_is_accepted(life: Life) -> None:
    await drifting(life)
    await life.order(wanted="c")
    assert (await refused(life, "target_busy")).facts["who"] == "jieun"


async def test_a_deploy_that_is_confirmed_during_the_look_wins(life: Life) -> None:
    await drifting(life)
    planned = await life.plan(wanted="c")

    async def meanwhile() -> None:
        await life.engine.confirm(planned.ulid, JIEUN)

    life.platform.next["probe"].append(meanwhile)
    await refused(life, "drift_moved")


async def test_only_deployers_and_on_call_accept(life: Life) -> None:
    await drifting(life)
    with pytest.raises(Refusal) as error:
        await life.engine.accept(STAGING, MARK, STRANGER)
    assert error.value.code == "role"
    await life.engine.accept(STAGING, MARK, HANEUL)


async def test_what_was_accepted_is_recorded_as_observed_by_whom_and_told_in_the_history(life: Life) -> None:
    await drifting(life)
    accepted = await life.engine.accept(STAGING, MARK, JIEUN)
    assert isinstance(accepted, Running)
    now = await recorded(life)
    assert (now.version.id, now.how, now.who) == (ELSE.id, "observed", "jieun")
    (row,) = await life.ledger.read(audit.events, target=STAGING, actions=["accepted"])
    assert (row.actor, row.facts["recorded"], row.facts["running"]) == (JIEUN.id, NEW.label, ELSE.label)
    assert (await life.plan(kind=Kind.ROLLBACK)).plan.to_id == NEW.id


async def test_a_version_that_was_withdrawn_stays_withdrawn_when_it_is_accepted(life: Life) -> None:
    await life.deployed("e")
    await life.deployed("b")
    await life.settled(await life.order(kind=Kind.ROLLBACK))
    life.platform.runs = NEW
    await life.engine.accept(STAGING, drift_mark(ELSE, NEW), JIEUN)
    assert await life.ledger.read(versions.withdrawn, STAGING, NEW.id)


async def test_restoring_a_verified_version_is_a_rollback_that_needs_no_approval(life: Life) -> None:
    deploy = await life.approved()
    await life.settled(deploy)
    life.platform.runs = ELSE
    plan = await life.engine.restore(PROD, HANEUL)
    assert (plan.phase, plan.kind, plan.plan.to_id) == (Phase.PLANNED, Kind.ROLLBACK, NEW.id)
    back = await life.engine.confirm(plan.ulid, HANEUL)
    settled = await life.settled(back)
    assert settled.verdict is Verdict.SUCCEEDED
    assert life.platform.runs == NEW
    assert await life.ledger.read(versions.withdrawn, PROD, ELSE.id)


async def test_restoring_a_version_that_was_withdrawn_is_a_deploy_with_a_deploys_policy(life: Life) -> None:
    life.policy(lock_after_rollback=False)
    await life.deployed("b")
    await life.settled(await life.order(kind=Kind.ROLLBACK))
    life.platform.runs = NEW
    await life.engine.accept(STAGING, drift_mark(version("a"), NEW), JIEUN)  # withdrawn, and now recorded
    life.platform.runs = ELSE
    assert (await life.engine.restore(STAGING, JIEUN)).kind is Kind.DEPLOY
    with pytest.raises(Refusal) as error:
        await life.engine.restore(STAGING, HANEUL)
    assert error.value.code == "role"
