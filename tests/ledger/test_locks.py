"""A person's hold, and what it does to a deploy that was judged before it (SAFETY, rule 7)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Lost, Refusal
from bot.ledger import audit, deploys, locks
from bot.model import Lock, Phase, Target
from tests.ledger.stories import HANEUL, JIEUN, PROD, STAGING, Story, version

OTHER = Target("web", "prod")


def hold(story: Story, service: str | None = None, env: str | None = None, **more: Any) -> Lock:
    given = {"owner": JIEUN, "owner_name": "jieun", "reason": "measuring", "until": None, "now": 5.0, **more}
    return story.do(locks.lock, service=service, env=env, **given)


@pytest.mark.parametrize("where", [("ai-server", "prod"), ("ai-server", None), (None, "prod"), (None, None)])
def test_a_lock_made_between_judgement_and_intent_wins(story: Story, where: tuple[str | None, str | None]) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    hold(story, *where)
    with pytest.raises(Lost):
        story.intend(starting)


def test_a_freeze_made_between_judgement_and_intent_wins(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    story.do(locks.freeze, env="prod", owner=JIEUN, reason="release night", until=None, now=5.0)
    with pytest.raises(Lost):
        story.intend(starting)


def test_a_lock_elsewhere_or_after_the_intent_disturbs_nothing(story: Story) -> None:
    starting = story.move(story.confirmed(), Phase.STARTING)
    hold(story, "web", "prod")
    hold(story, "ai-server", "staging")
    begun = story.intend(starting)
    hold(story)
    assert deploys.get(story.db, begun.number) == begun
    assert audit.verify(story.db) == []


def test_empty_means_all(story: Story) -> None:
    made = [hold(story), hold(story, "ai-server"), hold(story, None, "prod"), hold(story, "ai-server", "prod")]
    held = {target: [lock.id for lock in locks.locks_on(story.db, target, 6.0)] for target in (PROD, STAGING, OTHER)}
    ids = [lock.id for lock in made]
    assert held == {PROD: ids, STAGING: ids[:2], OTHER: [ids[0], ids[2]]}


def test_a_lock_holds_until_its_end_and_not_a_moment_longer(story: Story) -> None:
    hold(story, until=100.0)
    assert len(locks.locks_on(story.db, PROD, 99.9)) == 1
    assert locks.locks_on(story.db, PROD, 100.0) == []
    assert locks.all_locks(story.db, 100.0) == []


def test_a_lock_that_was_released_holds_nothing_and_is_released_once(story: Story) -> None:
    made = hold(story)
    assert story.do(locks.unlock, made.id, by=HANEUL, by_name="haneul", now=6.0) == made
    assert locks.locks_on(story.db, PROD, 7.0) == []
    with pytest.raises(Refusal) as refused:
        story.do(locks.unlock, made.id, by=HANEUL, by_name="haneul", now=8.0)
    assert refused.value.code == "no_such_lock"


def test_a_lock_that_expired_cannot_be_released(story: Story) -> None:
    made = hold(story, until=10.0)
    with pytest.raises(Refusal):
        story.do(locks.unlock, made.id, by=HANEUL, by_name="haneul", now=11.0)


def test_a_lock_reads_back_as_it_was_made(story: Story) -> None:
    made = hold(story, "ai-server", "prod", until=50.0, version=version("c"), after_rollback=True)
    assert locks.all_locks(story.db, 6.0) == [made]
    assert made == Lock(
        made.id, "ai-server", "prod", JIEUN, "jieun", "measuring", 5.0, 50.0, version("c"), after_rollback=True
    )


def test_a_freeze_holds_one_environment_or_all(story: Story) -> None:
    prod = story.do(locks.freeze, env="prod", owner=JIEUN, reason="night", until=100.0, now=5.0)
    everything = story.do(locks.freeze, env=None, owner=JIEUN, reason="holiday", until=None, now=6.0)
    assert locks.freezes_on(story.db, PROD, 7.0) == [prod, everything]
    assert locks.freezes_on(story.db, STAGING, 7.0) == [everything]
    assert locks.freezes_on(story.db, PROD, 100.0) == [everything]
    story.do(locks.unfreeze, everything.id, by=HANEUL, now=8.0)
    assert locks.all_freezes(story.db, 9.0) == [prod]
    with pytest.raises(Refusal):
        story.do(locks.unfreeze, everything.id, by=HANEUL, now=10.0)
