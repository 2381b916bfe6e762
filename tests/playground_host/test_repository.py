"""Every kind of release is what it says, and the hostile one acts on whoever trusts it."""

import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from playground.host import Repository, wheels


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "traces").mkdir()
    return Repository.create(tmp_path / "ai-server.git", tmp_path / "wheels")


def checked_out(repository: Repository, sha: str, folder: Path) -> Path:
    """The tree of a commit as `git archive` gives it."""
    done = subprocess.run(["git", "-C", str(repository.path), "archive", sha], capture_output=True, check=True)
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="fully_trusted")
    return folder


def pip(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """pip of this Python into a folder, from the wheels and from nowhere else."""
    return subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--isolated", "--no-index", "--disable-pip-version-check",
         "--target", str(folder), *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_hostile_release_brings_filters_submodules_hooks_and_links_out_of_the_tree(
    repository: Repository, tmp_path: Path
) -> None:
    tree = checked_out(repository, repository.release("hostile"), tmp_path / "tree")
    assert "ext::" in (tree / ".gitmodules").read_text()
    assert (tree / "outside").is_symlink()
    assert (tree / "chroma_db").readlink() == Path("/etc")
    assert "fsmonitor" in (tree / "vendor" / "config").read_text()
    assert repository.git("ls-tree", "HEAD", "lib").startswith("160000 commit")


def test_a_release_whose_requirements_cannot_be_met_fails_in_pip(repository: Repository, tmp_path: Path) -> None:
    for kind, words in (("pip_fails", "No matching distribution found"), ("build_fails", "command 'gcc' failed")):
        sha = repository.release("pip_fails" if kind == "pip_fails" else "build_fails")
        tree = checked_out(repository, sha, tmp_path / kind)
        done = pip(tmp_path / "site", "--find-links", str(repository.wheels), "-r", str(tree / "requirements.txt"))
        assert done.returncode != 0
        assert words in done.stderr


def test_a_release_with_a_new_requirement_installs_from_the_wheels_folder(
    repository: Repository, tmp_path: Path
) -> None:
    tree = checked_out(repository, repository.release("needs_wheel"), tmp_path / "tree")
    done = pip(tmp_path / "site", "--find-links", str(repository.wheels), "-r", str(tree / "requirements.txt"))
    assert done.stderr == ""
    assert "0.22.1" in (tmp_path / "site" / "kiwipiepy" / "__init__.py").read_text()
    later = checked_out(repository, repository.release("good"), tmp_path / "later")
    assert (later / "requirements.txt").read_text() == (tree / "requirements.txt").read_text()


def test_a_wheel_whose_record_is_wrong_would_be_refused_so_ours_is_right(tmp_path: Path) -> None:
    wheel = wheels.wheel(tmp_path, "dojangkok-prompts", "1.2.0")
    assert pip(tmp_path / "site", str(wheel)).returncode == 0
    assert (tmp_path / "site" / "dojangkok_prompts" / "__init__.py").exists()


def test_an_archive_of_a_release_names_its_commit(repository: Repository, tmp_path: Path) -> None:
    sha = repository.release()
    assert (checked_out(repository, sha, tmp_path / "tree") / "COMMIT").read_text().strip() == sha


def test_two_releases_differ_on_the_page_and_the_history_reads_like_a_teams(repository: Repository) -> None:
    first, second = repository.release(), repository.release(message="fix: 오타", author=("이하늘", "haneul@example"))
    assert repository.git("diff", "--name-only", first, second) == "release.py"
    authors, times = repository.git("log", "--format=%an"), repository.git("log", "--format=%ct").split()
    assert authors.splitlines()[0] == "이하늘"
    assert times == sorted(times, reverse=True)


def test_branches_and_tags_move_as_people_move_them(repository: Repository) -> None:
    first, second = repository.release(), repository.release()
    repository.branch("release", first)
    repository.tag("v1", first)
    repository.branch("release", second)
    repository.tag("v1", second)
    assert repository.head("release") == second == repository.git("rev-parse", "refs/tags/v1")
    side = repository.release(branch="feature/ocr")
    assert repository.head() == second != side
