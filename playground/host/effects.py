"""The oracle: what really happened on the host, told by the application, systemd, sudo and the attempts folder."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Effect:
    """One thing that happened. `at` is wall-clock seconds of the host.

    by "app": what = start | listening | stop | crash, facts version, pid, invocation, folder.
    by "systemd": what = the manager's message, facts job_type, job_result, invocation where it gave them.
    by "sudo": what = the command, as sudo wrote it down; facts user, allowed (sudo -n keeps silent of refusals).
    by "attempt": what = the attempt's id, facts names (the files in its folder).
    """

    at: float
    by: Literal["app", "systemd", "sudo", "attempt"]
    what: str
    facts: dict[str, Any] = field(default_factory=dict)


def from_application(oracle: Path) -> Iterator[Effect]:
    """The lines of the oracle file."""
    for line in oracle.read_text(encoding="utf-8").splitlines():
        facts = json.loads(line)
        yield Effect(facts.pop("at"), "app", facts.pop("event"), facts)


def from_journal(lines: Iterable[str]) -> Iterator[Effect]:
    """The manager's messages about the unit, and every command that sudo ran or refused (`journalctl -o json`)."""
    for line in lines:
        row = json.loads(line)
        message, at = row.get("MESSAGE"), int(row["__REALTIME_TIMESTAMP"]) / 1e6
        if not isinstance(message, str):
            continue
        if row.get("_COMM") == "sudo" and "COMMAND=" in message:
            user, rest = message.split(" : ", 1)
            # A refusal stands before the first NAME=value: "ubuntu : command not allowed ; PWD=… ; COMMAND=…".
            allowed = "=" in rest.split(" ; ")[0]
            yield Effect(at, "sudo", rest.split("COMMAND=", 1)[1], {"user": user.strip(), "allowed": allowed})
        elif row.get("_PID") == "1" and "UNIT" in row:
            names = {"JOB_TYPE": "job_type", "JOB_RESULT": "job_result", "INVOCATION_ID": "invocation", "UNIT": "unit"}
            yield Effect(at, "systemd", message, {names[k]: v for k, v in row.items() if k in names})


def from_attempts(folder: Path) -> Iterator[Effect]:
    """The folders in attempts/, oldest first by their own birth (the time of the folder's first file, else its own)."""
    if not folder.is_dir():
        return
    for attempt in folder.iterdir():
        if attempt.is_dir():
            times = [entry.lstat().st_mtime for entry in attempt.iterdir()] or [attempt.lstat().st_mtime]
            yield Effect(min(times), "attempt", attempt.name, {"names": sorted(e.name for e in attempt.iterdir())})
