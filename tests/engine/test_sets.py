"""Several promotions under one Confirm and one approval: in order, up to the first that does not succeed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.engine import Deadlines
from bot.engine.sets import Offer
from bot.errors import Refusal
from bot.ledger import Ledger, attempts, deploys, sets, versions, votes
from bot.ledger.connection import transact
from bot.model import (
    Approval,
    Change,
    Choice,
    Deploy,
    Direction,
    Finding,
    Gates,
    Group,
    Kind,
    Phase,
    Preflight,
    Target,
    Verdict,
    Version,
    VoteSource,
)
from bot.plan.digest import together
from tests.engine.life import Life, spec
from tests.engine.world import (
    ELSE,
    HANEUL,
    JIEUN,
    MINSU,
    NEW,
    OLD,
    ONCALL,
    OTHER_ONCALL,
    STRANGER,
    Clock,
    Guild,
    Platform,
    version,
)

SERVICES = ("web", "api", "jobs")  # in the order of the config, which is not that of the alphabet
STAGING = [Target(service, "staging") for service in SERVICES]
PROD = [Target(service, "prod") for service in SERVICES]


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """Three services; staging of all of them runs ``NEW``, verified; each target on a platform of its own."""
    clock = Clock()
    ledger = await Ledger.open(tmp_path / "ledger.db", clock=clock.now)
    try:
        specs = {target: spec(target) for pair in zip(STAGING, PROD, strict=True) for target in pair}
        specs = {t: replace(found, previous="staging") if t.env == "prod" else found for t, found in specs.items()}
        found = Life(ledger, clock, Platform(clock), Guild(clock), Deadlines(), specs)
        found.platforms = {target: Platform(clock) for target in specs}
        found.restart()
        for target in STAGING:
            await verified(found, target)
        yield found
    finally:
        await ledger.close()


async def verified(life: Life, target: Target, found: Version = NEW) -> None:
    """As a green deploy leaves it."""
    life.platforms[target].runs = found
    await life.ledger.do(versions.put, target, found, "verified", life.clock.now())


async def offer(life: Life) -> Offer:
    return await life.engine.sets.propose("prod", JIEUN)


async def confirmed(life: Life, posted: int = 3) -> list[Deploy]:
    """``posted``: how many cards Discord shows; what stands under one of them stands under each."""
    found = await life.engine.sets.confirm((await offer(life)).set.ulid, JIEUN)
    for deploy in found.deploys[:posted]:
        await life.post(deploy.number)
    return list(found.deploys)


async def approved(life: Life, posted: int = 3) -> list[Deploy]:
    found = await confirmed(life, posted)
    await life.until(found[0], Phase.AWAITING)
    await life.react(found[0], HANEUL)
    return found


async def go_on(life: Life, found: list[Deploy], *, until: int = 3, limit: int = 600) -> list[Deploy]:
    """Everybody's followers, until so many have their verdict."""
    for _ in range(limit):
        now = [await life.now(deploy) for deploy in found]
        if sum(deploy.verdict is not None for deploy in now) >= until:
            return now
        pauses = [await life.step(deploy) for deploy in now if deploy.verdict is None]
        life.clock.pass_(min(pause or 0.0 for pause in pauses))
    raise AssertionError(f"never settled: {[await life.now(deploy) for deploy in found]}")


def begun(life: Life) -> list[str]:
    """What has begun in prod, by service."""
    return [target.service for target in PROD for _ in life.platforms[target].begun()]


def verdicts(found: list[Deploy]) -> list[tuple[Verdict | None, str | None]]:
    return [(deploy.verdict, deploy.code) for deploy in found]


SUCCEEDED = (Verdict.SUCCEEDED, None)
STOPPED = (Verdict.CANCELLED, "set_stopped")


# What is in it


async def test_everything_that_is_verified_before_and_differs_is_offered_in_the_order_of_the_config(life: Life) -> None:
    found = await offer(life)
    assert [deploy.target for deploy in found.deploys] == PROD
    assert found.set.members == found.set.offered
    assert found.set.digest == together([deploy.digest for deploy in found.deploys])
    assert await life.ledger.read(deploys.unfinished) == []


