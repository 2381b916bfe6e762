"""Discord shows what the rows say, whatever happens to Discord, to a message or to the painter itself."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import LedgerUnwritable
from bot.ledger import shown
from bot.ledger.rows import NewPing
from bot.model import DeployState, Failure, Phase, Verdict
from playground.discord import Permission
from tests.ledger.stories import PROD, STAGING
from tests.painter.conftest import Studio

SENDING = ["ledger.shown.failed.before", "ledger.shown.failed.committed", "screen.send.before", "screen.send.sent"]
RECORDING = ["ledger.shown.sent.before", "ledger.shown.sent.committed", "screen.send.answered"]
FINISHING = ["screen.react.before", "screen.react.sent", "ledger.shown.drawn.before", "ledger.shown.drawn.committed"]


@pytest.mark.parametrize("later", [1.0, 301.0], ids=["at once", "when the nonce is forgotten"])
@pytest.mark.parametrize("point", [*SENDING, *RECORDING, *FINISHING])
async def test_a_kill_at_any_point_of_a_send_leaves_exactly_one_approval_card_with_both_reactions(
    studio: Studio, point: str, later: float
) -> None:
    deploy = studio.awaiting()
    studio.die_at = point
    async with studio.painting():
        await studio.killed()
    studio.hand.time += later
    studio.discord.clock.advance(later)
    async with studio.painting():
        await studio.drawn(deploy.number)
    (card,) = studio.cards()
    assert card.reactions == {"✅": ["slipway"], "❌": ["slipway"]}
    assert card.pings == ["@oncall"]


@pytest.mark.parametrize("later", [1.0, 301.0])
async def test_a_message_that_was_sent_before_a_kill_is_brought_up_to_date_when_it_is_found(
    studio: Studio, later: float
) -> None:
    deploy = studio.awaiting()
    studio.die_at = "screen.send.sent"
    async with studio.painting():
        await studio.killed()
    studio.story.settle(deploy, Verdict.EXPIRED, code="expired")
    studio.hand.time += later
    studio.discord.clock.advance(later)
    async with studio.painting():
        await studio.drawn(deploy.number)
    (card,) = studio.cards()
    assert "expired" in card.content
    assert "Approve" not in {one.label for one in card.buttons}


@pytest.mark.parametrize("point", ["screen.edit.before", "screen.edit.sent", "ledger.shown.drawn.before"])
async def test_a_kill_at_any_point_of_an_edit_leaves_the_newest_state_on_the_one_card(
    studio: Studio, point: str
) -> None:
    deploy = studio.story.running()
    async with studio.painting():
        await studio.drawn(deploy.number)
        studio.story.settle(deploy, Verdict.SUCCEEDED, ends="done")
        studio.hand.time += 5
        studio.die_at = point
        studio.tell()
        await studio.killed()
    async with studio.painting():
        await studio.drawn(deploy.number)
    (card,) = studio.cards()
    assert "Deployed" in card.content


async def test_a_ping_whose_answer_was_lost_is_not_sent_again(studio: Studio) -> None:
    deploy = studio.failed(studio.story.running())
    studio.discord.lose_next_answer("POST", "*/messages", n=2)
    async with studio.painting() as painter:
        while len(studio.cards()) < 2:
            studio.hand.time += 61
            await painter.hurry()
            await asyncio.sleep(0.05)
        studio.hand.time += 61
        await studio.drawn(deploy.number)
    assert sorted(one.pings != [] for one in studio.cards()) == [False, True]


async def test_a_failing_card_does_not_stop_the_others(studio: Studio) -> None:
    bad, good = studio.story.running(PROD), studio.story.running(STAGING)

    async def state(number: int) -> DeployState:
        if number == bad.number:
            raise RuntimeError("a bug in one card")
        return await studio.state(number)

    async with studio.painting(state=state):
        await studio.drawn(good.number)
    row = await studio.row(bad.number)
    assert row.message is None
    assert row.error is not None
    assert row.error.startswith("bug ")
    assert row.retry_at is not None
    assert row.retry_at > studio.hand.time


async def test_a_forbidden_channel_falls_back_to_the_next_and_then_to_alerts(studio: Studio) -> None:
    studio.discord.forbid("deploys", Permission.SEND_MESSAGES)
    first = studio.story.running(PROD)
    async with studio.painting():
        await studio.drawn(first.number)
        studio.discord.forbid("general", Permission.VIEW_CHANNEL)
        second = studio.story.running(STAGING)
        await studio.drawn(second.number)
    assert [len(studio.cards(name)) for name in ("deploys", "general", "alerts")] == [0, 1, 1]


async def test_while_discord_is_away_nothing_is_lost_and_its_return_is_drawn_at_once(studio: Studio) -> None:
    deploy = studio.story.running()
    await studio.discord.offline()
    async with studio.painting() as painter:
        while not (await studio.row(deploy.number)).retry_at:
            await asyncio.sleep(0.01)
        row = await studio.row(deploy.number)
        assert row.error == "unavailable"
        studio.story.do(shown.failed, row.id, studio.hand() + 10_000, "unavailable", studio.hand())
        studio.story.settle(deploy, Verdict.SUCCEEDED, ends="done")
        await studio.discord.online()
        await painter.hurry()
        await studio.drawn(deploy.number)
    assert ["Deployed" in one.content for one in studio.cards()] == [True]


async def test_a_card_that_somebody_deleted_is_posted_again_below(studio: Studio) -> None:
    deploy = studio.story.running()
    async with studio.painting():
        await studio.drawn(deploy.number)
        studio.discord.delete(studio.cards()[0])
        studio.story.settle(deploy, Verdict.SUCCEEDED, ends="done")
        studio.hand.time += 3
        await studio.drawn(deploy.number)
    assert ["Deployed" in one.content for one in studio.cards()] == [True]
    assert studio.lost == []


async def test_a_deleted_approval_card_is_told_once_and_only_its_end_is_posted(studio: Studio) -> None:
    deploy = studio.awaiting()
    async with studio.painting() as painter:
        await studio.drawn(deploy.number)
        message = studio.cards()[0].id
        studio.discord.delete(studio.cards()[0])
        deploy = studio.story.move(deploy, Phase.HOLD)
        for _ in range(3):
            studio.hand.time += 10
            await painter.hurry()
            await asyncio.sleep(0.05)
        assert studio.lost == [message]
        assert studio.cards() == []
        studio.story.settle(deploy, Verdict.CANCELLED, code="card_deleted")
        studio.hand.time += 10
        await studio.drawn(deploy.number)
    assert ["cancelled" in one.content for one in studio.cards()] == [True]


async def test_what_discord_refuses_to_show_is_shown_bare_instead_of_lost(studio: Studio) -> None:
    deploy = studio.story.running()

    async def state(number: int) -> DeployState:
        found = await studio.state(number)
        return DeployState(found.deploy, "x" * 10, found.attempts)

    studio.discord.fail_next(400, 1, "POST", "*/messages")
    async with studio.painting(state=state):
        await studio.drawn(deploy.number)
    (card,) = studio.cards()
    assert card.embeds[0].title == ""
    assert "#1" in card.content


async def test_a_reaction_that_may_not_be_made_leaves_the_buttons(studio: Studio) -> None:
    studio.discord.forbid("deploys", Permission.ADD_REACTIONS)
    deploy = studio.awaiting()
    async with studio.painting():
        await studio.drawn(deploy.number)
    (card,) = studio.cards()
    assert card.reactions == {}
    assert {"Approve", "Reject"} <= {one.label for one in card.buttons}


async def test_a_ledger_that_cannot_be_written_is_tried_again_and_ends_in_one_card(studio: Studio) -> None:
    deploy = studio.story.running()
    refused = iter([LedgerUnwritable("disk_full")] * 3)
    at = studio.at

    def full(point: str) -> None:
        at(point)
        if point == "ledger.shown.sent.before":
            for error in refused:
                raise error

    studio.at = full  # type: ignore[method-assign]
    async with studio.painting() as painter:
        for _ in range(5):
            await asyncio.sleep(0.1)
            studio.hand.time += 400
            await painter.hurry()
        await studio.drawn(deploy.number)
    assert len(studio.cards()) == 1


# The ordinary life of a card


async def test_a_deploy_that_will_ask_is_not_shown_before_it_asks_since_only_new_messages_ping(studio: Studio) -> None:
    studio.need = 1
    deploy = studio.story.confirmed()
    async with studio.painting():
        studio.tell()
        await asyncio.sleep(0.3)
        assert studio.cards() == []
        studio.story.move(deploy, Phase.AWAITING)
        studio.hand.time += 1
        await studio.drawn(deploy.number)
    assert [one.pings for one in studio.cards()] == [["@oncall"]]


async def test_many_changes_in_a_moment_become_few_edits_and_the_last_one_stands(studio: Studio) -> None:
    deploy = studio.story.confirmed()
    async with studio.painting():
        await studio.drawn(deploy.number)
        for phase in (Phase.STARTING, Phase.RUNNING, Phase.VERIFYING, Phase.UNKNOWN, Phase.VERIFYING):
            deploy = studio.story.move(deploy, phase)
            studio.tell()
            await asyncio.sleep(0.03)
        (card,) = studio.cards()
        assert list(card.edits) == []
        studio.hand.time += 2.1
        await studio.drawn(deploy.number)
    assert len(list(card.edits)) == 1
    assert "Deploying" in card.content


async def test_an_edit_that_would_change_nothing_is_not_sent(studio: Studio) -> None:
    deploy = studio.story.running()
    async with studio.painting():
        await studio.drawn(deploy.number)
        studio.story.do(shown.ping, deploy.number, NewPing("nudge"), studio.hand())
        studio.story.db.execute("UPDATE deploys SET screen = screen + 1")
        studio.story.db.conn.commit()
        studio.hand.time += 3
        await studio.drawn(deploy.number)
    assert list(studio.cards()[0].edits) == []


async def test_at_minute_50_a_running_deploy_goes_on_in_a_new_message(studio: Studio) -> None:
    deploy = studio.story.running()
    async with studio.painting():
        await studio.drawn(deploy.number)
        studio.hand.time += 3001
        studio.tell()
        await studio.discord.until(lambda: len(studio.cards()) == 2)
        old, new = studio.cards()
        assert "Continues below" in old.content
        assert old.buttons == []
        studio.story.settle(deploy, Verdict.SUCCEEDED, ends="done")
        studio.hand.time += 5
        await studio.drawn(deploy.number)
    assert "Deployed" in new.content
    assert "Continues below" in old.content


async def test_an_approval_card_is_never_replaced_and_one_reminder_points_to_it(studio: Studio) -> None:
    deploy = studio.awaiting()
    async with studio.painting():
        await studio.drawn(deploy.number)
        for _ in range(3):
            studio.hand.time += 3001
            studio.tell()
            await studio.discord.until(lambda: len(studio.cards()) == 2)
        studio.story.move(deploy, Phase.HOLD)
        await studio.drawn(deploy.number)
    card, reminder = studio.cards()
    assert "starts in" in card.content
    assert "Approve" in {one.label for one in card.buttons}
    assert reminder.pings == ["@oncall"]
    assert f"/{card.id}" in reminder.text
    assert reminder.reactions == {}


async def test_a_verdict_after_minute_50_is_a_new_message_and_later_notes_are_edits(studio: Studio) -> None:
    deploy = studio.story.running()
    async with studio.painting():
        await studio.drawn(deploy.number)
    studio.hand.time += 3500
    studio.story.settle(deploy, Verdict.SUCCEEDED, ends="done")
    async with studio.painting():
        await studio.drawn(deploy.number)
        studio.hand.time += 9000
        studio.story.db.execute("UPDATE deploys SET screen = screen + 1")
        studio.story.db.conn.commit()
        await studio.drawn(deploy.number)
    assert ["Deployed" in one.content for one in studio.cards()] == [False, True]


async def test_a_failure_pings_once_and_leaves_its_log_in_the_cards_thread(studio: Studio) -> None:
    failure = Failure("crash_loop", "restart", {}, ("ModuleNotFoundError: pypdf", "second line"))
    deploy = studio.failed(studio.story.running(), failure=failure)
    async with studio.painting():
        await studio.drawn(deploy.number)
    card, ping = studio.cards()
    assert card.pings == []
    assert ping.pings == ["jieun", "@oncall"]
    files = [one.text for seen in studio.discord.messages(card.id) for one in seen.attachments]
    assert files == ["ModuleNotFoundError: pypdf\nsecond line"]


async def test_a_success_pings_nobody(studio: Studio) -> None:
    deploy = studio.story.succeeded()
    async with studio.painting():
        await studio.drawn(deploy.number)
    assert [one.pings for one in studio.cards()] == [[]]


async def test_before_the_process_ends_what_was_just_decided_is_still_shown(studio: Studio) -> None:
    async with studio.painting() as painter:
        studio.story.running()
        await painter.drain(5.0)
        assert len(studio.cards()) == 1


async def test_an_end_does_not_wait_for_a_discord_that_is_away(studio: Studio) -> None:
    await studio.discord.offline()
    async with studio.painting() as painter:
        studio.story.running()
        await asyncio.wait_for(painter.drain(1.0), 5.0)
    await studio.discord.online()
