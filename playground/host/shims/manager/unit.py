"""The unit: what to run, how it is, and when it was started."""

import json
import os
import time
from pathlib import Path
from typing import Any

INTERVAL = 30.0  # seconds in which only so many starts are allowed


class Unit:
    """The one unit: its definition and its status, both on disk."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.definition: dict[str, Any] = json.loads((state / "unit.json").read_text(encoding="utf-8"))
        self.name: str = self.definition["unit"]

    def status(self) -> dict[str, Any]:
        """How it is; a supervisor that was killed leaves a unit that is dead."""
        file = self.state / "status.json"
        status: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else dict(DEAD)
        if status["supervisor"] and not alive(status["supervisor"]):
            return {**status, **DEAD}
        return status

    def write(self, **changes: Any) -> None:
        """Changes the status, atomically."""
        new = self.state / "status.json.new"
        new.write_text(json.dumps({**self.status(), **changes}), encoding="utf-8")
        new.replace(self.state / "status.json")

    def log(self, text: str) -> None:
        """One line of the manager in the unit's log."""
        with Path(self.definition["log"]).open("a", encoding="utf-8") as file:
            file.write(f"systemd: {self.name}: {text}\n")

    def start_allowed(self) -> bool:
        """Counts this start; false when there were too many in the interval."""
        file, now = self.state / "starts.json", time.time()
        starts = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        starts = [at for at in starts if now - at < INTERVAL]
        allowed = len(starts) < self.definition["restart_burst"]
        file.write_text(json.dumps([*starts, now] if allowed else starts), encoding="utf-8")
        return bool(allowed)


_NOTHING = {"MainPID": 0, "supervisor": 0}
DEAD = {"ActiveState": "inactive", "SubState": "dead", "Result": "success", **_NOTHING}
FAILED = {"ActiveState": "failed", "SubState": "failed", "Result": "exit-code", **_NOTHING}
AUTO_RESTART = {"ActiveState": "activating", "SubState": "auto-restart", "Result": "exit-code", "MainPID": 0}
RUNNING = {"ActiveState": "active", "SubState": "running", "Result": "success", "ExecMainCode": 0, "ExecMainStatus": 0}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
