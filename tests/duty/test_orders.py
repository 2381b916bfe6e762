"""Somebody else on call for a while: who may say so, until when, and how it ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.board import Board
from bot.cards import history_card
from bot.errors import Refusal
from bot.model import Person
from bot.oncall import OnCall, Source
from bot.ports import Site
from tests.duty.conftest import (
    ADMIN,
    DAY,
    HELPER,
    HOUR,
    JIEUN,
    MINSU,
    PLAN,
    ROLE,
    SORA,
    START,
    STRANGER,
    WEEK,
    Desk,
)
from tests.engine.life import PROD, spec
from tests.engine.world import Platform


async def refused(desk: Desk, who: Person, by: Person, until: str | None = None) -> str:
    with pytest.raises(Refusal) as raised:
        await desk.duties.override(who, by, until)
    assert await desk.audited("override_set", "override_ended") == [], "a refusal changes nothing"
    return raised.value.code


@pytest.mark.parametrize("by", [STRANGER, SORA, HELPER], ids=lambda one: one.name)
async def test_nobody_takes_over_by_themselves(desk: Desk, by: Person) -> None:
    """Not the next of the rotation, and not the role while somebody in particular is on call."""
    assert await refused(desk, by, by) == "role"


async def test_the_person_on_call_hands_over_only_to_somebody_who_takes_turns(desk: Desk) -> None:
    assert await refused(desk, STRANGER, MINSU) == "oncall_stranger"
    await desk.duties.override(SORA, MINSU, "2h")
    assert desk.on_call() == (SORA.id,)
    await desk.duties.override(HELPER, SORA, "1h")
    assert desk.on_call() == (HELPER.id,)


async def test_the_admin_of_one_service_is_not_enough(desk: Desk) -> None:
    desk.duties = replace(desk.duties, specs={**desk.duties.specs, PROD: spec(PROD)})
    assert await refused(desk, SORA, ADMIN) == "role"


async def test_on_call_and_admin_of_one_service_is_not_enough_for_a_stranger_either(desk: Desk) -> None:
    desk.duties = replace(desk.duties, specs={**desk.duties.specs, PROD: spec(PROD)})
    assert await refused(desk, STRANGER, replace(MINSU, roles=ADMIN.roles)) == "oncall_stranger"


async def test_a_bot_is_never_on_call(desk: Desk) -> None:
    assert await refused(desk, replace(SORA, bot=True), ADMIN) == "oncall_nobody"


@pytest.mark.parametrize("until", ["tomorrow", "0m", "31d", "2026-11-22T09:00", "25:00", "", "-2h", "9999-99-99"])
async def test_a_time_that_nobody_understands_or_that_is_too_far_is_refused(desk: Desk, until: str) -> None:
    assert await refused(desk, SORA, ADMIN, until) == "bad_until"


@pytest.mark.parametrize(
    ("until", "hours"), [("4h", 4), ("18:00", 8), ("09:30", 23.5), ("2026-11-24T09:00", 23), ("2026-11-23T01:30Z", 0.5)]
)
async def test_until_is_a_duration_a_time_of_day_or_a_moment_in_the_configured_zone(
    desk: Desk, until: str, hours: float
) -> None:
    told = await desk.duties.override(STRANGER, ADMIN, until)
    assert (told.now.user, told.now.by, told.now.until) == (
        STRANGER.id,
        Source.OVERRIDE,
        desk.clock.now() + hours * HOUR,
    )
    desk.clock.pass_(hours * HOUR)
    assert desk.on_call() == (MINSU.id,)


async def test_without_an_end_it_lasts_until_the_next_change(desk: Desk) -> None:
    told = await desk.duties.override(JIEUN, MINSU, None)
    assert told.now.until == START.timestamp() + WEEK
    assert told.next is not None
    assert told.next.user == SORA.id


async def test_without_a_rotation_it_lasts_a_day_and_the_role_may_hand_over(desk: Desk) -> None:
    await desk.planned(OnCall(ROLE))
    other = Person("24", "other", frozenset({ROLE}))
    told = await desk.duties.override(other, HELPER, None)
    assert told.now.until == desk.clock.now() + DAY
    assert told.next is not None
    assert (told.next.user, told.next.by) == (None, Source.ROLE)


async def test_it_holds_after_a_restart(desk: Desk) -> None:
    await desk.duties.override(SORA, ADMIN, "2h")
    await desk.planned(PLAN)
    assert desk.on_call() == (SORA.id,)


async def test_naming_whoever_is_planned_ends_every_override(desk: Desk) -> None:
    await desk.duties.override(SORA, ADMIN, "4h")
    await desk.duties.override(JIEUN, ADMIN, "2h")
    desk.clock.pass_(60)
    told = await desk.duties.override(MINSU, ADMIN, None)
    assert (told.now.user, told.now.by) == (MINSU.id, Source.ROTATION)
    assert len(await desk.audited("override_ended")) == 2


async def test_naming_whoever_is_planned_while_nothing_stands_is_refused(desk: Desk) -> None:
    assert await refused(desk, MINSU, ADMIN) == "oncall_already"


async def test_naming_whoever_is_planned_with_an_end_keeps_them_for_longer(desk: Desk) -> None:
    await desk.duties.override(MINSU, ADMIN, "2026-11-30T12:00")
    desk.clock.wall = START.timestamp() + WEEK + HOUR
    assert desk.on_call() == (MINSU.id,)
    desk.clock.pass_(2 * HOUR)
    assert desk.on_call() == (SORA.id,)


@pytest.mark.parametrize("by", [ADMIN, MINSU, SORA], ids=["an admin", "who set it", "whom it put on call"])
async def test_an_override_is_ended_by(desk: Desk, by: Person) -> None:
    told = await desk.duties.override(SORA, MINSU, "2h")
    assert told.now.override is not None
    desk.clock.pass_(60)
    told = await desk.duties.end(told.now.override, by)
    assert (told.now.user, told.now.by, told.now.since) == (MINSU.id, Source.ROTATION, desk.clock.now())
    (row,) = await desk.audited("override_ended")
    assert row.actor == by.id


async def test_an_override_is_not_ended_by_anybody_else_or_twice(desk: Desk) -> None:
    told = await desk.duties.override(SORA, MINSU, "2h")
    assert told.now.override is not None
    with pytest.raises(Refusal, match="role"):
        await desk.duties.end(told.now.override, JIEUN)
    desk.clock.pass_(60)
    await desk.duties.end(told.now.override, ADMIN)
    for number in (told.now.override, 999):
        with pytest.raises(Refusal, match="no_override"):
            await desk.duties.end(number, ADMIN)


async def test_the_audit_log_says_who_put_whom_on_call_until_when(desk: Desk) -> None:
    await desk.duties.override(SORA, MINSU, "2h")
    (row,) = await desk.audited("override_set")
    assert (row.actor, row.facts["user"], row.facts["until"]) == (MINSU.id, SORA.id, desk.clock.now() + 2 * HOUR)


async def test_the_history_of_every_target_tells_it(desk: Desk) -> None:
    told = await desk.duties.override(SORA, ADMIN, "2h")
    assert told.now.override is not None
    desk.clock.pass_(60)
    await desk.duties.end(told.now.override, ADMIN)
    sites = {target: Site(one, Platform(desk.clock)) for target, one in desk.duties.specs.items()}
    rows = await Board(desk.ledger, sites, desk.rota, desk.clock.now).history("app", "prod", None, None)
    assert [row.event for row in rows] == ["override_ended", "override_set"]
    for lang, words in {"en": "put somebody on call: sora", "ko": "임시로 지정했습니다: sora"}.items():
        assert words in "\n".join(history_card(rows, lang, desk.clock.now()).lines)