async def test_what_cannot_be_promoted_is_left_out_with_its_reason_and_what_runs_already_without(life: Life) -> None:
    life.platforms[PROD[0]].runs = NEW
    life.platforms[STAGING[1]].runs = ELSE
    found = await offer(life)
    assert [deploy.target for deploy in found.deploys] == [PROD[2]]
    assert [(one["code"], one["facts"]["target"]) for one in found.set.left_out] == [("before_drifted", str(PROD[1]))]


@dataclass
class Unready(Platform):
    """Two things are wrong with it, of which each alone would stop a deploy."""

    async def preflight(self, change: Change) -> Preflight:
        return Preflight((Finding("disk_full", True), Finding("unit_missing", True, {"unit": "app"})), "platform")


async def test_one_that_is_not_ready_is_left_out_however_much_there_is_to_say_of_it(life: Life) -> None:
    life.platforms[PROD[1]] = Unready(life.clock)
    life.restart()
    found = await offer(life)
    assert [deploy.target.service for deploy in found.deploys] == ["web", "jobs"]
    assert [(one["code"], len(one["facts"]["findings"])) for one in found.set.left_out] == [("preflight", 2)]


async def test_where_a_rollback_left_a_lock_each_is_unlocked_by_itself(life: Life) -> None:
    await life.settled(await _alone(life, PROD[0]))
    await life.settled(await life.order(PROD[0], Kind.ROLLBACK))
    await verified(life, STAGING[0], version("c"))
    found = await offer(life)
    assert [(one["code"]) for one in found.set.left_out] == ["locked"]


async def _alone(life: Life, target: Target) -> Deploy:
    deploy = await life.order(target, Kind.PROMOTE)
    await life.until(deploy, Phase.AWAITING)
    await life.react(deploy, HANEUL)
    return deploy


async def test_nothing_to_promote_is_said_and_leaves_nothing_behind(life: Life) -> None:
    for target in PROD:
        life.platforms[target].runs = NEW
    with pytest.raises(Refusal) as found:
        await offer(life)
    assert found.value.code == "nothing_to_promote"


@pytest.mark.parametrize(("env", "code"), [("staging", "nothing_before"), ("qa", "unknown_target")])
async def test_there_must_be_an_environment_before_it(life: Life, env: str, code: str) -> None:
    with pytest.raises(Refusal) as found:
        await life.engine.sets.propose(env, JIEUN)
    assert found.value.code == code


async def test_whoever_may_not_deploy_there_is_told_so(life: Life) -> None:
    with pytest.raises(Refusal) as found:
        await life.engine.sets.propose("prod", STRANGER)
    assert found.value.code == "role"


async def test_what_is_unticked_is_neither_claimed_nor_promoted_and_can_be_ticked_again(life: Life) -> None:
    first = await offer(life)
    _, api, _ = first.deploys
    second = await life.engine.sets.tick(first.set.ulid, api.number, JIEUN)
    assert second.set.digest != first.set.digest
    third = await life.engine.sets.tick(second.set.ulid, api.number, JIEUN)
    assert (third.set.digest, third.set.members) == (first.set.digest, first.set.members)
    last = await life.engine.sets.tick(third.set.ulid, api.number, JIEUN)
    found = await life.engine.sets.confirm(last.set.ulid, JIEUN)
    assert [deploy.target.service for deploy in found.deploys] == ["web", "jobs"]
    assert [deploy.target for deploy in await life.ledger.read(deploys.unfinished)] == [PROD[0], PROD[2]]


async def test_a_card_that_shows_another_choice_confirms_nothing(life: Life) -> None:
    first = await offer(life)
    await life.engine.sets.tick(first.set.ulid, first.deploys[0].number, JIEUN)
    with pytest.raises(Refusal) as found:
        await life.engine.sets.confirm(first.set.ulid, JIEUN)
    assert (found.value.code, found.value.facts["ref"]) == ("plan_closed", f"set/{first.set.ulid}")
    assert await life.ledger.read(deploys.unfinished) == []


