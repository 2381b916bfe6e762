"""What systemd says of a unit, and the three things that are asked of it through sudo."""

from __future__ import annotations

import os
import time
from typing import Any

from .run import Ran, run
from .said import Said

FACTS = (
    "Id", "LoadState", "ActiveState", "SubState", "Result", "MainPID", "InvocationID", "NRestarts", "ControlGroup",
    "ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic", "ExecMainStatus",
)  # fmt: skip


def show(unit: str, properties: tuple[str, ...] = FACTS) -> dict[str, str]:
    """A property that stands there several times (EnvironmentFiles) is as many lines.

    Raises ``systemd_unreadable`` for the empty answer that systemctl gives without dbus, with exit code 0.
    """
    got = run(["systemctl", "show", "-p", ",".join(properties), "--", unit], 10.0)
    found: dict[str, str] = {}
    for name, value in (line.split("=", 1) for line in got.out.splitlines() if "=" in line):
        found[name] = found[name] + "\n" + value if name in found else value
    if got.code or not found.get("LoadState", "x" if "LoadState" not in properties else ""):
        raise Said("systemd_unreadable", unit=unit)
    return found


def facts(unit: str) -> dict[str, Any]:
    """The unit's state as plain data; times are epoch seconds of this host."""
    raw = show(unit)
    return {
        "load": raw.get("LoadState", ""),
        "active": raw.get("ActiveState", ""),
        "sub": raw.get("SubState", ""),
        "result": raw.get("Result", ""),
        "pid": int(raw.get("MainPID") or 0),
        "invocation": raw.get("InvocationID", ""),
        "restarts": int(raw.get("NRestarts") or 0),
        "cgroup": raw.get("ControlGroup", ""),
        "exit": int(raw.get("ExecMainStatus") or 0),
        "started": started(raw),
    }


def started(raw: dict[str, str]) -> float:
    """When the main process (else the unit) started; 0.0 where it never did."""
    at = int(raw.get("ExecMainStartTimestampMonotonic") or 0) or int(raw.get("ActiveEnterTimestampMonotonic") or 0)
    return round(time.time() - time.monotonic() + at / 1e6, 3) if at else 0.0


def sudo(*words: str) -> list[str]:
    """The command as the sudoers template spells it; root, who needs no rule, finds systemctl by its PATH."""
    return ["systemctl", *words] if os.geteuid() == 0 else ["sudo", "-n", "/usr/bin/systemctl", *words]


def allowed(*words: str) -> bool:
    """Whether sudo would run it, without running it."""
    if os.geteuid() == 0:
        return True
    return run(["sudo", "-n", "-l", "/usr/bin/systemctl", *words], 10.0).code == 0


def ask(verb: str, unit: str, deadline: float = 120.0) -> Ran:
    return run(sudo(verb, unit), deadline)
