"""Who wrote what a deploy brings or takes away: the whole range, raw, and never a shorter list than the truth."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.ssh.remote import git
from adapters.ssh.remote.place import Place
from adapters.ssh.remote.said import Said

BEFORE = "a@x"


@dataclass
class Repository:
    path: Path

    def git(self, *words: str, mail: str = BEFORE, given: str = "") -> str:
        who = {"GIT_AUTHOR_NAME": "n", "GIT_COMMITTER_NAME": "c", "GIT_COMMITTER_EMAIL": "committer@x"}
        done = subprocess.run(
            ["git", "-C", str(self.path), *words],
            env={**os.environ, **who, "GIT_AUTHOR_EMAIL": mail},
            input=given.encode(),
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()

    def commit(self, mail: str, message: str = "m") -> str:
        self.git("commit", "-q", "--allow-empty", "-m", message, mail=mail)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    found = Repository(tmp_path)
    found.git("init", "-q", "-b", "main")
    return found


@pytest.fixture
def place(repository: Repository) -> Place:
    return Place(repository.path, "app", "in_place", "detached", "none", (), None, 5, (), "python3", 0.0, None)


def test_everybody_of_the_whole_range_is_named_however_long_it_is(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    repository.commit("First@X")
    for _ in range(60):
        new = repository.commit("second@x")
    assert git.authors(place, old, new, 300) == {"authors": ["first@x", "second@x"], "whole": True}


def test_co_authors_are_authors_and_committers_are_not(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    new = repository.commit("a@x", "m\n\nCo-authored-by: B <b@x>\nCo-authored-by: C <C@x>\n")
    assert git.authors(place, old, new, 300)["authors"] == ["a@x", "b@x", "c@x"]


def test_what_is_taken_away_has_authors_too(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    gone = repository.commit("gone@x")
    repository.git("checkout", "-q", "-b", "other", old)
    new = repository.commit("other@x")
    assert git.authors(place, gone, new, 300)["authors"] == ["gone@x", "other@x"]
    assert git.authors(place, gone, old, 300)["authors"] == ["gone@x"]


def test_a_mailmap_puts_on_nobody_elses_name(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    (repository.path / ".mailmap").write_text("N <innocent@x> <guilty@x>\n")
    repository.git("add", ".mailmap")
    new = repository.commit("guilty@x")
    assert git.authors(place, old, new, 300)["authors"] == ["guilty@x"]


def test_a_commit_without_a_mail_has_an_author_whom_nobody_knows(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    tree = repository.git("rev-parse", "HEAD^{tree}")
    raw = f"tree {tree}\nparent {old}\nauthor n <> 1 +0000\ncommitter c <c@x> 1 +0000\n\nm\n"
    new = repository.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=raw)
    assert git.authors(place, old, new, 300)["authors"] == ["(none)"]


def test_more_than_can_be_told_is_never_told_as_all(repository: Repository, place: Place) -> None:
    old = repository.commit("before@x")
    for n in range(4):
        new = repository.commit(f"{n}@x")
    assert git.authors(place, old, new, 3)["whole"] is False


def test_a_first_deploy_brings_the_whole_history(repository: Repository, place: Place) -> None:
    repository.commit("first@x")
    new = repository.commit("second@x")
    assert git.authors(place, "", new, 300)["authors"] == ["first@x", "second@x"]


def test_the_same_version_has_no_authors(repository: Repository, place: Place) -> None:
    new = repository.commit("a@x")
    assert git.authors(place, new, new, 300) == {"authors": [], "whole": True}


def test_a_version_that_is_not_there_is_an_answer_of_its_own(repository: Repository, place: Place) -> None:
    with pytest.raises(Said):
        git.authors(place, "f" * 40, repository.commit("a@x"), 300)