async def test_one_at_least_stays_ticked(life: Life) -> None:
    found = await offer(life)
    for deploy in found.deploys[:2]:
        found = await life.engine.sets.tick(found.set.ulid, deploy.number, JIEUN)
    with pytest.raises(Refusal) as refused:
        await life.engine.sets.tick(found.set.ulid, found.deploys[2].number, JIEUN)
    assert refused.value.code == "nothing_ticked"


# Confirm: all of it, or nothing


async def test_one_busy_member_and_nothing_is_claimed(life: Life) -> None:
    found = await offer(life)
    busy = await life.order(PROD[1], who=MINSU)
    with pytest.raises(Refusal) as refused:
        await life.engine.sets.confirm(found.set.ulid, JIEUN)
    assert (refused.value.code, refused.value.facts["target"]) == ("target_busy", str(PROD[1]))
    assert [deploy.number for deploy in await life.ledger.read(deploys.unfinished)] == [busy.number]
    await life.engine.cancel(busy.ulid, MINSU)
    assert len((await life.engine.sets.confirm(found.set.ulid, JIEUN)).deploys) == 3


async def test_one_that_moved_and_nothing_is_claimed_but_a_new_plan_is_offered_without_what_was_unticked(
    life: Life,
) -> None:
    first = await offer(life)
    found = await life.engine.sets.tick(first.set.ulid, first.deploys[0].number, JIEUN)
    await verified(life, STAGING[2], version("c"))
    with pytest.raises(Refusal) as refused:
        await life.engine.sets.confirm(found.set.ulid, JIEUN)
    assert (refused.value.code, refused.value.facts["ref"]) == ("plan_changed", f"set/{found.set.ulid}")
    assert await life.ledger.read(deploys.unfinished) == []
    again = await life.engine.sets.replan(found.set.ulid, JIEUN)
    assert [deploy.target.service for deploy in again.chosen] == ["api", "jobs"]
    assert again.deploys[2].plan.to_id == version("c").id


async def test_somebody_elses_set_is_not_confirmed_and_a_confirmed_one_not_twice(life: Life) -> None:
    found = await offer(life)
    for who, code in ((MINSU, "not_yours"), (JIEUN, None), (JIEUN, "already_confirmed")):
        if code is None:
            await life.engine.sets.confirm(found.set.ulid, who)
            continue
        with pytest.raises(Refusal) as refused:
            await life.engine.sets.confirm(found.set.ulid, who)
        assert refused.value.code == code


async def test_a_set_that_was_put_away_starts_nothing(life: Life) -> None:
    found = await offer(life)
    await life.engine.sets.close(found.set.ulid, JIEUN)
    with pytest.raises(Refusal) as refused:
        await life.engine.sets.confirm(found.set.ulid, JIEUN)
    assert refused.value.code == "plan_closed"


async def test_a_set_that_nobody_confirms_is_swept_with_its_plans(life: Life) -> None:
    found = await offer(life)
    life.clock.pass_(90_000)
    await life.ledger.do(deploys.sweep, life.clock.now())
    assert await life.ledger.read(sets.by_ulid, found.set.ulid) is None
    assert await life.ledger.read(deploys.get, found.deploys[0].number) is None


# One after the other


async def test_one_yes_and_then_one_after_the_other_in_order(life: Life) -> None:
    found = await approved(life)
    done = await go_on(life, found)
    assert verdicts(done) == [SUCCEEDED] * 3
    for before, after in pairwise(done):
        assert before.settled_at is not None
        assert after.started_at is not None
        assert before.settled_at <= after.started_at
    assert [life.platforms[target].runs for target in PROD] == [NEW] * 3
    assert begun(life) == list(SERVICES)


async def test_nothing_of_it_begins_before_the_yes(life: Life) -> None:
    found = await confirmed(life)
    for _ in range(40):
        for deploy in found:
            await life.step(deploy)
        life.clock.pass_(5)
    assert [(await life.now(deploy)).phase for deploy in found] == [Phase.AWAITING, Phase.CONFIRMED, Phase.CONFIRMED]
    assert begun(life) == []


