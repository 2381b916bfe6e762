"""A vote that did not count is told: on the card, and once in the audit log, with who, how and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import Refusal
from bot.ledger import audit, shown
from bot.ledger.rows import AuditRow
from bot.model import Choice, Deploy, Person, Phase, Verdict, VoteSource
from tests.engine.life import PROD, Life
from tests.engine.world import HANEUL, JIEUN, OTHER_ONCALL, STRANGER


async def asked(life: Life) -> Deploy:
    return await life.until(await life.order(PROD), Phase.AWAITING)


async def rows(life: Life, deploy: Deploy, action: str) -> list[AuditRow]:
    return [row for row in await life.ledger.read(audit.of, deploy.number) if row.action == action]


async def told(life: Life, deploy: Deploy) -> list[tuple[str, str, str, str]]:
    facts = [row.facts for row in await rows(life, deploy, "vote_uncounted")]
    return [(one["user"], one["choice"], one["source"], one["uncounted"]) for one in facts]


@pytest.mark.parametrize(
    ("who", "choice", "why"),
    [
        (STRANGER, Choice.APPROVE, "no_role"),
        (STRANGER, Choice.REJECT, "no_role"),
        (JIEUN, Choice.APPROVE, "requester"),
        (replace(HANEUL, id="8", bot=True), Choice.APPROVE, "bot"),
    ],
)
async def test_a_press_that_is_refused_is_told_once_however_often_it_is_made(
    life: Life, who: Person, choice: Choice, why: str
) -> None:
    deploy = await asked(life)
    for _ in range(3):
        with pytest.raises(Refusal):
            await life.press(deploy, who, choice)
    assert await told(life, deploy) == [(who.id, choice.value, "button", why)]
    (one,) = (await life.now(deploy)).facts["uncounted"]
    assert (one["name"], one["uncounted"]) == (who.name, why)


async def test_a_reaction_on_the_reminder_is_no_vote_and_the_card_says_so(life: Life) -> None:
    deploy = await asked(life)
    await life.while_(deploy, 950)
    (nudge,) = [row for row in await life.ledger.read(shown.on, deploy.number) if row.kind == "nudge"]
    await life.ledger.do(shown.sent, nudge.id, "channel", "the-reminder", 1, life.clock.now())
    stood = await life.engine.vote("the-reminder", "channel", HANEUL, Choice.APPROVE, VoteSource.REACTION)
    assert not stood
    assert await told(life, deploy) == [(HANEUL.id, "approve", "reaction", "elsewhere")]
    await life.while_(deploy, 60)
    assert (await life.now(deploy)).phase is Phase.AWAITING


async def test_a_reaction_on_a_message_that_is_not_ours_leaves_no_trace(life: Life) -> None:
    deploy = await asked(life)
    before = await life.ledger.read(audit.of, deploy.number)
    assert not await life.engine.vote("foreign", "channel", HANEUL, Choice.APPROVE, VoteSource.REACTION)
    with pytest.raises(Refusal, match="stale"):
        await life.engine.vote("foreign", "channel", HANEUL, Choice.APPROVE, VoteSource.BUTTON)
    assert await life.ledger.read(audit.of, deploy.number) == before


async def test_a_vote_that_came_too_late_is_told_and_applause_is_not(life: Life) -> None:
    deploy = await asked(life)
    await life.react(deploy, HANEUL)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    await life.react(deploy, OTHER_ONCALL)
    assert await told(life, deploy) == [(OTHER_ONCALL.id, "approve", "reaction", "late")]
    life.clock.pass_(3600)
    await life.react(deploy, STRANGER)
    assert len(await told(life, deploy)) == 1


async def test_reactions_that_do_not_count_are_counted_out_with_how_and_why_when_that_changes(life: Life) -> None:
    robot = Person("8", "robot", frozenset(), bot=True)
    life.guild.members["8"] = robot
    deploy = await asked(life)
    for who in (STRANGER, robot, Person("77", "gone", frozenset())):
        await life.react(deploy, who)
    life.core.seen.pop("77")
    await life.while_(deploy, 300)
    (row,) = [row for row in await rows(life, deploy, "votes_counted") if len(row.facts["ignored"]) == 3]
    assert {(one[0], one[2], one[3]) for one in row.facts["ignored"]} == {
        (STRANGER.id, "reaction", "no_role"),
        ("8", "reaction", "bot"),
        ("77", "reaction", "not_member"),
    }


async def test_a_stranger_who_presses_all_day_does_not_hold_up_the_start(life: Life) -> None:
    deploy = await asked(life)
    await life.react(deploy, HANEUL)
    for _ in range(20):
        with pytest.raises(Refusal):
            await life.press(deploy, STRANGER)
        pause = await life.step(deploy)
        life.clock.pass_(pause or 0.0)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert [why for *_, why in await told(life, deploy)] == ["no_role", "late"]


# Why somebody voted


async def test_a_reason_comes_after_the_vote_and_stands_with_the_verdict(life: Life) -> None:
    deploy = await asked(life)
    await life.press(deploy, HANEUL, Choice.REJECT)
    settled = await life.settled(deploy)
    await life.engine.explain(deploy.ulid, HANEUL, "not before the weekend")
    now = await life.now(deploy)
    assert now.facts["reasons"][HANEUL.id]["reason"] == "not before the weekend"
    assert (now.verdict, now.digest) == (settled.verdict, settled.digest)
    (row,) = await rows(life, deploy, "vote_reason")
    assert (row.actor, row.facts["choice"], row.facts["reason"]) == (HANEUL.id, "reject", "not before the weekend")


async def test_an_approvers_reason_stands_too_and_a_later_one_replaces_it(life: Life) -> None:
    deploy = await asked(life)
    await life.press(deploy, HANEUL)
    for reason in ("looks good", "read every commit"):
        await life.engine.explain(deploy.ulid, HANEUL, reason)
    done = await life.settled(deploy)
    assert done.verdict is Verdict.SUCCEEDED
    assert {user: one["reason"] for user, one in done.facts["reasons"].items()} == {HANEUL.id: "read every commit"}


@pytest.mark.parametrize("who", [STRANGER, OTHER_ONCALL])
async def test_whoever_has_no_vote_that_counts_has_no_word_on_the_card(life: Life, who: Person) -> None:
    deploy = await asked(life)
    if who is STRANGER:
        await life.react(deploy, who)
        await life.while_(deploy, 40)
    with pytest.raises(Refusal, match="no_vote"):
        await life.engine.explain(deploy.ulid, who, "let me in")


async def test_a_vote_taken_back_takes_the_right_to_speak_with_it(life: Life) -> None:
    deploy = await asked(life)
    assert await life.press(deploy, HANEUL)
    assert not await life.press(deploy, HANEUL)
    with pytest.raises(Refusal, match="no_vote"):
        await life.engine.explain(deploy.ulid, HANEUL, "changed my mind")
