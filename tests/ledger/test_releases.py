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


def test_the_models_that_were_recorded_are_known_by_name_the_newest_first(story: Story) -> None:
    for model in (SMALL, LARGE, None, SMALL):
        put(story, Release(A, model))
    assert releases.models(story.db, PROD) == ["small", "large"]
    assert releases.models(story.db, PROD, 1) == ["small"]
    assert releases.models(story.db, STAGING) == []


def test_a_model_goes_back_with_its_version_only_where_a_deploy_wrote_one_then_or_since(story: Story) -> None:
    put(story, Release(A, SMALL))
    story.succeeded(PROD, "b")
    assert releases.to_put_back(story.db, PROD, A.id) is None  # nobody but people ever wrote one
    wrote = story.succeeded(PROD, "c")
    story.db.execute("UPDATE deploys SET plan = json_set(plan, '$.model', 'large') WHERE number = ?", [wrote.number])
    assert releases.to_put_back(story.db, PROD, A.id) == SMALL
    assert releases.to_put_back(story.db, STAGING, A.id) is None
    put(story, Release(A, LARGE))  # by hand, after that
    assert releases.to_put_back(story.db, PROD, A.id) is None
