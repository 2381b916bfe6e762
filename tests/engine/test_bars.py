"""Who holds the role and still does not count: a role that is too new, an author of what is deployed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.model import Approval, Group, Phase, Verdict
from tests.engine.life import HOUR, PROD, Life
from tests.engine.world import HANEUL, ONCALL, OTHER_ONCALL, STRANGER, trouble

COOL = Approval((Group((ONCALL,)),), 1800.0, cooloff=24 * HOUR)
STRICT = Approval((Group((ONCALL,)),), 1800.0, authors=False)


async def reason(life: Life, number: int) -> list[str]:
    facts = (await life.engine.by_number(number)).facts
    return [why for *_, why in facts["tally"]["ignored"]]


async def test_a_role_that_was_granted_a_moment_ago_approves_nothing_and_the_card_says_so(life: Life) -> None:
    life.policy(approve=COOL)
    life.guild.grants = {HANEUL.id: frozenset({ONCALL})}
    deploy = await life.approved()
    await life.while_(deploy, 60)
    assert (await life.now(deploy)).phase is Phase.AWAITING
    assert await reason(life, deploy.number) == ["new_role"]
    life.guild.grants = {}
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


@pytest.mark.parametrize("how", ["forbidden", "silent"])
async def test_an_audit_log_that_cannot_be_read_approves_nothing_and_the_card_says_so(life: Life, how: str) -> None:
    life.policy(approve=COOL)
    life.guild.grants, life.guild.log_silent = (None, False) if how == "forbidden" else ({}, True)
    deploy = await life.approved()
    await life.while_(deploy, 60)
    assert await reason(life, deploy.number) == ["role_age_unknown"]
    assert (await life.settled(deploy)).verdict is Verdict.EXPIRED
    assert life.platform.log == []


async def test_a_role_that_turns_out_to_be_new_at_the_start_sends_it_back_to_waiting(life: Life) -> None:
    life.policy(approve=COOL)
    deploy = await life.until(await life.approved(), Phase.STARTING)
    life.guild.grants = {HANEUL.id: frozenset({ONCALL})}
    await life.until(deploy, Phase.AWAITING)
    assert life.platform.log == []


async def test_a_log_that_does_not_answer_at_the_start_is_waited_for(life: Life) -> None:
    life.policy(approve=COOL)
    deploy = await life.until(await life.approved(), Phase.STARTING)
    life.guild.log_silent = True
    await life.while_(deploy, 30)
    now = await life.now(deploy)
    assert (now.phase, now.code) == (Phase.STARTING, "authority_unreadable")
    life.guild.log_silent = False
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


@pytest.mark.parametrize("joined", [None, 0.0])
async def test_whoever_joined_a_moment_ago_has_no_older_role(life: Life, joined: float | None) -> None:
    """A role that came with the membership (or that Discord's log never shows) is as new as the membership."""
    life.policy(approve=COOL)
    newcomer = replace(HANEUL, joined=life.clock.now() - HOUR if joined == 0.0 else None)
    life.guild.members[HANEUL.id] = newcomer
    deploy = await life.approved(newcomer)
    await life.while_(deploy, 60)
    assert await reason(life, deploy.number) == ["new_role"]


async def test_the_audit_log_is_asked_only_where_it_is_wanted_and_only_for_a_vote_that_would_count(life: Life) -> None:
    asked: list[str] = []
    life.core.at = asked.append
    await life.settled(await life.approved())
    assert "authority.granted.before" not in asked
    life.policy(approve=COOL)
    life.core.at = asked.append
    deploy = await life.order(PROD, wanted="c")
    await life.until(deploy, Phase.AWAITING)
    await life.react(deploy, STRANGER)
    await life.while_(deploy, 60)
    assert "authority.granted.before" not in asked
    await life.react(deploy, OTHER_ONCALL)
    await life.while_(deploy, 1)
    assert "authority.granted.before" in asked


async def test_a_button_is_refused_at_once_with_the_reason(life: Life) -> None:
    life.policy(approve=COOL)
    life.guild.grants = {HANEUL.id: frozenset({ONCALL})}
    deploy = await life.order(PROD)
    await life.until(deploy, Phase.AWAITING)
    with pytest.raises(Refusal, match="not_counted") as caught:
        await life.press(deploy, HANEUL)
    assert caught.value.facts["uncounted"] == "new_role"


async def test_an_author_of_what_is_deployed_approves_nothing(life: Life) -> None:
    life.policy(approve=STRICT)
    life.platform.wrote = ["Haneul@Example.org"]
    deploy = await life.approved()
    await life.while_(deploy, 60)
    assert await reason(life, deploy.number) == ["author"]
    await life.react(deploy, OTHER_ONCALL)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_whoever_is_not_linked_counts_only_while_every_author_is_known(life: Life) -> None:
    life.policy(approve=STRICT)
    life.platform.wrote = ["stranger@example.org"]
    deploy = await life.approved(OTHER_ONCALL)
    await life.while_(deploy, 60)
    assert await reason(life, deploy.number) == ["author_unlinked"]
    await life.react(deploy, HANEUL)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


@pytest.mark.parametrize("what", ["too many", "unreadable"])
async def test_authors_that_nobody_can_tell_leave_nobody_who_can_approve(life: Life, what: str) -> None:
    life.policy(approve=STRICT)
    if what == "too many":
        life.platform.wrote = None
    else:
        life.platform.next["authors"].append(trouble())
    deploy = await life.approved()
    assert deploy.plan.authors is None
    await life.while_(deploy, 60)
    assert await reason(life, deploy.number) == ["authors_unknown"]
    assert (await life.settled(deploy)).verdict is Verdict.EXPIRED


async def test_authors_are_kept_with_the_plan_across_a_restart_and_change_no_digest(life: Life) -> None:
    life.policy(approve=STRICT)
    life.platform.wrote = ["haneul@example.org"]
    deploy = await life.order(PROD)
    life.platform.wrote = ["somebody@example.org"]
    life.restart()
    await life.until(deploy, Phase.AWAITING)
    await life.react(deploy, HANEUL)
    await life.while_(deploy, 60)
    assert (await life.now(deploy)).plan.authors == ("haneul@example.org",)
    assert await reason(life, deploy.number) == ["author"]


async def test_without_the_option_nobody_asks_who_wrote_it(life: Life) -> None:
    deploy = await life.approved()
    assert "authors" not in life.platform.calls
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
