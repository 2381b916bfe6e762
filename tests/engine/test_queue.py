"""Waiting for a target that is not free: a wish starts nothing, allows nothing, and calls nobody twice."""

from __future__ import annotations

import pytest

from bot.board import Board
from bot.errors import Refusal, SlipwayError
from bot.ledger import audit, deploys, posts, wishes
from bot.ledger.rows import Post
from bot.model import Deploy, Kind, Order, Person, Phase, Target, Verdict, Wish
from bot.ports import Site
from bot.queue import DAY, TURN
from tests.engine.life import PROD, STAGING, Life
from tests.engine.world import HANEUL, JIEUN, MINSU, STRANGER, trouble

PARK = Person("5", "park", MINSU.roles)


async def refused(
    life: Life, who: Person, target: Target = STAGING, kind: Kind = Kind.DEPLOY, *, emergency: bool = False
) -> tuple[str, str]:
    """(code, reference) of an order that is not accepted."""
    order = Order(kind, target, who.id, who.name, "c" if kind is Kind.DEPLOY else None, "why not", emergency=emergency)
    with pytest.raises(SlipwayError) as error:
        await life.engine.propose(order, who)
    return error.value.code, await life.engine.refused(error.value, who, kind.value)


async def queued(life: Life, who: Person, target: Target = STAGING) -> Wish:
    _, ref = await refused(life, who, target)
    wish, _ = await life.queue.join(ref, who)
    return wish


async def looked(life: Life) -> float:
    """Until nothing is left to do now; the seconds until something will be."""
    for _ in range(20):
        pause = await life.queue.look()
        if pause > 0:
            return pause
    raise AssertionError("the queue spins")


async def called(life: Life) -> list[tuple[str, ...]]:
    """Everybody who was pinged so far, in order."""
    return [post.users for post in await life.ledger.read(posts.wanted) if post.kind == "queue_turn"]


async def the_call(life: Life, wish: Wish) -> Post:
    """What was said about this wish, on the screen."""
    found = [post for post in await life.ledger.read(posts.wanted) if post.payload.get("ref") == wish.ulid]
    await life.ledger.do(posts.sent, found[-1].id, "channel", f"turn-{wish.ulid}", 0, life.clock.now())
    post = await life.ledger.read(posts.by_message, f"turn-{wish.ulid}")
    assert post is not None
    return post


async def no(code: str, awaitable: object) -> None:
    with pytest.raises(Refusal) as error:
        await awaitable  # type: ignore[misc]
    assert error.value.code == code


async def busy(life: Life) -> Deploy:
    """jieun's deploy waits for its work on staging."""
    deploy = await life.order(STAGING)
    await life.until(deploy, Phase.RUNNING)
    return deploy


async def test_a_busy_target_tells_the_place_and_calls_only_the_first_when_it_is_free(life: Life) -> None:
    deploy = await busy(life)
    _, first = await refused(life, MINSU)
    _, second = await refused(life, PARK)
    assert (await life.queue.join(first, MINSU))[1] == 1
    assert (await life.queue.join(second, PARK))[1] == 2
    await looked(life)
    assert await called(life) == []
    await life.settled(deploy)
    await looked(life)
    assert await called(life) == [(MINSU.id,)]


async def test_a_wish_starts_nothing_and_plans_nothing_by_itself(life: Life) -> None:
    deploy = await busy(life)
    await queued(life, MINSU)
    await life.settled(deploy)
    begun = len(life.platform.begun())
    await looked(life)
    life.clock.pass_(TURN / 2)
    await looked(life)
    assert await life.ledger.read(deploys.unfinished) == []
    assert len(life.platform.begun()) == begun


