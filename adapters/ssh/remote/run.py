"""Run a program: in a list, never through a shell, always with a deadline."""

from __future__ import annotations

import os
import subprocess
from typing import NamedTuple, Sequence

CAP = 4_000_000


class Ran(NamedTuple):
    """``code`` -1: not finished in time; 127: no such program."""

    code: int
    out: str
    err: str


def environment() -> dict[str, str]:
    """The login's own, with nobody to ask and messages that can be read by a program."""
    quiet = {
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return {**os.environ, **quiet}


def run(command: Sequence[str], deadline: float = 20.0, cwd: str | None = None) -> Ran:
    """``deadline`` in seconds. Never raises for what the program did."""
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=deadline,
            cwd=cwd,
            env=environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(-1, "", f"no answer within {deadline:.0f} s")
    except OSError as error:
        return Ran(127, "", str(error))
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(data: bytes) -> str:
    return data[:CAP].decode("utf-8", "replace")
