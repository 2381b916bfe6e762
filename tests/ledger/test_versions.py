"""Where a rollback may go: known good, not withdrawn, before the running one (PRODUCT, step 8; INV8)."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlite_utils import Database

from bot.ledger import audit, versions
from bot.ledger.schema import migrations
from bot.model import Target, Verdict, Version
from tests.ledger.stories import JIEUN, PROD, STAGING, Story, version

LETTERS = "abcde"


def label(found: Any) -> str | None:
    return None if found is None else found.version.label[0]


def rolled_back(story: Story, leaving: str, to: str) -> None:
    running = story.running(PROD, to)
    story.settle(running, Verdict.SUCCEEDED, withdrawn=version(leaving), verified=version(to))


def test_an_empty_target_has_nothing_to_go_back_to(story: Story) -> None:
    assert versions.current(story.db, PROD) is None
    assert versions.back(story.db, PROD, "b" * 40) is None
    assert versions.back(story.db, PROD, "") is None


def test_a_version_that_failed_is_no_place_to_go_back_to(story: Story) -> None:
    story.succeeded(PROD, "a")
    story.settle(story.running(PROD, "b"), Verdict.FAILED)
    story.succeeded(PROD, "c")
    assert label(versions.back(story.db, PROD, "c" * 40)) == "a"


def test_a_version_that_was_rolled_back_from_is_not_gone_back_to(story: Story) -> None:
    for letter in "abc":
        story.succeeded(PROD, letter)
    rolled_back(story, leaving="c", to="b")
    assert versions.withdrawn(story.db, PROD, "c" * 40)
    assert label(versions.back(story.db, PROD, "b" * 40)) == "a"
    rolled_back(story, leaving="b", to="a")
    assert versions.back(story.db, PROD, "a" * 40) is None


def test_a_broken_version_that_was_never_recorded_goes_back_to_what_was(story: Story) -> None:
    story.succeeded(PROD, "a")
    assert label(versions.back(story.db, PROD, "f" * 40)) == "a"
    assert label(versions.back(story.db, PROD, "")) == "a"


def test_a_rollback_never_goes_forward_again_when_an_old_version_was_put_there_by_hand(story: Story) -> None:
    for letter in "abc":
        story.succeeded(PROD, letter)
    assert label(versions.back(story.db, PROD, "b" * 40)) == "a"


def test_a_withdrawn_version_found_running_is_not_good_again_until_it_is_verified(story: Story) -> None:
    story.succeeded(PROD, "a")
    story.succeeded(PROD, "b")
    rolled_back(story, leaving="b", to="a")
    story.do(versions.observe, PROD, version("b"), story.now())
    assert label(versions.current(story.db, PROD)) == "b"
    assert versions.withdrawn(story.db, PROD, "b" * 40)
    story.succeeded(PROD, "b")
    assert not versions.withdrawn(story.db, PROD, "b" * 40)


def test_targets_have_their_own_past(story: Story) -> None:
    story.succeeded(PROD, "a")
    story.succeeded(STAGING, "a")
    story.settle(story.running(STAGING, "b"), Verdict.SUCCEEDED, withdrawn=version("a"), verified=version("b"))
    assert versions.withdrawn(story.db, STAGING, "a" * 40)
    assert not versions.withdrawn(story.db, PROD, "a" * 40)
    assert label(versions.back(story.db, PROD, "f" * 40)) == "a"
    story.succeeded(PROD, "a")
    assert versions.withdrawn(story.db, STAGING, "a" * 40)
    assert label(versions.current(story.db, PROD)) == "a"


def test_the_first_contact_is_remembered_once(story: Story) -> None:
    assert story.do(versions.observe, PROD, version("a"), 5.0)
    rows = audit.head(story.db)
    assert not story.do(versions.observe, PROD, version("a"), 6.0)
    assert audit.head(story.db) == rows
    found = versions.current(story.db, PROD)
    assert found is not None
    assert (found.how, found.at, found.deploy) == ("observed", 5.0, None)
    assert label(versions.back(story.db, PROD, "b" * 40)) == "a"


def test_who_put_the_running_version_there_is_known(story: Story) -> None:
    deploy = story.succeeded(PROD, "a")
    found = versions.current(story.db, PROD)
    assert found is not None
    assert (found.how, found.deploy, found.who) == ("verified", deploy.number, "jieun")
    assert found.version.ref == "main"


def test_the_list_for_people_leaves_withdrawn_versions_out_and_names_each_once(story: Story) -> None:
    for letter in "abab":
        story.succeeded(PROD, letter)
    rolled_back(story, leaving="b", to="a")
    assert [label(each) for each in versions.verified(story.db, PROD)] == ["a"]
    assert [(label(each), each.how) for each in versions.known(story.db, PROD)] == [
        ("a", "verified"),
        ("b", "withdrawn"),
    ]


@dataclass
class Naive:
    """The same rules over a plain list, by looping: (how, letter)."""

    events: list[tuple[str, str]] = field(default_factory=list)

    def current(self) -> str | None:
        puts = [letter for how, letter in self.events if how != "withdrawn"]
        return puts[-1] if puts else None

    def withdrawn(self, letter: str) -> bool:
        words = [how for how, each in self.events if each == letter and how != "observed"]
        return bool(words) and words[-1] == "withdrawn"

    def back(self, running: str) -> str | None:
        before = self.events
        for at in range(len(self.events) - 1, -1, -1):
            if self.events[at][1] == running and self.events[at][0] != "withdrawn":
                before = self.events[:at]
                break
        for how, letter in reversed(before):
            if how != "withdrawn" and letter != running and not self.withdrawn(letter):
                return letter
        return None


class Past(RuleBasedStateMachine):
    """Any past at all: the ledger and the plain list answer alike."""

    def __init__(self) -> None:
        super().__init__()
        self.db = Database(memory=True)
        migrations.apply(self.db)
        self.naive = Naive()
        self.other = Target(PROD.service, "staging")

    @rule(letter=st.sampled_from(LETTERS), how=st.sampled_from(["verified", "withdrawn", "observed"]))
    def put(self, letter: str, how: str) -> None:
        if how == "observed" and letter == self.naive.current():
            return
        versions.put(self.db, PROD, version(letter), how, 5.0)
        self.naive.events.append((how, letter))

    @rule(letter=st.sampled_from(LETTERS), how=st.sampled_from(["verified", "withdrawn", "observed"]))
    def put_elsewhere(self, letter: str, how: str) -> None:
        versions.put(self.db, self.other, version(letter), how, 5.0)

    @invariant()
    def alike(self) -> None:
        assert label(versions.current(self.db, PROD)) == self.naive.current()
        for letter in (*LETTERS, "f"):
            full = letter * 40
            assert versions.withdrawn(self.db, PROD, full) == self.naive.withdrawn(letter)
            found = label(versions.back(self.db, PROD, full))
            assert found == self.naive.back(letter)
            assert found != letter
            assert found is None or not self.naive.withdrawn(found)

    def teardown(self) -> None:
        self.db.close()


TestPast = pytest.mark.filterwarnings("ignore::pytest.PytestCollectionWarning")(Past.TestCase)
TestPast.settings = settings(stateful_step_count=15)


@given(past=st.lists(st.sampled_from(LETTERS), min_size=1, max_size=12))
def test_rolling_back_again_and_again_ends_and_never_visits_a_version_twice(past: list[str]) -> None:
    with closing(Database(memory=True).conn) as conn:
        db = Database(conn)
        migrations.apply(db)
        for letter in past:
            versions.put(db, PROD, version(letter), "verified", 5.0)
        visited = [past[-1]]
        while (found := versions.back(db, PROD, visited[-1] * 40)) is not None:
            versions.put(db, PROD, version(visited[-1]), "withdrawn", 6.0, who=JIEUN)
            versions.put(db, PROD, Version(found.version.id, found.version.label), "verified", 6.0)
            visited.append(found.version.label[0])
        assert len(visited) == len(set(visited)) == len(set(past))
