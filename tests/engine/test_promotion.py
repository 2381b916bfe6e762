"""Production is promoted, not pushed: the very version that is verified in the environment before, or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.errors import AdapterError, Refusal
from bot.ledger import attempts, deploys, versions
from bot.ledger.connection import transact
from bot.model import Deploy, Direction, Kind, Outcome, Phase, TargetSpec, Verdict, Version
from tests.engine.life import PROD, STAGING, Life, lived
from tests.engine.world import ELSE, HANEUL, JIEUN, MINSU, NEW, OLD, STRANGER, Platform, trouble, version

BEFORE_IT_BEGINS = [Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING]


def chained(found: TargetSpec) -> TargetSpec:
    return replace(found, previous="staging") if found.target == PROD else found


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """Two platforms: staging's own, and prod's, which is ``life.platform``."""
    async with lived(tmp_path, chained) as found:
        found.platforms[STAGING] = Platform(found.clock)
        found.restart()
        yield found


@dataclass
class Elsewhere(Platform):
    """Another kind of platform: it has versions of its own."""

    knows: Version | None = None

    async def resolve(self, wanted: str) -> Version:
        if self.knows is None:
            raise trouble("version_not_found", retry=False, wanted=wanted)
        return self.knows


async def verified(life: Life, found: Version = NEW) -> None:
    """Staging as a green deploy leaves it."""
    life.platforms[STAGING].runs = found
    await life.ledger.do(versions.put, STAGING, found, "verified", life.clock.now())


async def promote(life: Life) -> Deploy:
    return await life.order(PROD, Kind.PROMOTE)


async def refused(life: Life, code: str) -> Refusal:
    with pytest.raises(Refusal) as found:
        await life.plan(PROD, Kind.PROMOTE)
    assert found.value.code == code
    assert life.platform.log == []
    return found.value


async def until(life: Life, phase: Phase) -> Deploy:
    """A promotion that has come so far."""
    deploy = await promote(life)
    if phase is Phase.CONFIRMED:
        return deploy
    await life.until(deploy, Phase.AWAITING)
    if phase is not Phase.AWAITING:
        await life.react(deploy, HANEUL)
    return await life.until(deploy, phase)


def withdraw(db: Database, found: Version = NEW) -> None:
    """Rolled back from in staging, and found running there again: it is the same version, and no longer good."""
    versions.put(db, STAGING, found, "withdrawn", 1.0)
    versions.put(db, STAGING, found, "observed", 1.0)


async def cancelled(life: Life, deploy: Deploy, code: str) -> Deploy:
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, code)
    assert life.platform.log == []
    return settled


# What is not verified is not promoted


async def test_nothing_that_was_never_verified_before_is_promoted(life: Life) -> None:
    await refused(life, "before_empty")


async def test_a_version_that_was_only_found_running_is_not_promoted(life: Life) -> None:
    await life.plan(STAGING)
    assert (await refused(life, "before_observed")).facts["version"] == OLD.label


async def test_a_version_that_was_rolled_back_is_not_promoted(life: Life) -> None:
    await verified(life)
    await life.ledger.do(withdraw)
    await refused(life, "before_withdrawn")


@pytest.mark.parametrize("runs", [ELSE, None])
async def test_what_runs_before_without_having_been_verified_is_not_promoted(life: Life, runs: Version | None) -> None:
    await verified(life)
    life.platforms[STAGING].runs = runs
    facts = (await refused(life, "before_drifted")).facts
    assert (facts["recorded"], facts["running"]) == (NEW.label, runs.label if runs else None)


async def test_an_environment_before_that_cannot_be_read_is_no_reason_to_believe_it(life: Life) -> None:
    await verified(life)
    life.platforms[STAGING].dead = True
    with pytest.raises(AdapterError):
        await life.plan(PROD, Kind.PROMOTE)


async def test_nothing_is_promoted_to_the_first_of_the_chain_or_to_one_beside_it(life: Life) -> None:
    await verified(life)
    with pytest.raises(Refusal) as found:
        await life.plan(STAGING, Kind.PROMOTE)
    assert found.value.code == "nothing_before"


IMAGE = Version(f"sha256:{'c' * 64}", NEW.label, commit=NEW.id)


async def elsewhere(life: Life, knows: Version) -> None:
    """Production is a platform of images, staging deploys commits."""
    life.platforms[PROD] = Elsewhere(life.clock, knows=knows)
    life.restart()
    await verified(life)


async def test_what_was_built_from_the_verified_commit_is_promoted_under_its_own_id(life: Life) -> None:
    await elsewhere(life, IMAGE)
    deploy = await until(life, Phase.AWAITING)
    await life.react(deploy, HANEUL)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.to.id, settled.to.commit) == (Verdict.SUCCEEDED, IMAGE.id, NEW.id)


async def test_what_was_built_from_another_commit_is_not_promoted(life: Life) -> None:
    await elsewhere(life, replace(IMAGE, commit=ELSE.id))
    assert (await refused(life, "not_resolved")).facts["wanted"] == NEW.id


@pytest.mark.parametrize("phase", BEFORE_IT_BEGINS)
async def test_an_image_is_not_promoted_once_its_commit_runs_before_no_more(life: Life, phase: Phase) -> None:
    await elsewhere(life, IMAGE)
    deploy = await until(life, phase)
    await verified(life, ELSE)
    assert (await life.settled(deploy)).verdict is Verdict.CANCELLED
    assert life.platforms[PROD].log == []


@pytest.mark.parametrize("knows", [None, ELSE])
async def test_a_target_that_cannot_find_the_very_same_id_gets_nothing(life: Life, knows: Version | None) -> None:
    life.platforms[PROD] = Elsewhere(life.clock, knows=knows)
    life.restart()
    await verified(life)
    assert (await refused(life, "not_resolved")).facts["wanted"] == NEW.id


async def test_a_target_that_does_not_answer_is_not_called_ignorant(life: Life) -> None:
    await verified(life)
    life.platform.next["resolve"].append(trouble())
    with pytest.raises(AdapterError):
        await life.plan(PROD, Kind.PROMOTE)


async def test_what_runs_there_already_is_not_promoted_again(life: Life) -> None:
    await verified(life)
    life.platform.runs = NEW
    await refused(life, "same")


async def test_whoever_may_not_deploy_there_may_not_promote(life: Life) -> None:
    await verified(life)
    with pytest.raises(Refusal) as found:
        await life.plan(PROD, Kind.PROMOTE, STRANGER)
    assert found.value.code == "role"


# What was shown, confirmed and approved is what starts


async def test_a_version_that_another_took_the_place_of_before_confirm_starts_nothing(life: Life) -> None:
    await verified(life)
    planned = await life.plan(PROD, Kind.PROMOTE)
    await verified(life, version("c"))
    with pytest.raises(Refusal) as found:
        await life.engine.confirm(planned.ulid, JIEUN)
    assert (found.value.code, found.value.facts["what"]) == ("plan_changed", ("to_id",))
    again = await life.engine.replan(planned.ulid, JIEUN)
    assert (again.kind, again.plan.to_id) == (Kind.PROMOTE, "c" * 40)


async def test_a_version_that_was_withdrawn_before_confirm_starts_nothing(life: Life) -> None:
    await verified(life)
    planned = await life.plan(PROD, Kind.PROMOTE)
    await life.ledger.do(withdraw)
    with pytest.raises(Refusal) as found:
        await life.engine.confirm(planned.ulid, JIEUN)
    assert found.value.code == "before_withdrawn"


@pytest.mark.parametrize("phase", BEFORE_IT_BEGINS)
async def test_a_version_that_is_withdrawn_before_the_intent_is_not_started(life: Life, phase: Phase) -> None:
    await verified(life)
    deploy = await until(life, phase)
    await life.ledger.do(withdraw)
    await cancelled(life, deploy, "before_withdrawn")


@pytest.mark.parametrize("phase", BEFORE_IT_BEGINS)
async def test_staging_that_moves_on_before_the_intent_takes_the_promotion_with_it(life: Life, phase: Phase) -> None:
    await verified(life)
    deploy = await until(life, phase)
    await verified(life, version("c"))
    settled = await cancelled(life, deploy, "plan_changed")
    assert settled.facts["what"] == ["to_id"]


async def test_staging_that_is_rolled_back_before_the_intent_takes_the_promotion_with_it(life: Life) -> None:
    await life.deployed("b")
    deploy = await until(life, Phase.HOLD)
    await life.settled(await life.order(STAGING, Kind.ROLLBACK))
    await cancelled(life, deploy, "plan_changed")


async def test_a_version_that_no_longer_runs_before_is_not_started(life: Life) -> None:
    await verified(life)
    deploy = await until(life, Phase.STARTING)
    life.platforms[STAGING].runs = ELSE
    await cancelled(life, deploy, "before_drifted")


async def test_staging_that_cannot_be_read_at_the_start_holds_and_does_not_guess(life: Life) -> None:
    await verified(life)
    deploy = await until(life, Phase.STARTING)
    life.platforms[STAGING].dead = True
    await life.while_(deploy, 120)
    assert life.platform.log == []
    life.platforms[STAGING].dead = False
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_version_that_is_withdrawn_while_the_intent_waits_for_the_ledger_is_not_started(life: Life) -> None:
    await verified(life)
    deploy = await until(life, Phase.STARTING)
    late = [True]

    def at(point: str) -> None:
        if point == "ledger.attempts.intend.before" and late:
            late.pop()
            transact(life.ledger._db, withdraw)

    life.ledger._at = at
    await cancelled(life, deploy, "before_withdrawn")
    assert await life.ledger.read(attempts.of, deploy.number) == []


# What is right


async def test_the_very_version_goes_there_after_a_second_persons_yes(life: Life) -> None:
    before = await life.deployed("b")
    deploy = await until(life, Phase.HOLD)
    assert deploy.plan.origin is not None
    assert deploy.plan.origin.known.deploy == before.number
    assert deploy.plan.origin.health == before.health
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert [effect.to for effect in life.platform.begun()] == [NEW.id]
    known = await life.ledger.read(versions.current, PROD)
    assert known is not None
    assert (known.version.id, known.how, known.deploy) == (NEW.id, "verified", deploy.number)


async def test_a_health_check_that_passed_later_counts_as_verified_and_is_not_called_the_deploys(life: Life) -> None:
    life.platforms[STAGING].mode[Direction.FORWARD] = "breaks"
    before = await life.settled(await life.order(STAGING))
    assert before.outcome is Outcome.BROKEN
    life.platforms[STAGING].sick.clear()
    await life.engine.recheck(before.ulid, JIEUN)
    planned = await life.plan(PROD, Kind.PROMOTE)
    assert planned.plan.origin is not None
    assert (planned.plan.origin.known.deploy, planned.plan.origin.health) == (before.number, None)


async def test_a_rollback_after_a_promotion_goes_back_there_alone_and_asks_nobody(life: Life) -> None:
    await verified(life)
    await life.settled(await until(life, Phase.HOLD))
    life.platforms[STAGING].dead = True
    back = await life.settled(await life.order(PROD, Kind.ROLLBACK))
    assert back.verdict is Verdict.SUCCEEDED
    assert (life.platform.runs, life.platforms[STAGING].runs) == (OLD, NEW)


async def test_trying_again_aims_at_what_is_verified_then_and_keeps_the_approval_of_the_same(life: Life) -> None:
    await verified(life)
    life.platform.mode[Direction.FORWARD] = "fails"
    failed = await life.settled(await until(life, Phase.HOLD))
    assert failed.outcome is Outcome.UNTOUCHED
    again = await life.engine.retry(failed.ulid, JIEUN)
    assert (again.kind, again.facts.get("approval_of")) == (Kind.PROMOTE, failed.number)
    await verified(life, version("c"))
    other = await life.engine.retry(failed.ulid, JIEUN)
    assert (other.plan.to_id, other.facts.get("approval_of")) == ("c" * 40, None)


async def test_after_a_rollback_another_version_is_unlocked_and_promoted(life: Life) -> None:
    await verified(life)
    await life.settled(await until(life, Phase.HOLD))
    await life.settled(await life.order(PROD, Kind.ROLLBACK))
    with pytest.raises(Refusal) as found:
        await life.plan(PROD, Kind.PROMOTE)
    assert found.value.code == "locked_version"
    await verified(life, version("c"))
    planned = await life.plan(PROD, Kind.PROMOTE, MINSU)
    assert planned.plan.unlocks
    confirmed = await life.engine.confirm(planned.ulid, MINSU, unlock=True)
    assert confirmed.phase is Phase.CONFIRMED


async def test_deploys_say_how_long_a_promotion_takes(life: Life) -> None:
    await life.settled(await life.approved())
    await life.deployed("c")
    planned = await life.plan(PROD, Kind.PROMOTE)
    assert planned.plan.samples == 1
    assert (await life.ledger.read(deploys.usual, PROD, Kind.RESTART)).samples == 0


async def test_a_restart_of_the_bot_between_the_yes_and_the_start_changes_nothing(life: Life) -> None:
    await verified(life)
    deploy = await until(life, Phase.STARTING)
    life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert len(life.platform.begun()) == 1