async def test_in_their_turn_the_plan_is_drawn_anew_and_its_confirm_ends_the_wish(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await life.settled(deploy)
    await looked(life)
    order = await life.queue.turn(wish.ulid, MINSU, message=(await the_call(life, wish)).message)
    assert (order.wanted, order.reason, order.requester) == ("c", "why not", MINSU.id)
    planned = await life.engine.propose(order, MINSU)
    assert planned.plan.before == deploy.to
    await life.engine.confirm(planned.ulid, MINSU)
    ended = await life.ledger.read(wishes.by_ulid, wish.ulid)
    assert ended is not None
    assert ended.ended == "taken"
    await no("turn_over", life.queue.turn(wish.ulid, MINSU, message=None))


async def test_nobody_else_may_take_the_turn_nor_leave_for_them(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await life.settled(deploy)
    await looked(life)
    await no("not_your_turn", life.queue.turn(wish.ulid, PARK, message=None))
    await no("not_your_turn", life.queue.leave(wish.ulid, PARK, message=None))


async def test_nobody_can_queue_with_somebody_elses_refusal(life: Life) -> None:
    await busy(life)
    _, ref = await refused(life, MINSU)
    await no("not_your_turn", life.queue.join(ref, PARK))
    await no("stale", life.queue.join("01JCK7Q3ZV9M2T4X8B6N5R1K3V", MINSU))


async def test_a_role_is_wanted_when_queueing_and_again_in_the_turn(life: Life) -> None:
    deploy = await busy(life)
    _, ref = await refused(life, MINSU)
    bare = Person(MINSU.id, MINSU.name, frozenset())
    await no("role", life.queue.join(ref, bare))
    wish, _ = await life.queue.join(ref, MINSU)
    await life.settled(deploy)
    await looked(life)
    await no("role", life.queue.turn(wish.ulid, bare, message=None))


async def test_a_button_on_a_copied_message_takes_no_turn(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await life.settled(deploy)
    await looked(life)
    await no("stale", life.queue.turn(wish.ulid, MINSU, message="a-copy"))


async def test_before_its_turn_a_wish_shows_no_plan(life: Life) -> None:
    await busy(life)
    wish = await queued(life, MINSU)
    await no("turn_over", life.queue.turn(wish.ulid, MINSU, message=None))


async def test_a_turn_that_passes_by_goes_to_the_next_and_a_second_one_ends_the_wish(life: Life) -> None:
    deploy = await busy(life)
    late = await queued(life, MINSU)
    await queued(life, PARK)
    await life.settled(deploy)
    assert await looked(life) <= TURN
    for _ in range(4):
        life.clock.pass_(TURN)
        await looked(life)
    assert await called(life) == [(MINSU.id,), (PARK.id,), (MINSU.id,), (PARK.id,)]
    assert await life.ledger.read(wishes.waiting) == []
    ended = await life.ledger.read(wishes.by_ulid, late.ulid)
    assert ended is not None
    assert ended.ended == "missed"


async def test_somebody_who_is_faster_takes_the_turn_but_not_the_place(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await queued(life, PARK)
    await life.settled(deploy)
    await looked(life)
    other = await life.order(STAGING, wanted="d")
    await looked(life)
    assert await life.ledger.read(wishes.place, wish) == 1
    await no("turn_over", life.queue.turn(wish.ulid, MINSU, message=None))
    await life.settled(other)
    await looked(life)
    assert await called(life) == [(MINSU.id,), (MINSU.id,)]


async def test_a_person_stands_in_a_queue_once_and_may_change_what_is_wanted(life: Life) -> None:
    await busy(life)
    first, again = await queued(life, MINSU), await queued(life, MINSU)
    assert first.id == again.id
    assert len(await life.ledger.read(wishes.waiting)) == 1


async def test_a_wish_ends_after_a_day(life: Life) -> None:
    await busy(life)
    wish = await queued(life, MINSU)
    life.clock.pass_(DAY)
    await looked(life)
    ended = await life.ledger.read(wishes.by_ulid, wish.ulid)
    assert ended is not None
    assert ended.ended == "old"
    await no("not_queued", life.queue.leave(wish.ulid, MINSU, message=None))


async def test_whoever_leaves_is_not_called(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await life.queue.leave(wish.ulid, MINSU, message=None)
    await life.settled(deploy)
    await looked(life)
    assert await called(life) == []


async def test_a_locked_target_calls_when_it_is_unlocked_and_when_its_time_is_over(life: Life) -> None:
    await life.locks.lock("app", "staging", HANEUL, "drill", None)
    assert (await refused(life, MINSU))[0] == "locked"
    await queued(life, MINSU)
    await looked(life)
    assert await called(life) == []
    await life.locks.unlock("app", "staging", HANEUL)
    await looked(life)
    await life.locks.lock("app", "staging", HANEUL, "drill", "30m")
    await looked(life)
    life.clock.pass_(1800)
    await looked(life)
    assert await called(life) == [(MINSU.id,), (MINSU.id,)]


async def test_a_frozen_target_is_not_free(life: Life) -> None:
    life.policy(admin=("role-dev",))
    await life.locks.lock("app", "staging", HANEUL, "drill", "30m")
    await queued(life, MINSU)
    await life.locks.freeze("staging", JIEUN, "1h", "release night")
    life.clock.pass_(1800)
    await looked(life)
    assert await called(life) == []
    life.clock.pass_(1800)
    await looked(life)
    assert await called(life) == [(MINSU.id,)]


async def test_only_what_ends_by_itself_or_by_a_hand_can_be_waited_for(life: Life) -> None:
    code, ref = await refused(life, STRANGER)
    assert code == "role"
    await no("stale", life.queue.join(ref, STRANGER))


async def test_break_glass_cannot_be_queued(life: Life) -> None:
    await life.locks.lock("app", "staging", HANEUL, "drill", None)
    order = Order(Kind.DEPLOY, STAGING, MINSU.id, MINSU.name, "c", "x" * 30, emergency=True)
    try:
        await life.engine.propose(order, MINSU)
    except SlipwayError as error:
        ref = await life.engine.refused(error, MINSU, "deploy")
        await no("stale", life.queue.join(ref, MINSU))


async def test_a_process_that_died_after_the_call_calls_nobody_twice(life: Life) -> None:
    deploy = await busy(life)
    await queued(life, MINSU)
    await life.settled(deploy)
    await looked(life)
    life.restart()
    await looked(life)
    assert await called(life) == [(MINSU.id,)]


async def test_no_second_person_is_called_in_the_same_turn_nor_while_the_target_is_claimed(life: Life) -> None:
    """In the very transaction: whatever was read before may be over."""
    deploy = await busy(life)
    first, second = await queued(life, MINSU), await queued(life, PARK)
    assert await life.ledger.do(wishes.call, first.id, life.clock.now()) is None
    await life.settled(deploy)
    assert await life.ledger.do(wishes.call, first.id, life.clock.now()) is not None
    assert await life.ledger.do(wishes.call, first.id, life.clock.now()) is None
    assert await life.ledger.do(wishes.call, second.id, life.clock.now()) is None


async def test_the_call_says_afterwards_what_became_of_the_turn(life: Life) -> None:
    deploy = await busy(life)
    wish = await queued(life, MINSU)
    await life.settled(deploy)
    await looked(life)
    message = (await the_call(life, wish)).message
    assert message is not None
    await life.queue.leave(wish.ulid, MINSU, message=message)
    post = await life.ledger.read(posts.by_message, message)
    assert post is not None
    assert post.payload["state"] == "left"


async def test_a_result_that_nobody_knows_is_called_that_and_not_a_running_deploy(life: Life) -> None:
    deploy = await busy(life)
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    life.platform.dead = False
    for kind in (Kind.ROLLBACK, Kind.DEPLOY):
        assert (await refused(life, MINSU, kind=kind))[0] == "result_unknown"
    with pytest.raises(Refusal) as error:
        await life.engine.rollback_plan(deploy.ulid, MINSU, message=await life.post(deploy.number))
    assert error.value.code == "result_unknown"
    assert error.value.facts["deploy"] == deploy.number


async def test_every_refusal_of_an_order_is_told_by_why_of_its_target(life: Life) -> None:
    deploy = await busy(life)
    await refused(life, MINSU)
    with pytest.raises(Refusal) as error:
        await life.engine.settle(deploy.ulid, JIEUN, "no")
    await life.engine.refused(error.value, JIEUN, "settle")
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    life.platform.next["running"].append(trouble("unreachable"))
    assert (await refused(life, MINSU))[0] == "unreachable"
    rows = await life.ledger.read(audit.events, target=STAGING, actions=["refused"])
    assert [row.facts["code"] for row in rows] == ["unreachable", "already_over", "target_busy"]
    assert await life.ledger.read(audit.events, target=PROD, actions=["refused"]) == []
    sites = {target: Site(found, life.platform) for target, found in life.specs.items()}
    view = await Board(life.ledger, sites, life.core.oncall, life.clock.now).why(None, "app", "staging")
    assert "unreachable" in [line.facts.get("code") for line in view.lines if line.code == "refused"]
