"""Who is on call is part of the authority that a start was judged with (SAFETY, INV3)."""

from __future__ import annotations

import pytest

from bot.errors import Lost, Refusal
from bot.ledger import audit, deploys, overrides
from bot.model import Phase
from tests.ledger.stories import HANEUL, JIEUN, Story


def put(story: Story, until: float = 99.0) -> int:
    found = story.do(overrides.put, user=HANEUL, user_name="haneul", until=until, by=JIEUN, now=5.0)
    return int(found.id)


def test_an_override_made_between_judgement_and_intent_wins(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    put(story)
    with pytest.raises(Lost):
        story.intend(starting)


def test_one_that_is_ended_there_wins_too(story: Story) -> None:
    number = put(story)
    starting = story.move(story.confirmed(), Phase.STARTING)
    story.do(overrides.end, number, by=JIEUN, now=6.0)
    with pytest.raises(Lost):
        story.intend(starting)


def test_after_the_intent_it_disturbs_nothing(story: Story) -> None:
    begun = story.intended()
    put(story)
    assert deploys.get(story.db, begun.number) == begun
    assert audit.verify(story.db) == []


def test_one_that_is_over_or_never_was_cannot_be_ended(story: Story) -> None:
    number = put(story, until=6.0)
    for wanted in (number, 4711):
        with pytest.raises(Refusal, match="no_override"):
            story.do(overrides.end, wanted, by=JIEUN, now=6.0)


def test_it_is_read_until_a_day_after_its_end(story: Story) -> None:
    put(story, until=10.0)
    assert len(story.do(overrides.recent, 10.0 + overrides.KEPT - 1)) == 1
    assert story.do(overrides.recent, 10.0 + overrides.KEPT) == []
