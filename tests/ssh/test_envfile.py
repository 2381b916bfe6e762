"""One key of an env file is read strictly: what is set twice, or to anything but a plain id, is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.ssh.remote import envfile
from adapters.ssh.remote.place import Place


def place(path: Path, *shared: str) -> Place:
    return Place(
        path=path,
        unit="app.service",
        layout="in_place",
        runner="detached",
        repository="",
        shared=shared or (".env",),
        requirements=None,
        keep=5,
        logs=(),
        python="python3",
        drain=0.0,
        health=None,
    )


def value(path: Path, text: str) -> str | None:
    (path / ".env").write_text(text)
    found = envfile.find(place(path), "MODEL_ID")
    return found.value if found else None


@pytest.mark.parametrize(
    "line",
    [
        "MODEL_ID=org/qwen2.5-7b@v1",
        'MODEL_ID="org/qwen2.5-7b@v1"',
        "MODEL_ID='org/qwen2.5-7b@v1'",
        "export MODEL_ID=org/qwen2.5-7b@v1",
        " MODEL_ID = org/qwen2.5-7b@v1 ",
        "MODEL_ID=org/qwen2.5-7b@v1\r",
    ],
)
def test_the_usual_ways_to_write_it_are_read(tmp_path: Path, line: str) -> None:
    assert value(tmp_path, f"OTHER=1\n{line}\nMODEL_ID_2=x\n# MODEL_ID=old\n") == "org/qwen2.5-7b@v1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "OTHER=1\n",
        "MODEL_ID=\n",
        "MODEL_ID=a\nMODEL_ID=b\n",
        "MODEL_ID=a b\n",
        "MODEL_ID=a # the small one\n",
        "MODEL_ID=$OTHER\n",
        'MODEL_ID="a\n',
        "MODEL_ID=" + "m" * 201 + "\n",
        "MODEL_ID=모델\n",
    ],
)
def test_what_is_not_one_plain_id_is_not_known(tmp_path: Path, text: str) -> None:
    assert value(tmp_path, text) is None


def test_two_files_that_both_set_it_are_not_known(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MODEL_ID=a\n")
    (tmp_path / "model.env").write_text("MODEL_ID=b\n")
    assert envfile.find(place(tmp_path, ".env", "model.env"), "MODEL_ID") is None
    found = envfile.find(place(tmp_path, "model.env"), "MODEL_ID")
    assert found is not None
    assert found.value == "b"


def test_a_file_that_is_missing_huge_or_not_text_is_not_known(tmp_path: Path) -> None:
    assert envfile.find(place(tmp_path), "MODEL_ID") is None
    assert value(tmp_path, "MODEL_ID=a\n" + "x" * envfile.LARGEST) is None
    (tmp_path / ".env").write_bytes(b"MODEL_ID=a\n\xff\xfe\n")
    assert envfile.find(place(tmp_path), "MODEL_ID") is None
