"""The mirror of a host: there as a whole or not at all, however many questions come at once."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from adapters.ssh.remote import git
from adapters.ssh.remote.place import Place

AT_ONCE, ROUNDS = 6, 12


def place(path: Path) -> Place:
    path.mkdir()
    return Place(path, "app", "releases", "detached", "none", (), None, 5, (), "python3", 0.0, None)


def test_whoever_finds_the_mirror_finds_all_of_it_also_while_others_make_it(tmp_path: Path) -> None:
    together = Barrier(AT_ONCE)

    def asked(here: Place) -> int:
        together.wait(10)
        git.prepare(here)
        return git.git(here.repo, "rev-parse", "--git-dir").code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for number in range(ROUNDS):
            here = place(tmp_path / str(number))
            assert list(threads.map(asked, [here] * AT_ONCE)) == [0] * AT_ONCE
            assert [one.name for one in here.path.iterdir()] == ["repo.git"]


def test_what_an_earlier_start_left_half_made_is_made_whole(tmp_path: Path) -> None:
    here = place(tmp_path / "app")
    (here.repo / "objects").mkdir(parents=True)
    git.prepare(here)
    assert git.git(here.repo, "rev-parse", "--git-dir").code == 0


def test_the_mirror_may_be_read_as_git_itself_would_have_made_it(tmp_path: Path) -> None:
    here = place(tmp_path / "app")
    git.prepare(here)
    other = tmp_path / "other"
    git.run(["git", "init", "--quiet", "--bare", str(other)])
    assert stat.S_IMODE(here.repo.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