async def test_the_first_failure_stops_the_rest_and_one_message_says_it(life: Life) -> None:
    life.platforms[PROD[1]].mode[Direction.FORWARD] = "fails"
    found = await approved(life)
    done = await go_on(life, found)
    assert [deploy.verdict for deploy in done] == [Verdict.SUCCEEDED, Verdict.FAILED, Verdict.CANCELLED]
    assert (done[2].code, done[2].facts["by"]) == ("set_stopped", done[1].number)
    assert begun(life) == ["web", "api"]
    assert [await life.pings(deploy) for deploy in done] == [[], ["failed"], []]
    assert await life.ledger.read(deploys.unfinished) == []


@pytest.mark.parametrize("after", [0, 1, 2])
async def test_a_kill_between_two_of_them_goes_on_with_the_next_and_repeats_none(life: Life, after: int) -> None:
    found = await approved(life)
    if after:
        await go_on(life, found, until=after)
    life.restart()
    done = await go_on(life, found)
    assert verdicts(done) == [SUCCEEDED] * 3
    assert begun(life) == list(SERVICES)


async def test_a_cancel_of_any_of_them_before_the_start_is_a_cancel_of_all(life: Life) -> None:
    found = await approved(life)
    await life.engine.cancel(found[2].ulid, JIEUN)
    done = await go_on(life, found)
    assert verdicts(done) == [STOPPED, STOPPED, (Verdict.CANCELLED, "cancelled")]
    assert begun(life) == []


async def test_a_cancel_while_the_first_one_runs_cancels_what_has_not_begun(life: Life) -> None:
    found = await approved(life)
    life.platforms[PROD[0]].looks = 5
    await life.until(found[0], Phase.RUNNING)
    await life.engine.cancel(found[1].ulid, JIEUN)
    done = await go_on(life, found)
    assert verdicts(done) == [SUCCEEDED, (Verdict.CANCELLED, "cancelled"), STOPPED]
    assert begun(life) == ["web"]


async def test_a_stop_that_came_too_late_for_one_still_stops_the_rest(life: Life) -> None:
    found = await approved(life)
    life.platforms[PROD[0]].looks = 3
    life.platforms[PROD[0]].mode[Direction.FORWARD] = "done"
    running = await life.until(found[0], Phase.RUNNING)
    await life.ledger.do(
        deploys.note, running.number, now=1.0, actor="1", action="stop_asked", columns={"stop_asked": True}
    )
    assert (await life.now(found[0])).verdict is None
    await life.step(found[1])
    assert (await life.now(found[1])).code == "set_stopped"


async def test_a_lock_on_one_that_waits_stops_what_has_not_begun(life: Life) -> None:
    found = await confirmed(life)
    await life.locks.lock("jobs", "prod", MINSU, "drill", None)
    done = await go_on(life, found)
    assert verdicts(done) == [STOPPED, STOPPED, (Verdict.CANCELLED, "locked")]


