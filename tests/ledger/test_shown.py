"""What Discord owes the rows (ARCHITECTURE, the painter)."""

from __future__ import annotations

import re
import sqlite3

import pytest

from bot.ledger import attempts, deploys, meta, shown
from bot.ledger.rows import NewPing, Shown
from bot.model import Deploy, Phase, Step, StepState, Verdict
from tests.ledger.stories import Story


def card(story: Story, deploy: Deploy) -> Shown:
    found = shown.card_of(story.db, deploy.number)
    assert found is not None
    return found


def drawn(story: Story, deploy: Deploy, message: str = "900") -> Shown:
    """The painter's work done."""
    owed = card(story, deploy)
    story.do(shown.sent, owed.id, "800", message, owed.screen, 5.0)
    return card(story, deploy)


def test_a_change_made_while_a_card_was_being_drawn_is_drawn_too(story: Story) -> None:
    deploy = story.confirmed()
    (owed,) = shown.wanted(story.db)
    moved = story.move(deploy, Phase.AWAITING)
    story.do(shown.sent, owed.id, "800", "900", owed.screen, 5.0)
    (again,) = shown.wanted(story.db)
    assert (again.id, again.message) == (owed.id, "900")
    story.do(shown.drawn, again.id, again.screen, 6.0)
    assert shown.wanted(story.db) == []
    story.settle(moved, Verdict.CANCELLED)
    assert [row.id for row in shown.wanted(story.db)] == [owed.id]


def test_an_older_edit_that_ends_later_hides_nothing(story: Story) -> None:
    deploy = story.confirmed()
    row = drawn(story, deploy)
    story.do(shown.drawn, row.id, row.screen - 1, 6.0)
    assert card(story, deploy).drawn == row.screen


def test_steps_are_drawn(story: Story) -> None:
    running = story.running()
    drawn(story, running)
    assert shown.wanted(story.db) == []
    name = attempts.of(story.db, running.number)[0].attempt.id
    story.do(attempts.steps, name, (Step("fetch", StepState.RUNNING, 5.0),), 6.0)
    assert [row.deploy for row in shown.wanted(story.db)] == [running.number]


def test_every_verdict_is_announced_after_a_crash_too(story: Story) -> None:
    deploy = story.running()
    drawn(story, deploy)
    story.settle(deploy, Verdict.FAILED, pings=[NewPing("failed", {"by": ""})])
    assert [(row.kind, row.message) for row in shown.wanted(story.db)] == [("card", "900"), ("failed", None)]


def test_a_ping_is_sent_once_and_never_drawn_again(story: Story) -> None:
    deploy = story.move(story.running(), Phase.UNKNOWN, pings=[NewPing("unknown", {"code": "no_answer"})])
    drawn(story, deploy)
    (ping,) = shown.wanted(story.db)
    assert ping.payload == {"code": "no_answer"}
    story.do(shown.sent, ping.id, "800", "901", 0, 6.0)
    assert shown.wanted(story.db) == []
    story.do(deploys.note, deploy.number, now=7.0, actor="slipway", action="looked")
    assert [row.kind for row in shown.wanted(story.db)] == ["card"]


def test_a_message_that_could_not_be_shown_stays_owed_with_its_next_try(story: Story) -> None:
    story.confirmed()
    (owed,) = shown.wanted(story.db)
    story.do(shown.failed, owed.id, 60.0, "unavailable", 5.0)
    (again,) = shown.wanted(story.db)
    assert (again.tries, again.retry_at, again.error, again.nonce) == (1, 60.0, "unavailable", owed.nonce)
    story.do(shown.sent, owed.id, "800", "900", owed.screen, 61.0)
    found = shown.by_message(story.db, "900")
    assert found is not None
    assert (found.tries, found.retry_at, found.error, found.sent_at) == (0, None, None, 61.0)


def test_an_old_message_hands_over_to_a_new_one_and_is_still_known(story: Story) -> None:
    deploy = story.confirmed()
    old = drawn(story, deploy)
    new = story.do(shown.replace, old.id, 3_000.0)
    assert new.nonce != old.nonce
    assert new.marker != old.marker
    assert [row.id for row in shown.wanted(story.db)] == [new.id]
    assert card(story, deploy).id == new.id
    found = shown.by_message(story.db, "900")
    assert found is not None
    assert found.closed_at == 3_000.0


def test_a_deploy_has_one_living_card(story: Story) -> None:
    deploy = story.confirmed()
    with pytest.raises(sqlite3.IntegrityError):
        story.do(shown.add_card, deploy.number, 5.0)


def test_one_message_belongs_to_one_row(story: Story) -> None:
    deploy = story.confirmed()
    drawn(story, deploy)
    ping = story.do(shown.ping, deploy.number, NewPing("nudge"), 5.0)
    with pytest.raises(sqlite3.IntegrityError):
        story.do(shown.sent, ping.id, "800", "900", 0, 6.0)


def test_markers_are_never_equal_and_begin_with_the_number(story: Story) -> None:
    deploy = story.confirmed()
    rows = [card(story, deploy), *(story.do(shown.ping, deploy.number, NewPing("nudge"), 5.0) for _ in range(2))]
    prefix = f"#{deploy.number}·{meta.epoch(story.db)[:4]}·"
    assert [row.marker for row in rows] == [f"{prefix}card", f"{prefix}nudge", f"{prefix}nudge2"]


def test_a_nonce_is_as_long_as_discord_takes_it_and_never_repeated(story: Story) -> None:
    deploy = story.confirmed()
    rows = [story.do(shown.ping, deploy.number, NewPing("nudge"), 5.0) for _ in range(20)]
    nonces = {row.nonce for row in rows}
    assert len(nonces) == 20
    assert all(re.fullmatch("[a-z2-7]{25}", nonce) for nonce in nonces)


def test_a_message_nobody_recorded_is_nobodys(story: Story) -> None:
    story.confirmed()
    assert shown.by_message(story.db, "404") is None
    assert shown.card_of(story.db, 404) is None
