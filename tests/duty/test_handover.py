"""Each change of the person on call is told once, whatever dies; whoever waits for approval asks the right person."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import post_card, problems
from bot.duty import Handover, Rota
from bot.errors import LedgerUnwritable
from bot.ledger import Ledger, locks, posts
from bot.ledger.looking import AGAIN, tried
from bot.ledger.rows import Post
from bot.model import Approval, Deploy, Group, Mentions, Person, Phase, Verdict
from bot.oncall import OnCall, Rotation
from bot.painter.mentions import mentions
from tests.duty.conftest import ADMIN, HOUR, JIEUN, MINSU, PLAN, ROLE, SORA, START, WEEK, Desk
from tests.engine.life import PROD, Life, lived
from tests.engine.world import DEV


def loop(desk: Desk) -> Handover:
    """A process, as it were: nothing is remembered but the rows."""
    return Handover(desk.ledger, desk.rota, {PROD.key}, desk.clock.now)


async def cards(ledger: Ledger) -> list[Post]:
    return [post for post in await ledger.read(posts.wanted) if post.kind == "handover"]


async def told(ledger: Ledger) -> list[tuple[str, str]]:
    """(before, now) of every card."""
    return [(post.payload["before"], post.payload["user"]) for post in await cards(ledger)]


async def test_the_first_look_of_all_is_no_handover(desk: Desk) -> None:
    await loop(desk).look()
    assert await told(desk.ledger) == []


async def test_a_turn_of_the_rotation_is_told_once_and_pings_only_the_incoming_person(desk: Desk) -> None:
    duty = loop(desk)
    await duty.look()
    desk.clock.wall = START.timestamp() + WEEK
    for _ in range(3):
        await duty.look()
        duty = loop(desk)
    (card,) = await cards(desk.ledger)
    assert (card.payload["before"], card.payload["user"], card.payload["by"]) == (MINSU.id, SORA.id, "rotation")
    assert (card.users, card.roles) == ((SORA.id,), ())
    assert card.topic == f"handover:{START.timestamp() + WEEK:.0f}:{SORA.id}"
    assert len(await desk.audited("handed_over")) == 1


async def test_it_sleeps_until_the_next_change_and_no_longer_than_a_minute(desk: Desk) -> None:
    desk.clock.wall = START.timestamp() + WEEK - 20
    assert await loop(desk).look() == 20
    desk.clock.wall = START.timestamp() + HOUR
    assert await loop(desk).look() == 60


async def test_an_override_is_handed_over_at_its_start_and_at_its_end(desk: Desk) -> None:
    duty = loop(desk)
    await duty.look()
    desk.clock.pass_(5)
    await desk.duties.override(SORA, ADMIN, "2h")
    assert await duty.look() == 60
    desk.clock.pass_(2 * HOUR)
    await duty.look()
    assert await told(desk.ledger) == [(MINSU.id, SORA.id), (SORA.id, MINSU.id)]


async def test_an_override_that_is_ended_early_is_handed_over_then(desk: Desk) -> None:
    duty = loop(desk)
    await duty.look()
    said = await desk.duties.override(SORA, ADMIN, "2h")
    await duty.look()
    desk.clock.pass_(300)
    assert said.now.override is not None
    await desk.duties.end(said.now.override, ADMIN)
    await loop(desk).look()
    assert await told(desk.ledger) == [(MINSU.id, SORA.id), (SORA.id, MINSU.id)]


async def test_an_override_for_the_same_person_is_no_handover(desk: Desk) -> None:
    duty = loop(desk)
    await duty.look()
    await desk.duties.override(MINSU, ADMIN, "2h")
    await duty.look()
    assert await told(desk.ledger) == []


async def test_when_only_the_role_is_left_the_card_says_so_and_pings_nobody(desk: Desk) -> None:
    await desk.planned(OnCall(ROLE))
    duty = loop(desk)
    await desk.duties.override(SORA, ADMIN, "1h")
    await duty.look()
    desk.clock.pass_(HOUR)
    await duty.look()
    (card,) = await cards(desk.ledger)
    assert (card.payload["user"], card.users, card.roles) == ("", (), ())


@pytest.mark.parametrize(("late", "cards"), [(30 * 60, 1), (2 * HOUR, 0)], ids=["half an hour", "two hours"])
async def test_after_a_while_away_only_a_fresh_change_is_news(desk: Desk, late: float, cards: int) -> None:
    await loop(desk).look()
    desk.clock.wall = START.timestamp() + WEEK + late
    await loop(desk).look()
    assert len(await told(desk.ledger)) == cards
    assert len(await desk.audited("handed_over")) == 1


async def test_a_plan_that_was_changed_in_the_middle_of_a_week_is_news_when_it_is_seen(desk: Desk) -> None:
    """The rotation's own boundary is days ago; the person changed just now."""
    desk.clock.wall = START.timestamp() + 3 * 24 * HOUR
    duty = loop(desk)
    await duty.look()
    desk.clock.pass_(60)
    duty.rota = Rota(desk.ledger, replace(PLAN, rotation=Rotation(START, WEEK, (JIEUN.id, SORA.id))), desk.clock.now)
    await duty.look()
    assert await told(desk.ledger) == [(MINSU.id, JIEUN.id)]


async def test_two_that_look_at_once_tell_it_once(desk: Desk) -> None:
    first, second = loop(desk), loop(desk)
    await first.look()
    desk.clock.wall = START.timestamp() + WEEK
    await asyncio.gather(first.look(), second.look())
    assert len(await told(desk.ledger)) == len(await desk.audited("handed_over")) == 1


