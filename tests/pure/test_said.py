"""What a service may answer for its version: the label, or enough of an id that means nothing else."""

from __future__ import annotations

import pytest

from bot.model import Version

COMMIT = "c0ffee12" * 5
IMAGE = Version("sha256:" + "ab" * 32, "c0ffee1", commit=COMMIT)
TAGGED = Version("sha256:" + "ab" * 32, "v2")


@pytest.mark.parametrize(
    "said", [None, "", "c0ffee", "c0ffee2", "v1", COMMIT + "0", "sha256:", "sha256:ababab", "sha256:c0ffee1"]
)
def test_another_version_or_too_little_of_this_one_is_no_proof(said: str | None) -> None:
    assert not IMAGE.said_as(said)


@pytest.mark.parametrize("said", ["c0ffee1", COMMIT[:12], COMMIT, IMAGE.id, "sha256:abababa", "abababa"])
def test_a_service_names_an_image_by_its_digest_or_by_the_commit_that_it_was_built_from(said: str) -> None:
    assert IMAGE.said_as(said)


def test_an_image_without_a_commit_is_named_by_its_tag() -> None:
    assert TAGGED.said_as("v2")
    assert not TAGGED.said_as(COMMIT)
    assert not TAGGED.said_as("v2-rc1")
