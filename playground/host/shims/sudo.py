"""sudo for a host without root: standard library only. It gives no right; it only refuses what the real one would.

    sudo.py STATE [-n] [-l] COMMAND…

STATE/sudo holds "right", "nothing" or "too_much"; every command goes to STATE/orders.jsonl.
"""

import json
import os
import sys
import time
from pathlib import Path

VERBS = ("restart", "stop", "reset-failed")


def rules(state: Path, unit: str) -> "list[str]":
    """The allowed commands, spelled as sudoers spells them."""
    how = (state / "sudo").read_text(encoding="ascii").strip()
    if how == "nothing":
        return []
    if how == "too_much":
        return ["/usr/bin/systemctl"]
    short = unit.removesuffix(".service")
    return [f"/usr/bin/systemctl {verb} {name}" for verb in VERBS for name in (short, unit)]


def main(state: Path, arguments: "list[str]") -> int:
    """Runs the command, or lists the rules, or refuses as `sudo -n` does."""
    unit: str = json.loads((state / "unit.json").read_text(encoding="utf-8"))["unit"]
    command = [word for word in arguments if word not in {"-n", "-l", "--"}]
    allowed = rules(state, unit)
    if command and command[0] == "systemctl":
        command[0] = "/usr/bin/systemctl"
    spelled = " ".join(command)
    matches = any(spelled == rule or (" " not in rule and spelled.startswith(rule)) for rule in allowed)
    if "-l" in arguments and not command:
        return _list(allowed)
    if not matches:
        print("sudo: a password is required", file=sys.stderr)
        return 1
    if "-l" in arguments:
        print(spelled)
        return 0
    with (state / "orders.jsonl").open("a", encoding="utf-8") as orders:
        orders.write(json.dumps({"at": time.time(), "by": "sudo", "what": spelled}) + "\n")
    systemctl = [sys.executable, "-I", str(Path(__file__).with_name("systemctl.py")), str(state)]
    return os.spawnv(os.P_WAIT, sys.executable, [*systemctl, *command[1:]])


def _list(allowed: "list[str]") -> int:
    if not allowed:
        print("sudo: a password is required", file=sys.stderr)
        return 1
    print("User may run the following commands on this host:")
    for rule in allowed:
        print(f"    (root) NOPASSWD: {rule}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
