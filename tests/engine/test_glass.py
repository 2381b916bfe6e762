"""Break-glass: who may, what it skips, what it never skips, and the second person's word that it owes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine import glass
from bot.errors import Refusal, SlipwayError
from bot.ledger import audit, countersigns, posts
from bot.ledger.rows import Post
from bot.model import Countersign, Deploy, Gates, Kind, Order, Person, Phase, Says, Verdict
from tests.engine.life import HOUR, PROD, STAGING, Life
from tests.engine.test_calendar import closes
from tests.engine.world import DEV, HANEUL, JIEUN, MINSU, ONCALL, OTHER_ONCALL, STRANGER

GLASS, LEAD = "role-glass", "role-lead"
BREAKER = Person("5", "bora", frozenset({GLASS}))
BOSS = Person("6", "dami", frozenset({LEAD}))
WHY = "payments fail for everybody since 02:40"
DUE = 12 * HOUR


@pytest.fixture(autouse=True)
def allowed(life: Life) -> None:
    for who in (BREAKER, BOSS):
        life.guild.members[who.id] = who
    life.policy(emergency=(GLASS,), lead=(LEAD,), admin=(DEV,))


async def plan(life: Life, who: Person = BREAKER, reason: str | None = WHY, wanted: str = "b") -> Deploy:
    return await life.engine.propose(Order(Kind.DEPLOY, PROD, who.id, who.name, wanted, reason, emergency=True), who)


async def order(life: Life, who: Person = BREAKER, wanted: str = "b") -> Deploy:
    planned = await plan(life, who, wanted=wanted)
    deploy = await life.engine.confirm(planned.ulid, who)
    await life.post(deploy.number)
    return deploy


async def owed(life: Life, deploy: Deploy) -> Countersign:
    found = await life.ledger.read(countersigns.of, deploy.number)
    assert found is not None
    return found


async def said(life: Life, kind: str, deploy: Deploy) -> Post | None:
    return await life.ledger.read(posts.of_topic, f"{kind} {deploy.number}")


async def overdue(life: Life, wanted: str = "b") -> Deploy:
    """One whose twelve hours went by."""
    deploy = await life.settled(await order(life, wanted=wanted))
    life.clock.pass_(DUE)
    await glass.look(life.core)
    return deploy


# Who may


@pytest.mark.parametrize("who", [JIEUN, HANEUL, BOSS, STRANGER])
async def test_only_roles_named_for_it_may(life: Life, who: Person) -> None:
    with pytest.raises(Refusal, match="emergency_role") as caught:
        await plan(life, who)
    assert caught.value.facts["roles"] == [GLASS]


async def test_where_no_role_is_named_nobody_may(life: Life) -> None:
    life.policy(emergency=())
    with pytest.raises(Refusal, match="emergency_role"):
        await plan(life)


@pytest.mark.parametrize("reason", [None, "", "broken", "a" + " " * 40 + "b", "\u200b" * 30])
async def test_a_reason_that_says_nothing_is_refused(life: Life, reason: str | None) -> None:
    with pytest.raises(Refusal, match="emergency_reason"):
        await plan(life, reason=reason)


async def test_whoever_may_break_the_glass_may_not_deploy_by_it_alone(life: Life) -> None:
    with pytest.raises(Refusal, match=r"^role "):
        await life.plan(PROD, who=BREAKER)


async def test_a_role_lost_after_the_confirm_starts_nothing(life: Life) -> None:
    deploy = await order(life)
    life.guild.take_role(BREAKER)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "requester_role")
    assert life.platform.log == []


async def test_a_deploy_role_does_not_carry_a_break_glass_order(life: Life) -> None:
    deploy = await order(life)
    life.guild.members[BREAKER.id] = replace(BREAKER, roles=frozenset({DEV}))
    assert (await life.settled(deploy)).code == "requester_role"


async def test_a_policy_that_changed_after_the_confirm_starts_nothing(life: Life) -> None:
    deploy = await order(life)
    life.policy(emergency=(GLASS, DEV))
    assert (await life.settled(deploy)).facts["what"] == ["policy"]
    assert life.platform.log == []


# What it skips, and what it never skips


async def test_it_asks_nobody_and_passes_every_freeze(life: Life) -> None:
    life.restart(windows=(closes(life),))
    await life.locks.freeze(None, MINSU, None, "holidays")
    settled = await life.settled(await order(life))
    assert settled.verdict is Verdict.SUCCEEDED
    assert settled.plan.freeze is not None
    assert await life.audited(settled, "approval_asked") == 0
    assert len(life.platform.begun()) == 1


async def test_a_gate_that_says_no_is_shown_and_does_not_hold_it(life: Life) -> None:
    life.restart(gates=Gates(verified_in="staging"))
    planned = await plan(life)
    assert [(answer.gate, answer.says) for answer in planned.plan.answers] == [("verified_in", Says.NO)]
    await life.engine.confirm(planned.ulid, BREAKER)
    settled = await life.settled(planned)
    assert settled.verdict is Verdict.SUCCEEDED
    assert settled.facts["gates_skipped"] == ["verified_in"]


async def test_a_persons_lock_refuses_it(life: Life) -> None:
    await life.locks.lock("app", "prod", MINSU, "database work", None)
    with pytest.raises(Refusal, match="locked"):
        await plan(life)


async def test_a_persons_lock_refuses_it_even_from_on_call(life: Life) -> None:
    life.policy(emergency=(ONCALL,))
    await life.locks.lock("app", "prod", MINSU, "database work", None)
    with pytest.raises(Refusal, match="locked"):
        await plan(life, HANEUL)


async def test_a_lock_made_after_its_confirm_wins(life: Life) -> None:
    deploy = await order(life)
    await life.locks.lock("app", "prod", MINSU, "database work", None)
    assert (await life.settled(deploy)).code == "locked"
    assert life.platform.log == []


async def test_a_success_still_needs_evidence_and_health(life: Life) -> None:
    life.platform.sick.add("b" * 40)
    settled = await life.settled(await order(life))
    assert settled.verdict is Verdict.FAILED
    assert (await owed(life, settled)).owed


async def test_it_displaces_a_deploy_that_waits_and_its_people_are_told(life: Life) -> None:
    waiting = await life.until(await life.order(PROD), Phase.AWAITING)
    deploy = await order(life, wanted="c")
    ended = await life.now(waiting)
    assert (ended.verdict, ended.facts["by"]) == (Verdict.SUPERSEDED, deploy.number)
    assert await life.pings(waiting) == ["superseded"]
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_it_does_not_displace_what_has_begun(life: Life) -> None:
    running = await life.until(await life.approved(), Phase.RUNNING)
    with pytest.raises(Refusal, match="target_busy"):
        await plan(life, wanted="c")
    assert (await life.settled(running)).verdict is Verdict.SUCCEEDED


async def test_what_begins_between_its_plan_and_its_confirm_is_not_displaced(life: Life) -> None:
    planned = await plan(life, wanted="c")
    waiting = await life.approved()
    await life.until(waiting, Phase.RUNNING)
    with pytest.raises(Refusal):
        await life.engine.confirm(planned.ulid, BREAKER)
    assert await life.ledger.read(countersigns.of, planned.number) is None


async def test_an_ordinary_deploy_displaces_no_break_glass(life: Life) -> None:
    await order(life)
    with pytest.raises(Refusal, match="target_busy"):
        await life.plan(PROD, wanted="c")


async def test_it_is_rolled_back_like_any_other(life: Life) -> None:
    deploy = await life.settled(await order(life))
    back = await life.engine.rollback_plan(deploy.ulid, HANEUL)
    assert (back.kind, back.plan.emergency) == (Kind.ROLLBACK, False)
    await life.engine.confirm(back.ulid, HANEUL)
    assert (await life.settled(back)).verdict is Verdict.SUCCEEDED


async def test_a_new_plan_and_trying_again_are_break_glass_again_with_the_same_role(life: Life) -> None:
    deploy = await plan(life)
    assert (await life.engine.replan(deploy.ulid, BREAKER)).plan.emergency
    with pytest.raises(Refusal, match="emergency_role"):
        await life.engine.replan(deploy.ulid, JIEUN)


# The alarm and the second person


async def test_the_alarm_is_made_with_the_confirm_and_pings_the_lead_and_on_call(life: Life) -> None:
    planned = await plan(life)
    assert await life.ledger.read(countersigns.of, planned.number) is None
    deploy = await life.engine.confirm(planned.ulid, BREAKER)
    alarm = await said(life, "break_glass", deploy)
    assert alarm is not None
    assert (alarm.place, alarm.roles) == ("security", (LEAD, ONCALL))
    assert alarm.payload["reason"] == WHY
    assert (await owed(life, deploy)).due == life.clock.now() + DUE
    assert await life.audited(deploy, "break_glass") == 1


async def test_an_order_that_never_began_owes_nothing(life: Life) -> None:
    deploy = await order(life)
    await life.engine.cancel(deploy.ulid, BREAKER)
    assert not (await owed(life, deploy)).owed
    alarm = await said(life, "break_glass", deploy)
    assert alarm is not None
    assert alarm.payload["state"] == "void"
    life.clock.pass_(DUE)
    await glass.look(life.core)
    assert await said(life, "countersign_overdue", deploy) is None
    with pytest.raises(Refusal, match="not_open"):
        await life.engine.countersign(deploy.ulid, HANEUL)


async def test_one_that_another_break_glass_displaced_owes_nothing(life: Life) -> None:
    first = await order(life)
    second = await order(life, wanted="c")
    assert not (await owed(life, first)).owed
    assert (await owed(life, second)).owed


@pytest.mark.parametrize("who", [HANEUL, BOSS])
async def test_whoever_could_approve_it_or_the_lead_may_countersign(life: Life, who: Person) -> None:
    deploy = await life.settled(await order(life))
    signed = await life.engine.countersign(deploy.ulid, who)
    assert (signed.signed_by, signed.signed_by_name, signed.signed_at) == (who.id, who.name, life.clock.now())
    alarm = await said(life, "break_glass", deploy)
    assert alarm is not None
    assert (alarm.payload["state"], alarm.payload["by"]) == ("signed", who.name)
    assert await life.audited(deploy, "countersigned") == 1
    assert await life.ledger.read(audit.verify) == []


async def test_the_requester_may_not_countersign_nor_may_a_linked_account(life: Life) -> None:
    life.policy(emergency=(ONCALL,))
    deploy = await life.settled(await order(life, HANEUL))
    with pytest.raises(Refusal, match="countersign_self"):
        await life.engine.countersign(deploy.ulid, HANEUL)
    life.core.linked = {HANEUL.id: frozenset({OTHER_ONCALL.id}), OTHER_ONCALL.id: frozenset({HANEUL.id})}
    with pytest.raises(Refusal, match="countersign_self"):
        await life.engine.countersign(deploy.ulid, OTHER_ONCALL)
    assert (await owed(life, deploy)).owed


@pytest.mark.parametrize("who", [JIEUN, STRANGER])
async def test_nobody_else_may_countersign(life: Life, who: Person) -> None:
    deploy = await life.settled(await order(life))
    with pytest.raises(Refusal, match=r"^role "):
        await life.engine.countersign(deploy.ulid, who)


async def test_roles_are_read_again_when_somebody_countersigns(life: Life) -> None:
    deploy = await life.settled(await order(life))
    life.guild.take_role(HANEUL)
    with pytest.raises(Refusal, match=r"^role "):
        await life.engine.countersign(deploy.ulid, HANEUL)
    life.guild.silent = True
    with pytest.raises(SlipwayError, match="authority_unreadable"):
        await life.engine.countersign(deploy.ulid, BOSS)
    assert (await owed(life, deploy)).owed


async def test_it_is_countersigned_once(life: Life) -> None:
    deploy = await life.settled(await order(life))
    await life.engine.countersign(deploy.ulid, HANEUL)
    with pytest.raises(Refusal, match="already_countersigned") as caught:
        await life.engine.countersign(deploy.ulid, BOSS)
    assert caught.value.facts["who"] == HANEUL.name


async def test_a_foreign_message_carries_no_countersign(life: Life) -> None:
    deploy = await life.settled(await order(life))
    other = await life.deployed("c")
    for message in ("copied", f"message-{other.number}"):
        with pytest.raises(Refusal, match="stale"):
            await life.engine.countersign(deploy.ulid, HANEUL, message=message)
    await life.engine.countersign(deploy.ulid, HANEUL, message=f"message-{deploy.number}")


async def test_the_alarm_itself_carries_it(life: Life) -> None:
    deploy = await life.settled(await order(life))
    alarm = await said(life, "break_glass", deploy)
    assert alarm is not None
    await life.ledger.do(posts.sent, alarm.id, "security", "alarm", 1, life.clock.now())
    await life.engine.countersign(deploy.ulid, HANEUL, message="alarm")


async def test_an_ordinary_deploy_has_nothing_to_countersign(life: Life) -> None:
    with pytest.raises(Refusal, match="not_open"):
        await life.engine.countersign((await life.deployed("b")).ulid, HANEUL)


# When nobody does


async def test_it_is_looked_at_again_when_it_is_due_and_not_before(life: Life) -> None:
    deploy = await life.settled(await order(life))
    assert await glass.look(life.core) == glass.LOOK
    life.clock.pass_((await owed(life, deploy)).due - life.clock.now() - 7)
    assert await glass.look(life.core) == pytest.approx(7)
    assert await said(life, "countersign_overdue", deploy) is None


async def test_the_lead_is_paged_once_also_over_restarts(life: Life) -> None:
    deploy = await overdue(life)
    page = await said(life, "countersign_overdue", deploy)
    assert page is not None
    assert (page.place, page.roles, page.payload["who"]) == ("security", (LEAD,), BREAKER.name)
    life.restart()
    await glass.look(life.core)
    life.clock.pass_(DUE)
    await glass.look(life.core)
    assert await life.audited(deploy, "countersign_overdue") == 1


async def test_a_bot_that_was_away_pages_when_it_is_back(life: Life) -> None:
    deploy = await life.settled(await order(life))
    life.clock.pass_(3 * DUE)
    life.restart()
    await glass.look(life.core)
    assert await said(life, "countersign_overdue", deploy) is not None


async def test_a_wall_clock_that_jumps_back_extends_nothing(life: Life) -> None:
    deploy = await life.settled(await order(life))
    await glass.look(life.core)
    life.clock.jump(-10 * HOUR)
    life.clock.pass_(DUE)
    await glass.look(life.core)
    assert (await owed(life, deploy)).overdue_at is not None
    with pytest.raises(Refusal, match="countersign_overdue"):
        await life.plan(PROD, wanted="c")


@pytest.mark.parametrize("marked", [False, True])
async def test_deploys_there_are_frozen_and_nowhere_else(life: Life, *, marked: bool) -> None:
    """By the clock too: nobody gets through between the moment and the page."""
    deploy = await life.settled(await order(life))
    life.clock.pass_(DUE)
    if marked:
        await glass.look(life.core)
    with pytest.raises(Refusal, match="countersign_overdue") as caught:
        await life.plan(PROD, wanted="c")
    assert (caught.value.facts["deploy"], caught.value.facts["who"]) == (deploy.number, BREAKER.name)
    assert (await life.plan(STAGING, wanted="c")).phase is Phase.PLANNED


async def test_rollback_and_further_break_glass_stay_open(life: Life) -> None:
    await overdue(life)
    assert (await life.settled(await order(life, wanted="c"))).verdict is Verdict.SUCCEEDED
    back = await life.order(PROD, Kind.ROLLBACK, HANEUL)
    assert (await life.settled(back)).verdict is Verdict.SUCCEEDED


async def test_a_plan_made_before_it_was_overdue_is_refused_at_its_confirm(life: Life) -> None:
    await life.settled(await order(life))
    life.clock.pass_(DUE - 60)
    planned = await life.plan(PROD, wanted="c")
    life.clock.pass_(60)
    with pytest.raises(Refusal, match="countersign_overdue"):
        await life.engine.confirm(planned.ulid, JIEUN)


async def test_a_deploy_that_waits_when_it_becomes_overdue_is_cancelled_before_the_intent(life: Life) -> None:
    await life.settled(await order(life))
    life.clock.pass_(DUE - 60)
    waiting = await life.until(await life.order(PROD, wanted="c"), Phase.AWAITING)
    life.clock.pass_(60)
    before = (await life.now(waiting)).revision
    await glass.look(life.core)
    assert (await life.now(waiting)).revision > before  # what was judged without it is judged again
    ended = await life.settled(waiting)
    assert (ended.verdict, ended.code) == (Verdict.CANCELLED, "countersign_overdue")
    assert await life.pings(waiting) == ["cancelled"]


async def test_countersigning_late_opens_it_again_and_is_told(life: Life) -> None:
    deploy = await overdue(life)
    signed = await life.engine.countersign(deploy.ulid, BOSS)
    assert signed.overdue_at is not None
    assert (await life.plan(PROD, wanted="c")).phase is Phase.PLANNED
    for kind in ("break_glass", "countersign_overdue"):
        post = await said(life, kind, deploy)
        assert post is not None
        assert post.payload["state"] == "signed"


async def test_each_overdue_one_holds_the_target_until_both_are_signed(life: Life) -> None:
    first = await overdue(life)
    second = await overdue(life, wanted="c")
    await life.engine.countersign(first.ulid, BOSS)
    with pytest.raises(Refusal, match="countersign_overdue"):
        await life.plan(PROD, wanted="d")
    await life.engine.countersign(second.ulid, HANEUL)
    assert (await life.plan(PROD, wanted="d")).phase is Phase.PLANNED


async def test_a_target_that_left_the_configuration_still_pages_its_lead(life: Life) -> None:
    deploy = await life.settled(await order(life))
    life.core.sites = {target: site for target, site in life.core.sites.items() if target != PROD}
    life.clock.pass_(DUE)
    await glass.look(life.core)
    page = await said(life, "countersign_overdue", deploy)
    assert page is not None
    assert page.roles == (LEAD,)
