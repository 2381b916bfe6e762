"""The process that runs the unit's main process, and how it is begun and ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .unit import AUTO_RESTART, DEAD, FAILED, RUNNING, Unit, alive

STOP_TIMEOUT = 10.0
CHDIR = 200  # systemd.exec(5): the exit status when the working directory cannot be entered


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
        while alive(supervisor) and time.monotonic() < end:
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