async def test_a_version_that_is_withdrawn_while_another_runs_is_not_started(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    await life.ledger.do(versions.put, STAGING[2], NEW, "withdrawn", 1.0)
    await life.ledger.do(versions.put, STAGING[2], NEW, "observed", 1.0)
    await life.step(found[2])
    assert (await life.now(found[2])).code == "before_withdrawn"
    done = await go_on(life, found)
    assert verdicts(done)[:2] == [SUCCEEDED, STOPPED]
    assert begun(life) == ["web"]


async def test_a_rollback_takes_the_place_of_one_that_waits_and_stops_the_rest(life: Life) -> None:
    await life.settled(await _alone(life, PROD[1]))
    for target in STAGING:
        await verified(life, target, version("c"))
    found = await approved(life)
    back = await life.order(PROD[1], Kind.ROLLBACK)
    assert (await life.settled(back)).verdict is Verdict.SUCCEEDED
    done = await go_on(life, found)
    assert verdicts(done) == [STOPPED, (Verdict.SUPERSEDED, "superseded"), STOPPED]
    assert life.platforms[PROD[1]].runs == OLD


async def test_one_that_is_cancelled_while_the_first_intent_waits_for_the_ledger_stops_it(life: Life) -> None:
    found = await approved(life)
    await life.until(found[0], Phase.STARTING)
    late = [await life.now(found[2])]

    def at(point: str) -> None:
        if point == "ledger.attempts.intend.before" and late:
            one = late.pop()
            cancelled = {"verdict": Verdict.CANCELLED, "code": "cancelled", "actor": "1"}
            transact(
                life.ledger._db,
                deploys.settle,
                one.number,
                phase=one.phase,
                revision=one.revision,
                now=1.0,
                **cancelled,  # type: ignore[arg-type]
            )

    life.ledger._at = at
    done = await go_on(life, found)
    assert verdicts(done)[:2] == [STOPPED, STOPPED]
    assert await life.ledger.read(attempts.of, found[0].number) == []


# Authority, again for each of them


async def test_a_requester_who_lost_the_role_in_between_starts_no_other(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    life.guild.take_role(JIEUN)
    done = await go_on(life, found)
    assert verdicts(done) == [SUCCEEDED, (Verdict.CANCELLED, "requester_role"), STOPPED]
    assert begun(life) == ["web"]


async def test_a_vote_that_no_longer_stands_in_between_holds_the_next_one(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    await life.unreact(found[0], HANEUL, told=False)
    waiting = await life.until(found[1], Phase.AWAITING)
    assert waiting.verdict is None
    assert await life.pings(waiting) == ["nudge"]
    assert begun(life) == ["web"]
    await life.react(found[1], OTHER_ONCALL)
    assert verdicts(await go_on(life, found)) == [SUCCEEDED] * 3


async def test_a_vote_taken_back_after_it_was_read_and_before_the_next_intent_holds_it(life: Life) -> None:
    """The first one is over, so nothing of it is judged again: the one that is about to begin must be."""
    found = await approved(life, posted=1)
    await go_on(life, found, until=1)
    await life.until(found[1], Phase.STARTING)
    late = [True]

    def at(point: str) -> None:
        if point == "ledger.attempts.intend.before" and late:
            late.pop()
            life.guild.standing[Choice.APPROVE].discard(HANEUL.id)
            message, source = f"message-{found[0].number}", VoteSource.REACTION
            transact(life.ledger._db, votes.withdraw, message, HANEUL.id, Choice.APPROVE, source, 1.0)

    life.ledger._at = at
    await life.until(found[1], Phase.AWAITING)
    assert not late
    assert begun(life) == ["web"]


async def test_the_first_ones_card_takes_votes_until_the_last_has_begun(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    await life.unreact(found[0], HANEUL)
    assert await life.ledger.read(votes.standing, f"message-{found[0].number}") == []
    await life.react(found[0], OTHER_ONCALL)
    await go_on(life, found)
    await life.unreact(found[0], OTHER_ONCALL)
    assert len(await life.ledger.read(votes.standing, f"message-{found[0].number}")) == 1


async def test_those_behind_the_first_ask_for_nothing_of_their_own(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found)
    assert [await life.audited(deploy, "approval_asked") for deploy in found] == [1, 0, 0]


async def test_a_set_is_one_request_of_its_requester(life: Life) -> None:
    life.policy(requests=2)
    found = await offer(life)
    two = await life.engine.sets.tick(found.set.ulid, found.deploys[2].number, JIEUN)
    assert len((await life.engine.sets.confirm(two.set.ulid, JIEUN)).deploys) == 2
    await life.order(PROD[2], Kind.PROMOTE)


async def test_too_many_requests_are_too_many_for_a_set_too(life: Life) -> None:
    life.policy(requests=1)
    found = await offer(life)
    two = await life.engine.sets.tick(found.set.ulid, found.deploys[2].number, JIEUN)
    await life.order(PROD[2], Kind.PROMOTE)
    with pytest.raises(Refusal) as refused:
        await life.engine.sets.confirm(two.set.ulid, JIEUN)
    assert refused.value.code == "too_many_requests"
    assert len(await life.ledger.read(deploys.unfinished)) == 1


async def test_what_a_gate_does_not_let_through_yet_is_left_out(life: Life) -> None:
    asks = Gates(verified_in="staging", soak=3600.0)
    life.specs[PROD[1]] = replace(life.specs[PROD[1]], gates=asks)
    life.restart()
    found = await offer(life)
    assert [deploy.target.service for deploy in found.deploys] == ["web", "jobs"]
    assert [one["code"] for one in found.set.left_out] == ["gate_not_yet"]


async def test_an_approver_who_lost_the_role_in_between_holds_the_next_one(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    life.guild.take_role(HANEUL)
    await life.until(found[1], Phase.AWAITING)
    assert begun(life) == ["web"]


async def test_an_approval_card_that_is_gone_stops_the_next_one(life: Life) -> None:
    found = await approved(life)
    await go_on(life, found, until=1)
    life.guild.gone = True
    done = await go_on(life, found)
    assert verdicts(done)[1:] == [(Verdict.CANCELLED, "card_deleted"), STOPPED]


async def test_the_first_one_asks_for_whatever_any_of_them_needs(life: Life) -> None:
    two = Approval((Group((ONCALL,), count=2),), 1800.0)
    asks = {PROD[0]: None, PROD[1]: Approval((Group((ONCALL,)),), 1800.0), PROD[2]: two}
    life.specs = {
        target: replace(found, policy=replace(found.policy, approve=asks.get(target)))
        for target, found in life.specs.items()
    }
    life.restart()
    found = await approved(life)
    await life.while_(found[0], 60)
    assert (await life.now(found[0])).phase is Phase.AWAITING
    await life.react(found[0], OTHER_ONCALL)
    assert verdicts(await go_on(life, found)) == [SUCCEEDED] * 3


async def test_where_nobody_is_asked_they_simply_follow_each_other(life: Life) -> None:
    life.policy(approve=None)
    assert verdicts(await go_on(life, await confirmed(life))) == [SUCCEEDED] * 3
    assert begun(life) == list(SERVICES)


async def test_a_request_that_nobody_answers_ends_for_all(life: Life) -> None:
    found = await confirmed(life)
    done = await go_on(life, found)
    assert verdicts(done) == [(Verdict.EXPIRED, "expired"), STOPPED, STOPPED]


async def test_one_that_nobody_can_tell_of_holds_the_rest_until_their_time_is_over(life: Life) -> None:
    found = await approved(life)
    await life.until(found[0], Phase.RUNNING)
    life.platforms[PROD[0]].dead = True
    await life.until(found[0], Phase.UNKNOWN)
    life.clock.pass_(4000)
    await life.step(found[1])
    assert verdicts([await life.now(found[1])]) == [(Verdict.EXPIRED, "expired")]
    assert begun(life) == ["web"]


# No author approves the set


def minding(life: Life, *targets: Target) -> None:
    strict = Approval((Group((ONCALL,)),), 1800.0, authors=False)
    for target in targets:
        life.specs[target] = replace(life.specs[target], policy=replace(life.specs[target].policy, approve=strict))
    life.restart()


async def test_an_author_of_any_member_that_minds_does_not_approve_the_set(life: Life) -> None:
    minding(life, PROD[1])
    life.platforms[PROD[1]].wrote = ["haneul@example.org"]
    first, *_ = await approved(life)
    await life.while_(first, 60)
    assert [why for *_, why in (await life.now(first)).facts["tally"]["ignored"]] == ["author"]
    await life.react(first, OTHER_ONCALL)
    assert (await life.settled(first)).verdict is Verdict.SUCCEEDED


async def test_authors_that_cannot_be_read_of_any_member_leave_nobody(life: Life) -> None:
    minding(life, PROD[0], PROD[2])
    life.platforms[PROD[2]].wrote = None
    first, *_ = await approved(life)
    await life.while_(first, 60)
    assert [why for *_, why in (await life.now(first)).facts["tally"]["ignored"]] == ["authors_unknown"]
