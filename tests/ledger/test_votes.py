"""Votes that stand (PRODUCT, step 3): of this message, by this person, as long as they stand."""

from __future__ import annotations

import pytest

from bot.errors import Lost
from bot.ledger import audit, deploys, shown, votes
from bot.model import Choice, Deploy, Phase, Vote, VoteSource
from tests.ledger.stories import HANEUL, JIEUN, Story

MESSAGE = "900"
REACTION, BUTTON = VoteSource.REACTION, VoteSource.BUTTON
APPROVE, REJECT = Choice.APPROVE, Choice.REJECT


def a_vote(user: str = HANEUL, choice: Choice = APPROVE, source: VoteSource = REACTION) -> Vote:
    return Vote(MESSAGE, user, f"name of {user}", choice, source, 5.0)


@pytest.fixture
def awaiting(story: Story) -> Deploy:
    """A deploy that waits for approval, its card sent as MESSAGE."""
    deploy = story.move(story.confirmed(), Phase.AWAITING)
    card = shown.card_of(story.db, deploy.number)
    assert card is not None
    story.do(shown.sent, card.id, "800", MESSAGE, 1, 5.0)
    return deploy


def fresh(story: Story, deploy: Deploy) -> Deploy:
    found = deploys.get(story.db, deploy.number)
    assert found is not None
    return found


def test_a_vote_that_was_removed_again_does_not_stand(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    assert story.do(votes.withdraw, MESSAGE, HANEUL, APPROVE, REACTION, 6.0)
    assert votes.standing(story.db, MESSAGE) == []
    assert not story.do(votes.withdraw, MESSAGE, HANEUL, APPROVE, REACTION, 7.0)


def test_a_vote_taken_back_between_judgement_and_intent_wins(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    starting = story.move(fresh(story, awaiting), Phase.STARTING)
    story.do(votes.withdraw, MESSAGE, HANEUL, APPROVE, REACTION, 6.0)
    with pytest.raises(Lost):
        story.intend(starting)


def test_a_vote_after_the_intent_is_kept_and_disturbs_no_transition(story: Story, awaiting: Deploy) -> None:
    started = story.intend(story.move(awaiting, Phase.STARTING))
    assert story.do(votes.cast, a_vote(), started.number, 5.0)
    assert fresh(story, started) == started
    assert audit.of(story.db, started.number)[-1].action == "voted"
    assert audit.verify(story.db) == []


def test_the_same_vote_again_changes_nothing(story: Story, awaiting: Deploy) -> None:
    assert story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    before, rows = fresh(story, awaiting), audit.head(story.db)
    assert not story.do(votes.cast, a_vote(), awaiting.number, 9.0)
    assert (fresh(story, awaiting), audit.head(story.db)) == (before, rows)


def test_reactions_made_or_removed_while_the_bot_was_away_are_put_right(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(HANEUL), awaiting.number, 5.0)
    story.do(votes.cast, a_vote(JIEUN, REJECT), awaiting.number, 5.0)
    now = {APPROVE: {"1003": "minsu"}, REJECT: {JIEUN: "jieun"}}
    assert story.do(votes.reread, MESSAGE, now, 6.0)
    assert {(vote.user, vote.choice) for vote in votes.standing(story.db, MESSAGE)} == {
        ("1003", APPROVE),
        (JIEUN, REJECT),
    }


def test_reading_again_what_stands_already_changes_nothing(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    before = fresh(story, awaiting)
    assert not story.do(votes.reread, MESSAGE, {APPROVE: {HANEUL: "another name"}, REJECT: {}}, 6.0)
    assert fresh(story, awaiting) == before


def test_a_vote_that_was_told_while_discord_was_read_is_not_taken_away(story: Story, awaiting: Deploy) -> None:
    seen = votes.reacted(story.db, MESSAGE)
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    with pytest.raises(Lost):
        story.do(votes.reread, MESSAGE, {APPROVE: {}}, 6.0, seen=seen)
    assert len(votes.standing(story.db, MESSAGE)) == 1


def test_buttons_stay_when_reactions_are_read_again(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(source=BUTTON), awaiting.number, 5.0)
    story.do(votes.cast, a_vote(source=REACTION), awaiting.number, 5.0)
    story.do(votes.reread, MESSAGE, {}, 6.0)
    assert [vote.source for vote in votes.standing(story.db, MESSAGE)] == [BUTTON]


def test_a_reaction_beside_a_button_of_the_same_person_is_found_too(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(source=BUTTON), awaiting.number, 5.0)
    assert story.do(votes.reread, MESSAGE, {APPROVE: {HANEUL: "haneul"}}, 6.0)
    assert {vote.source for vote in votes.standing(story.db, MESSAGE)} == {BUTTON, REACTION}


def test_reactions_on_a_copied_message_are_nobodys(story: Story, awaiting: Deploy) -> None:
    assert not story.do(votes.reread, "901", {APPROVE: {HANEUL: "haneul"}}, 6.0)
    assert votes.standing(story.db, "901") == []
    assert votes.on(story.db, awaiting.number) == []


def test_a_vote_belongs_to_its_message(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    assert votes.standing(story.db, "901") == []
    assert [vote.message for vote in votes.on(story.db, awaiting.number)] == [MESSAGE]


def test_a_vote_that_fills_no_seat_is_kept_with_its_reason(story: Story, awaiting: Deploy) -> None:
    ignored = Vote(MESSAGE, JIEUN, "jieun", APPROVE, REACTION, 5.0, counts="self")
    story.do(votes.cast, ignored, awaiting.number, 5.0)
    story.do(votes.cast, a_vote(), awaiting.number, 6.0)
    assert votes.ignored(story.db, MESSAGE) == [ignored]
    assert len(votes.standing(story.db, MESSAGE)) == 2


def test_one_person_may_stand_on_both_sides_and_both_are_known(story: Story, awaiting: Deploy) -> None:
    for choice in (APPROVE, REJECT):
        story.do(votes.cast, a_vote(choice=choice), awaiting.number, 5.0)
    assert {vote.choice for vote in votes.standing(story.db, MESSAGE)} == {APPROVE, REJECT}


def test_a_vote_whose_reason_changed_keeps_the_time_at_which_it_was_cast(story: Story, awaiting: Deploy) -> None:
    story.do(votes.cast, a_vote(), awaiting.number, 5.0)
    changed = Vote(MESSAGE, HANEUL, "name of 1002", APPROVE, REACTION, 9.0, counts="role")
    assert story.do(votes.cast, changed, awaiting.number, 9.0)
    (vote,) = votes.standing(story.db, MESSAGE)
    assert (vote.at, vote.counts) == (5.0, "role")
