"""An ordered model goes there with the code, is evidence, and goes back with the version it came in place of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.board import Board
from bot.errors import AdapterError, Refusal, SlipwayError
from bot.ledger import audit, releases, versions
from bot.model import (
    Deploy,
    Direction,
    Finding,
    Kind,
    Model,
    ModelSource,
    ModelWrite,
    Order,
    Outcome,
    Phase,
    Verdict,
)
from bot.plan import digest
from bot.policy import REASON
from tests.engine.keyed import KEYED, Keyed
from tests.engine.life import PROD, STAGING, Life
from tests.engine.world import JIEUN, NEW, OLD

BREAK = "x" * REASON


@pytest.fixture
def keyed(life: Life) -> Keyed:
    found = life.platform = Keyed(life.clock)
    life.restart(model=KEYED)
    return found


async def no(code: str, awaitable: object) -> SlipwayError:
    with pytest.raises(SlipwayError) as error:
        await awaitable  # type: ignore[misc]
    assert error.value.code == code, error.value
    return error.value


async def recorded(life: Life, sha: str) -> Model | None:
    found = await life.ledger.read(releases.of, STAGING, sha)
    return found.model if found else None


async def wrote(life: Life, deploy: Deploy) -> list[ModelWrite | None]:
    return [row.attempt.model for row in await life.attempts(deploy)]


# What is refused


@pytest.mark.parametrize(
    "model",
    ["", " ", "a b", "a\nb", "a\tb", "'a'", '"a"', "$A", "${A}", "`a`", "-a", "a#b", "a;b", "a\\b", "모델", "m" * 201],
)
async def test_what_is_no_plain_model_id_is_refused_before_anybody_looks(life: Life, keyed: Keyed, model: str) -> None:
    await no("bad_model", life.plan(model=model))
    assert keyed.calls == []


async def test_what_would_be_masked_everywhere_is_nobodys_model(life: Life, keyed: Keyed) -> None:
    """The ledger would keep three stars, and a later process would write those."""
    await no("bad_model", life.plan(model="ghp_" + "a" * 36))
    assert keyed.calls == []


@pytest.mark.parametrize("said", [None, ModelSource(id="fixed-1")])
async def test_without_a_model_key_no_model_can_be_ordered(life: Life, keyed: Keyed, said: ModelSource | None) -> None:
    life.restart(model=said)
    await no("no_model_key", life.plan(model="large-2"))


async def test_a_platform_that_cannot_write_a_model_is_not_asked_to(life: Life) -> None:
    life.restart(model=KEYED)
    await no("no_model_key", life.plan(model="large-2"))


async def test_a_file_that_cannot_be_written_stops_the_plan_with_its_own_code(life: Life, keyed: Keyed) -> None:
    keyed.findings = (Finding("model_owner_lost", True, {"file": ".env"}),)
    error = await no("model_owner_lost", life.plan(model="large-2"))
    assert isinstance(error, AdapterError)
    assert (await life.plan()).plan.model is None  # without a model nothing is in the way


# What is approved is what is done


async def test_the_model_is_part_of_the_digest_the_effect_and_the_attempt(life: Life, keyed: Keyed) -> None:
    with_, without = await life.plan(model="large-2"), await life.plan()
    assert with_.plan.effect["model"] == {"key": "MODEL_ID", "id": "large-2"}
    assert "model" not in without.plan.effect
    assert digest(replace(with_.plan, model="other")) != with_.digest
    deploy = await life.deployed("b", model="large-2")
    assert (deploy.verdict, keyed.names) == (Verdict.SUCCEEDED, "large-2")
    assert await wrote(life, deploy) == [ModelWrite("MODEL_ID", "large-2")]
    assert await recorded(life, NEW.id) == Model("large-2", ("lora",))
    rows = await life.ledger.read(audit.of, deploy.number)
    assert next(row for row in rows if row.action == "planned").facts["model"] == "large-2"


async def test_the_plan_says_from_what_to_what(life: Life, keyed: Keyed) -> None:
    plan = (await life.plan(model="large-2")).plan
    assert plan.ran is not None
    assert plan.comes is not None
    assert (plan.ran.model, plan.comes.model) == (Model("small-1", ("lora",)), Model("large-2", ("lora",)))


async def test_a_platform_that_says_done_without_the_model_is_never_green(life: Life, keyed: Keyed) -> None:
    keyed.forgets = True
    deploy = await life.settled(await life.order(model="large-2"))
    assert (deploy.verdict, deploy.outcome) == (Verdict.FAILED, Outcome.BROKEN)
    error = await no("another_model", life.engine.recheck(deploy.ulid, JIEUN))
    assert error.facts["model"] == "small-1"
    keyed.names = "large-2"
    await life.engine.recheck(deploy.ulid, JIEUN)


async def test_a_bot_that_is_restarted_between_plan_and_verdict_keeps_the_model(life: Life, keyed: Keyed) -> None:
    deploy = await life.order(model="large-2")
    for phase in (Phase.STARTING, Phase.RUNNING, Phase.VERIFYING):
        await life.until(deploy, phase)
        life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert (keyed.names, len(keyed.begun())) == ("large-2", 1)


@pytest.mark.parametrize("said", [None, ModelSource(key="OTHER_ID")])
async def test_a_key_that_is_another_after_the_confirm_starts_nothing(
    life: Life, keyed: Keyed, said: ModelSource | None
) -> None:
    deploy = await life.order(PROD, model="large-2")
    life.restart(model=said)
    ended = await life.settled(deploy)
    assert (ended.verdict, ended.code, keyed.begun()) == (Verdict.CANCELLED, "plan_changed", [])


async def test_a_key_that_is_gone_when_the_old_version_is_put_back_keeps_nothing_from_coming_back(
    life: Life, keyed: Keyed
) -> None:
    life.policy(auto_rollback=True)
    await life.deployed("b")
    keyed.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.order(wanted="c", model="large-2")
    await life.until(deploy, Phase.RUNNING)
    life.restart(model=None)
    assert (await life.settled(deploy)).verdict is Verdict.ROLLED_BACK
    assert (keyed.names, keyed.runs) == ("small-1", NEW)


# A model alone


async def test_another_model_with_the_same_code_is_a_deploy_of_its_own(life: Life, keyed: Keyed) -> None:
    await life.deployed("b")
    planned = await life.plan(wanted="b", model="large-2")
    assert not planned.plan.same
    assert planned.plan.back == NEW
    assert (await life.deployed("b", model="large-2")).verdict is Verdict.SUCCEEDED
    assert await recorded(life, NEW.id) == Model("large-2", ("lora",))


async def test_the_same_model_with_the_same_code_is_nothing_new(life: Life, keyed: Keyed) -> None:
    await life.deployed("b", model="large-2")
    planned = await life.plan(wanted="b", model="large-2")
    assert planned.plan.same
    await no("same", life.engine.confirm(planned.ulid, JIEUN))
    keyed.names = "by-hand"  # the file says another one by now
    assert not (await life.plan(wanted="b", model="large-2")).plan.same


async def test_a_model_alone_that_does_not_serve_is_put_back_and_the_code_is_not_withdrawn(
    life: Life, keyed: Keyed
) -> None:
    life.policy(auto_rollback=True)
    await life.deployed("b")
    keyed.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.settled(await life.order(wanted="b", model="large-2"))
    assert (deploy.verdict, keyed.names, keyed.runs) == (Verdict.ROLLED_BACK, "small-1", NEW)
    first, second = await wrote(life, deploy)
    assert first == ModelWrite("MODEL_ID", "large-2")
    assert second == ModelWrite("MODEL_ID", undoes=(await life.attempts(deploy))[0].attempt.id)
    assert not await life.ledger.read(versions.withdrawn, STAGING, NEW.id)
    assert await recorded(life, NEW.id) == Model("small-1", ("lora",))
    keyed.mode.clear()
    assert (await life.deployed("b", model="large-3")).verdict is Verdict.SUCCEEDED  # nothing is locked


async def test_code_and_model_that_do_not_serve_are_put_back_together(life: Life, keyed: Keyed) -> None:
    life.policy(auto_rollback=True)
    await life.deployed("b")
    keyed.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.settled(await life.order(wanted="c", model="large-2"))
    assert (deploy.verdict, keyed.names, keyed.runs) == (Verdict.ROLLED_BACK, "small-1", NEW)


async def test_a_restore_that_a_killed_bot_had_intended_takes_the_model_back_once(life: Life, keyed: Keyed) -> None:
    life.policy(auto_rollback=True)
    await life.deployed("b")
    keyed.mode[Direction.FORWARD] = "interrupted_new"
    keyed.forgets = True
    deploy = await life.order(wanted="c", model="large-2")
    for _ in range(40):
        life.restart()
        if (await life.now(deploy)).phase is Phase.SETTLED:
            break
        pause = await life.step(deploy)
        life.clock.pass_(pause or 0.0)
        keyed.forgets = len(keyed.begun(Direction.RESTORE)) == 0
    deploy = await life.settled(deploy)
    assert deploy.verdict is Verdict.ROLLED_BACK
    assert (keyed.names, keyed.runs, len(keyed.begun(Direction.RESTORE))) == ("small-1", NEW, 1)


# Back


async def test_a_rollback_puts_back_the_model_that_a_deploy_replaced(life: Life, keyed: Keyed) -> None:
    await life.deployed("b")
    await life.deployed("c", model="large-2")
    planned = await life.plan(kind=Kind.ROLLBACK)
    assert (planned.plan.to_id, planned.plan.model, planned.plan.apart) == (NEW.id, "small-1", False)
    deploy = await life.settled(await life.order(kind=Kind.ROLLBACK))
    assert (deploy.verdict, keyed.names, keyed.runs) == (Verdict.SUCCEEDED, "small-1", NEW)


async def test_a_rollback_leaves_alone_what_people_changed_by_hand_and_warns(life: Life, keyed: Keyed) -> None:
    await life.deployed("b")
    keyed.names = "by-hand"
    await life.deployed("c")
    plan = (await life.plan(kind=Kind.ROLLBACK)).plan
    assert (plan.model, plan.apart) == (None, True)
    assert "model" not in plan.effect


async def test_a_rollback_to_a_version_whose_model_nobody_recorded_goes_back_the_code_alone(
    life: Life, keyed: Keyed
) -> None:
    keyed.names = None
    await life.deployed("b")
    keyed.names = "small-1"
    await life.deployed("c", model="large-2")
    plan = (await life.plan(kind=Kind.ROLLBACK)).plan
    assert (plan.model, plan.apart) == (None, True)


async def test_a_rollback_after_a_model_alone_goes_back_to_that_model_and_the_next_one_further(
    life: Life, keyed: Keyed
) -> None:
    await life.deployed("b")
    await life.deployed("b", model="large-2")
    planned = await life.plan(kind=Kind.ROLLBACK)
    assert (planned.plan.from_id, planned.plan.to_id, planned.plan.model) == (NEW.id, NEW.id, "small-1")
    deploy = await life.settled(await life.order(kind=Kind.ROLLBACK))
    assert (deploy.verdict, keyed.names) == (Verdict.SUCCEEDED, "small-1")
    assert not await life.ledger.read(versions.withdrawn, STAGING, NEW.id)
    further = (await life.plan(kind=Kind.ROLLBACK)).plan
    assert further.to_id == OLD.id


async def test_a_model_alone_that_broke_the_service_is_what_a_rollback_takes_back(life: Life, keyed: Keyed) -> None:
    await life.deployed("b")
    keyed.mode[Direction.FORWARD] = "vanishes"
    broken = await life.settled(await life.order(wanted="b", model="large-2"))
    assert (broken.verdict, broken.outcome) == (Verdict.FAILED, Outcome.BROKEN)
    keyed.mode.clear()
    planned = await life.engine.rollback_plan(broken.ulid, JIEUN)
    assert (planned.plan.to_id, planned.plan.model) == (NEW.id, "small-1")


# Whoever carries an order on carries its model on


async def test_trying_again_and_a_new_plan_keep_the_model(life: Life, keyed: Keyed) -> None:
    keyed.mode[Direction.FORWARD] = "fails"
    deploy = await life.settled(await life.order(model="large-2"))
    assert (await life.engine.retry(deploy.ulid, JIEUN)).plan.model == "large-2"
    assert (await life.engine.replan(deploy.ulid, JIEUN)).plan.model == "large-2"


async def test_a_place_in_the_queue_keeps_the_model(life: Life, keyed: Keyed) -> None:
    await life.order(wanted="b")
    order = Order(Kind.DEPLOY, STAGING, JIEUN.id, JIEUN.name, "c", None, model="large-2")
    error = await no("target_busy", life.engine.propose(order, JIEUN))
    wish, _ = await life.queue.join(await life.engine.refused(error, JIEUN, "deploy"), JIEUN)
    assert wish.order.model == "large-2"


async def test_break_glass_with_a_model_skips_gates_and_not_the_evidence(life: Life, keyed: Keyed) -> None:
    life.policy(emergency=tuple(JIEUN.roles))
    keyed.forgets = True
    order = Order(Kind.DEPLOY, PROD, JIEUN.id, JIEUN.name, "b", BREAK, emergency=True, model="large-2")
    planned = await life.engine.propose(order, JIEUN)
    deploy = await life.engine.confirm(planned.ulid, JIEUN)
    assert (await life.settled(deploy)).verdict is Verdict.FAILED
    assert isinstance(await no("bad_model", life.engine.propose(replace(order, model="a b"), JIEUN)), Refusal)


async def test_suggestions_are_the_models_that_were_recorded_where_one_can_be_ordered(life: Life, keyed: Keyed) -> None:
    await life.deployed("b")
    await life.deployed("b", model="large-2")
    board = Board(life.ledger, life.core.sites, life.core.oncall, life.clock.now)
    await board.remember()
    assert [value for _, value in board.models("app", "staging").items] == ["large-2", "small-1"]
    assert [value for _, value in board.models("app", "staging", "small").items] == ["small-1"]
    assert board.models("app", "prod").items == ()
    life.restart(model=ModelSource(id="fixed-1"))
    board = Board(life.ledger, life.core.sites, life.core.oncall, life.clock.now)
    await board.remember()
    assert board.models("app", "staging").items == ()
