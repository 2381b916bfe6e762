"""GitHub's own examples, older samples among them: each is accepted, and what can be read of it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.model import RepositoryHint
from bot.webhooks.bounded import parsed
from bot.webhooks.github.hint import EVENTS, read
from tests.capabilities import SHARED
from tests.webhooks.deliveries import Post

EXAMPLES = SHARED / "contracts" / "github" / "webhook-examples"
pytestmark = pytest.mark.needs("shared")


def examples() -> Iterator[tuple[str, Path]]:
    for folder in sorted(EXAMPLES.iterdir()):
        for path in sorted(folder.glob("*.json")):
            yield folder.name, path


def test_every_example_is_within_the_limits_and_names_what_it_is_about() -> None:
    found = {path: read(event, parsed(path.read_bytes())) for event, path in examples()}
    assert len(found) >= 135
    for path, hint in found.items():
        if path.parent.name not in EVENTS:
            assert hint is None
            continue
        assert hint is not None, path
        assert "/" in hint.repository
        if path.parent.name in ("workflow_run", "workflow_job"):
            assert hint.run is not None, path
        if path.parent.name != "push":
            assert hint.sha is not None, path


def test_a_push_names_its_branch_and_a_tag_none() -> None:
    hints = {path.name: read("push", parsed(path.read_bytes())) for event, path in examples() if event == "push"}
    branches = {name: hint.branch for name, hint in hints.items() if hint}
    assert branches["04.json"] == "master"
    assert branches["00.json"] is None


def test_a_branch_that_was_deleted_has_no_commit_that_anybody_waits_for() -> None:
    gone = {"ref": "refs/heads/main", "after": "0" * 40, "repository": {"full_name": "org/app"}}
    assert read("push", gone) == RepositoryHint("org/app", sha="0" * 40, branch="main")


def test_a_branch_whose_name_is_longer_than_git_allows_is_named_by_nobody() -> None:
    for length, known in ((255, True), (256, False)):
        hint = read("push", {"ref": f"refs/heads/{'b' * length}", "repository": {"full_name": "org/app"}})
        assert hint is not None
        assert (hint.branch is not None) is known


async def test_the_events_that_count_come_in_over_the_wire(post: Post) -> None:
    for event, path in examples():
        if event in (*EVENTS, "ping"):
            status, outcome = await post.send(event=event, raw=path.read_bytes())
            assert (status, outcome) in ((202, "heard"), (202, "ignored"), (202, "repeated")), path
    assert {hint.repository for hint in post.heard} >= {"Codertocat/Hello-World", "octo-org/octo-repo"}


WRONG: list[Any] = [
    None,
    7,
    -1,
    0,
    True,
    1.5,
    "",
    "x" * 300,
    [],
    {},
    {"full_name": 7},
    2**70,
    "a/b/c",
    "../x",
    "é" * 40,
]


@pytest.mark.parametrize("wrong", [True, 0, -7, 2**63, "7", 7.0, None, [7]])
def test_only_a_positive_number_is_a_run(wrong: object) -> None:
    hint = read("workflow_run", {"workflow_run": {"id": wrong}, "repository": {"full_name": "org/app"}})
    assert hint == RepositoryHint("org/app")


@pytest.mark.parametrize("event", EVENTS)
def test_a_field_of_any_other_kind_is_read_as_absent(event: str) -> None:
    """Each field of an example in turn is something that GitHub would never send."""
    path = next(path for name, path in examples() if name == event)
    whole = json.loads(path.read_bytes())
    for wrong in WRONG:
        for name in whole:
            hint = read(event, {**whole, name: wrong})
            assert hint is None or (hint.run is None or hint.run > 0)
            inner = whole[name]
            for key in inner if isinstance(inner, dict) else ():
                hint = read(event, {**whole, name: {**inner, key: wrong}})
                assert hint is None or "/" in hint.repository
