"""One row for each time that a version was verified or observed: what ran together, as far as it was known."""

from __future__ import annotations

from bot.ledger import releases, versions
from bot.model import Model, Release, Verdict
from tests.ledger.stories import PROD, STAGING, Story, version

A = version("a")
SMALL, LARGE = Model("small"), Model("large", ("lora",))


def put(story: Story, ran: Release | None, how: str = "verified") -> None:
    story.do(versions.put, PROD, A, how, story.now(), ran=ran)


def test_the_newest_time_counts_and_other_targets_do_not(story: Story) -> None:
    assert releases.of(story.db, PROD, A.id) is None
    put(story, Release(A, SMALL, "1"))
    put(story, Release(A, LARGE, None))
    assert releases.of(story.db, PROD, A.id) == Release(A, LARGE, None)
    assert releases.of(story.db, STAGING, A.id) is None


def test_every_pair_that_ever_ran_is_remembered(story: Story) -> None:
    put(story, Release(A, SMALL))
    put(story, Release(A, LARGE))
    put(story, None)
    assert releases.together(story.db, PROD, A.id, SMALL)
    assert releases.together(story.db, PROD, A.id, LARGE)
    assert not releases.together(story.db, PROD, A.id, Model("large"))
    assert not releases.together(story.db, STAGING, A.id, SMALL)


def test_each_version_that_was_put_there_has_its_row_and_a_withdrawn_one_none(story: Story) -> None:
    story.succeeded(PROD, "a")
    deploy = story.running(PROD, "b")
    ran = Release(version("b"), SMALL, "1")
    story.settle(deploy, Verdict.SUCCEEDED, verified=version("b"), withdrawn=A, ran=ran)
    rows = story.db.execute("SELECT count(*) FROM releases").fetchone()[0]
    put_there = story.db.execute("SELECT count(*) FROM versions WHERE how <> 'withdrawn'").fetchone()[0]
    assert rows == put_there == 2
