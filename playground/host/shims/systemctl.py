"""systemctl for one unit and without systemd: standard library only.

    systemctl.py STATE show|start|restart|stop|reset-failed|is-active|… [-p NAMES] [--value] UNIT

STATE holds unit.json (what to run), status.json (how it is), starts.json (times of the latest starts), orders.jsonl
(what was asked for and when). A supervisor process restarts what ends, until the start limit, as Restart=always does.
It runs alone, copied from nowhere and importing nothing beside it: hence one file of this length.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

INTERVAL = 30.0
STOP_TIMEOUT = 10.0


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
        if status["supervisor"] and not _alive(status["supervisor"]):
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
CHDIR = 200  # systemd.exec(5): the exit status when the working directory cannot be entered


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def start(unit: Unit) -> int:
    """Starts the supervisor, unless it runs; 0 once the main process was started or its first start failed."""
    if unit.status()["ActiveState"] in {"active", "activating"}:
        return 0
    if not unit.start_allowed():
        unit.write(**{**FAILED, "Result": "start-limit-hit"})
        print(f"Job for {unit.name} failed.\nStart request repeated too quickly.", file=sys.stderr)
        return 1
    ready, started = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        _detach(started)
        Supervisor(unit).run(started)
    os.close(started)
    os.wait()
    os.read(ready, 1)
    os.close(ready)
    return 0


def stop(unit: Unit) -> int:
    """Ends the supervisor and what it runs; returns when they are gone."""
    supervisor = unit.status()["supervisor"]
    if supervisor:
        os.kill(supervisor, signal.SIGTERM)
        end = time.monotonic() + STOP_TIMEOUT + 2
        while _alive(supervisor) and time.monotonic() < end:
            time.sleep(0.02)
    unit.write(**DEAD)
    return 0


class Supervisor:
    """Runs the main process again and again, until SIGTERM or the start limit."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGALRM, self._kill)

    def run(self, started: int) -> None:
        """Tells `started` (a pipe) that the first start was tried; never returns."""
        self.unit.write(supervisor=os.getpid())
        restarts = 0
        status = self._once(restarts, started)
        while not self.stopping:
            restarts += 1
            self.unit.log(f"Main process exited, code=exited, status={status}")
            self.unit.write(**AUTO_RESTART, ExecMainCode=1, ExecMainStatus=status)
            time.sleep(self.unit.definition["restart_seconds"])
            if not self.unit.start_allowed():
                self.unit.log("Start request repeated too quickly.")
                self.unit.write(**FAILED)
                os._exit(0)
            status = self._once(restarts)
        self.unit.write(**DEAD)
        os._exit(0)

    def _once(self, restarts: int, started: int = -1) -> int:
        self.process = None if self.stopping else self._start(restarts)
        if started >= 0:
            os.close(started)
        return self.process.wait() if self.process else CHDIR

    def _start(self, restarts: int) -> "subprocess.Popen[bytes] | None":
        now, definition, invocation = time.time(), self.unit.definition, os.urandom(16).hex()
        own = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "INVOCATION_ID": invocation}
        own["PLAYGROUND_HOST"] = str(self.unit.state.parent)
        try:
            with Path(definition["log"]).open("ab") as log:
                process = subprocess.Popen(
                    definition["argv"], cwd=definition["directory"], env={**own, **definition["environment"]},
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
        except OSError as error:
            self.unit.log(f"Failed at step CHDIR or EXEC: {error}")
            return None
        stamps = {"ExecMainStart": now, "ActiveEnter": now, "monotonic": time.monotonic()}
        facts = {"MainPID": process.pid, "InvocationID": invocation, "NRestarts": restarts, "stamps": stamps}
        self.unit.log(f"Started, pid {process.pid}")
        self.unit.write(**RUNNING, **facts)
        return process

    def _stop(self, _signum: int, _frame: Any) -> None:
        self.stopping = True
        if self.process is not None:
            self.process.terminate()
            signal.alarm(int(STOP_TIMEOUT))

    def _kill(self, _signum: int, _frame: Any) -> None:
        if self.process is not None:
            self.process.kill()


def _detach(keep: int) -> None:
    """Lets go of everything that this process was given, above all of the lock, which a fork shares."""
    os.closerange(3, keep)
    os.closerange(keep + 1, 1024)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def show(unit: Unit, name: str, wanted: "list[str]", *, values: bool) -> int:
    """Prints NAME=value lines, all or the wanted ones, in the words of the real program."""
    known = properties(unit) if name == unit.name else {"Id": name, "LoadState": "not-found", **_words(DEAD)}
    for key, value in known.items():
        if not wanted or key in wanted:
            print(value if values else f"{key}={value}")
    return 0


def _words(status: "dict[str, Any]") -> "dict[str, str]":
    return {key: str(value) for key, value in status.items() if key[0].isupper()}


def properties(unit: Unit) -> "dict[str, str]":
    """What `systemctl show` would print of this unit, as far as it is true here: there is no cgroup."""
    status, definition = unit.status(), unit.definition
    argv = definition["argv"]
    found = {"Id": unit.name, "LoadState": "loaded", "UnitFileState": "enabled", "Type": "simple", "Restart": "always"}
    found |= {"NRestarts": "0", "InvocationID": "", "ExecMainCode": "0", "ExecMainStatus": "0"} | _words(status)
    found |= {"WorkingDirectory": definition["directory"], "User": definition["user"], "ControlGroup": ""}
    found["ExecStart"] = f"{{ path={argv[0]} ; argv[]={' '.join(argv)} ; ignore_errors=no }}"
    found |= {"StandardOutput": f"append:{definition['log']}", "StandardError": f"append:{definition['log']}"}
    stamps = status.get("stamps", {})
    for key in ("ExecMainStart", "ActiveEnter"):
        at = stamps.get(key)
        found[f"{key}Timestamp"] = time.strftime("%a %Y-%m-%d %H:%M:%S %Z", time.localtime(at)) if at else ""
        found[f"{key}TimestampMonotonic"] = str(int(stamps.get("monotonic", 0) * 1e6))
    return found


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
