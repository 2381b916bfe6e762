"""The verbs. Arguments: STATE VERB [-p NAMES] [--value] UNIT."""

import fcntl
import json
import sys
import time
from pathlib import Path

from .shown import show
from .supervisor import start, stop
from .unit import DEAD, Unit


def main(state: Path, arguments: "list[str]") -> int:
    """Exit status of the verb; 1 for a verb that is not imitated."""
    wanted: list[str] = []
    words: list[str] = []
    options = iter(arguments)
    for option in options:
        if option in {"-p", "--property"}:
            wanted += next(options, "").split(",")
        elif option.startswith(("-p", "--property=")):
            wanted += option.removeprefix("--property=").removeprefix("-p").split(",")
        elif not option.startswith("-"):
            words.append(option)
    verb, names = (words or ["list-units"])[0], [w if "." in w else f"{w}.service" for w in words[1:]]
    return order(Unit(state), verb, names, wanted, values="--value" in arguments)


def order(unit: Unit, verb: str, names: "list[str]", wanted: "list[str]", *, values: bool) -> int:
    """Does one verb, one at a time."""
    if verb == "show":
        return max((show(unit, name, wanted, values=values) for name in names), default=0)
    if verb == "is-active":
        state = unit.status()["ActiveState"] if names == [unit.name] else "inactive"
        print(state)
        return 0 if state == "active" else 3
    if verb in {"daemon-reload", "enable", "is-enabled"}:
        return 0
    if names != [unit.name] or verb not in {"start", "stop", "restart", "reset-failed"}:
        print(f"Failed to {verb} {' '.join(names)}: this host has a shim for {unit.name} only", file=sys.stderr)
        return 5
    with (unit.state / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (unit.state / "orders.jsonl").open("a", encoding="utf-8") as orders:
            orders.write(json.dumps({"at": time.time(), "by": "systemd", "what": f"{verb} {unit.name}"}) + "\n")
        return change(unit, verb)


def change(unit: Unit, verb: str) -> int:
    """start, stop, restart, reset-failed."""
    if verb == "reset-failed":
        (unit.state / "starts.json").unlink(missing_ok=True)
        if unit.status()["ActiveState"] == "failed":
            unit.write(**DEAD)
        return 0
    if verb in {"stop", "restart"}:
        stop(unit)
    return start(unit) if verb in {"start", "restart"} else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
