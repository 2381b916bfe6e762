"""One value of an env file is changed and nothing else; what stands in the way is said before, by its code."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from adapters.ssh.remote import masks, rewrite
from adapters.ssh.remote.place import Place
from adapters.ssh.remote.said import Said
from tests.ssh.test_envfile import place

KEY = "MODEL_ID"
TEXT = (
    "# models\r\nHF_TOKEN='hush hush'\r\nOTHER=x # y\n  MODEL_ID = \"org/small-1\"  \r\nMODEL_ID_2=a\n\xe9=\tz\n\nlast"
).encode()


def env(path: Path, text: bytes = TEXT) -> Path:
    (path / ".git").mkdir(exist_ok=True)
    file = path / ".env"
    file.write_bytes(text)
    return file


@pytest.fixture
def tree(tmp_path: Path) -> Place:
    """A working tree whose env file git ignores."""
    for words in (
        ["init", "-q"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *words], check=True)
    return place(tmp_path)


def code(tree: Place, text: bytes | None = None) -> str:
    if text is not None:
        env(tree.path, text)
    with pytest.raises(Said) as said:
        rewrite.ready(tree, KEY)
    return said.value.code


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b"", "model_key_missing"),
        (b"# MODEL_ID=a\nMODEL_ID_2=a\n", "model_key_missing"),
        (b"MODEL_ID=a\nMODEL_ID=a\n", "model_key_twice"),
        (b"export MODEL_ID=a\n", "model_key_strange"),
        (b"MODEL_ID=\n", "model_key_strange"),
        (b"MODEL_ID=a # small\n", "model_key_strange"),
        (b"MODEL_ID=$OTHER\n", "model_key_strange"),
        (b"MODEL_ID='a\"\n", "model_key_strange"),
        (b"MODEL_ID=-a\n", "model_key_strange"),
        (b"X=1 \\\nMODEL_ID=a\n", "model_key_strange"),
    ],
)
def test_a_line_that_is_not_one_plain_assignment_is_refused(tree: Place, text: bytes, wanted: str) -> None:
    assert code(tree, text) == wanted


def test_a_link_out_of_the_application_is_refused_and_one_inside_it_is_followed(tree: Place, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.env"
    outside.write_bytes(TEXT)
    (tree.path / ".env").symlink_to(outside)
    assert code(tree) == "model_file_outside"
    (tree.path / ".env").unlink()
    (tree.path / "real.env").write_bytes(TEXT)
    (tree.path / ".env").symlink_to("real.env")
    rewrite.replace(rewrite.ready(tree, KEY), "org/large-2")
    assert (tree.path / ".env").is_symlink()
    assert b"org/large-2" in (tree.path / "real.env").read_bytes()
    assert outside.read_bytes() == TEXT


def test_a_file_of_several_names_is_refused(tree: Place) -> None:
    os.link(env(tree.path), tree.path / "other-name")
    assert code(tree) == "model_file_special"


def test_a_file_that_git_tracks_is_refused(tree: Place) -> None:
    env(tree.path)
    for words in (["add", "-f", ".env"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "y"]):
        subprocess.run(["git", "-C", str(tree.path), *words], check=True)
    assert code(tree) == "model_file_tracked"


def test_every_other_byte_and_the_mode_stay_and_nothing_is_left_beside_it(tree: Place) -> None:
    file = env(tree.path)
    file.chmod(0o640)
    (tree.path / "..env.slipway").write_text("left by a job that was killed: hush hush")
    before = file.stat()
    rewrite.replace(rewrite.ready(tree, KEY), "org/large-2:v1@x+y")
    assert file.read_bytes() == TEXT.replace(b"org/small-1", b"org/large-2:v1@x+y")
    after = file.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert sorted(path.name for path in tree.path.iterdir()) == [".env", ".git"]


@pytest.mark.parametrize("theirs", [b"MODEL_ID=theirs\n", TEXT.replace(b'org/small-1"', b'org/small-12"')])
def test_a_file_that_somebody_changes_at_that_moment_is_left_to_them(tree: Place, theirs: bytes) -> None:
    """The line was looked at, and then it was edited: its bytes are no longer there."""
    file = env(tree.path)
    line = rewrite.ready(tree, KEY)
    file.write_bytes(theirs)
    with pytest.raises(Said) as said:
        rewrite.replace(line, "org/large-2")
    assert said.value.code == "model_write_failed"
    assert file.read_bytes() == theirs
    assert sorted(path.name for path in tree.path.iterdir()) == [".env", ".git"]


def test_the_model_is_no_secret_and_everything_else_of_the_file_is(tree: Place) -> None:
    file = env(tree.path, b"export MODEL_ID='org/small-1'\nHF_TOKEN=hush-hush-hush\nTHE_MODEL_ID=masked-too\n")
    line = "loading org/small-1 with hush-hush-hush, masked-too"
    assert masks.mask(line, masks.secrets([file], KEY)) == "loading org/small-1 with ***, ***"
    assert masks.mask(line, masks.secrets([file])) == "loading *** with ***, ***"


def test_a_password_that_is_the_same_text_as_the_model_stays_masked(tree: Place) -> None:
    file = env(tree.path, b"MODEL_ID=org/small-1\nPASSWORD=org/small-1\n")
    assert masks.mask("org/small-1", masks.secrets([file], KEY)) == "***"