async def test_a_commit_wakes_the_loop_and_a_ledger_that_cannot_be_read_does_not_end_it(desk: Desk) -> None:
    duty = loop(desk)
    running = asyncio.create_task(duty.run())
    async with asyncio.timeout(5):
        while duty._looked is None:
            await asyncio.sleep(0.01)
        await desk.duties.override(SORA, ADMIN, "2h")
        while not await told(desk.ledger):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    class Away(Rota):
        async def refresh(self) -> None:
            raise LedgerUnwritable("locked")

    assert await tried(replace(duty, rota=Away(desk.ledger, PLAN)).look, "handover") == AGAIN


# Approvals that wait


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    (tmp_path / "life").mkdir()
    async with lived(tmp_path / "life") as found:
        yield found


def people(life: Life) -> tuple[Person, Person, Person]:
    """The rotation's three as members, developers like the requester."""
    found = [Person(one.id, one.name, frozenset({DEV})) for one in (MINSU, SORA, JIEUN)]
    life.guild.members.update({one.id: one for one in found})
    return found[0], found[1], found[2]


async def waiting(life: Life, requester: Person, hold: float = 0.0) -> tuple[Deploy, Rota, Handover]:
    """To prod, which wants the person on call; nobody else counts."""
    life.policy(approve=Approval((Group((), True),), 1800.0), hold=hold)
    life.clock.wall = START.timestamp() + WEEK - 600
    rota = Rota(life.ledger, PLAN, life.clock.now)
    await rota.refresh()
    life.core.oncall = rota
    duty = Handover(life.ledger, rota, {PROD.key}, life.clock.now)
    await duty.look()
    deploy = await life.order(PROD, who=requester)
    await life.until(deploy, Phase.AWAITING)
    return deploy, rota, duty


def pinged(deploy: Deploy, rota: Rota, kind: str, at: float) -> tuple[str, ...]:
    return mentions(kind, deploy, {}, oncall=rota, page=True, now=at).users


async def test_the_incoming_person_is_pinged_once_for_each_approval_that_waits(life: Life) -> None:
    minsu, sora, jieun = people(life)
    deploy, rota, duty = await waiting(life, jieun)
    assert pinged(deploy, rota, "card", life.clock.now()) == (minsu.id,)
    life.clock.pass_(600)
    for _ in range(3):
        await duty.look()
    assert await life.pings(deploy) == ["reaimed"]
    assert pinged(deploy, rota, "reaimed", life.clock.now()) == (sora.id,)
    (card,) = await cards(life.ledger)
    assert card.payload["waiting"]["lines"][0]["id"] == deploy.number


async def test_a_requester_who_comes_on_call_is_not_asked_but_the_next(life: Life) -> None:
    _, sora, jieun = people(life)
    deploy, rota, duty = await waiting(life, sora)
    life.clock.pass_(600)
    await duty.look()
    assert pinged(deploy, rota, "reaimed", life.clock.now()) == (jieun.id,)


async def test_a_target_that_does_not_page_asks_nobody_anew(life: Life) -> None:
    _, _, jieun = people(life)
    deploy, _, duty = await waiting(life, jieun)
    duty.pages = frozenset()
    life.clock.pass_(600)
    await duty.look()
    assert await life.pings(deploy) == []


async def test_after_hours_away_the_right_person_is_asked_though_the_change_is_no_news(life: Life) -> None:
    _, _, jieun = people(life)
    deploy, rota, _ = await waiting(life, jieun)
    life.clock.pass_(2 * HOUR)
    await Handover(life.ledger, rota, {PROD.key}, life.clock.now).look()
    assert await life.pings(deploy) == ["reaimed"]
    assert await cards(life.ledger) == []


async def test_a_vote_counts_for_whoever_is_on_call_now(life: Life) -> None:
    """The outgoing person's seat is lost with the handover, and the incoming one's counts."""
    _, sora, jieun = people(life)
    deploy, _, duty = await waiting(life, jieun)
    await life.react(deploy, sora)
    await life.step(deploy)
    assert (await life.now(deploy)).phase is Phase.AWAITING, "not on call yet"
    life.clock.pass_(600)
    await duty.look()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_handover_during_the_hold_takes_the_quorum_back(life: Life) -> None:
    minsu, _, jieun = people(life)
    deploy, _, _ = await waiting(life, jieun, hold=60.0)
    life.clock.pass_(580)
    await life.react(deploy, minsu)
    await life.until(deploy, Phase.HOLD)
    life.clock.pass_(20)
    await life.step(deploy)
    assert (await life.now(deploy)).phase is Phase.AWAITING
    assert await life.audited(deploy, "quorum_lost") == 1


async def test_what_is_told_is_counted_and_cut(desk: Desk) -> None:
    duty = loop(desk)
    await duty.look()
    for number in range(11):
        await desk.ledger.do(
            locks.lock,
            service=None,
            env="prod",
            owner="1",
            owner_name="minsu",
            reason=f"@everyone {number}",
            until=None,
            now=desk.clock.now(),
        )
    desk.clock.wall = START.timestamp() + WEEK
    await duty.look()
    (card,) = await cards(desk.ledger)
    assert (card.payload["locks"]["n"], len(card.payload["locks"]["lines"])) == (11, 8)
    for lang in ("ko", "en"):
        drawn = post_card(card.kind, card.payload, lang, desk.clock.now(), Mentions(card.users, card.roles))
        assert problems(drawn) == []
        assert drawn.mentions == Mentions(users=(SORA.id,))
        assert drawn.content.startswith(f"<@{SORA.id}> ")
        whole = "\n".join(drawn.lines)
        assert "@everyone" not in whole
        assert {"ko": "전체 · prod", "en": "all · prod"}[lang] in whole
        assert {"ko": "외 3건", "en": "3 more"}[lang] in whole
