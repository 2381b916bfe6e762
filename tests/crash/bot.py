"""The product's own life, told to die at a named point. No import path is patched: ``At`` and ``Deadlines`` go in.

``python -m tests.crash.bot run --config FILE`` is one bot; ``python -m tests.crash.bot nursery SOCKET`` is a process
that has imported everything and forks one bot for each connection: a start then costs a tenth of a second.

    CRASH_LOG=file              every point that is reached, one a line
    CRASH_AT=name#2             where the process ends itself: the second time that it comes by
    CRASH_EACH=ssh. git.        or at every point of these beginnings at which no life before has ended
    CRASH_DIED=file             the points at which lives have ended so far
    CRASH_SIGNAL=SIGKILL        with which signal; SIGTERM is taken as from a service manager
    CRASH_HALT=name#2 name#3    where it only stands still, until SIGCONT
    CRASH_DEADLINES={…}         other values for ``bot.engine.Deadlines``, in seconds
    CRASH_CERTIFICATE=file      what every address of a certificate leads to
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from bot.__main__ import carry
from bot.engine import Deadlines


class Way:
    """An ``At``: writes down where the process has been, and ends it at one place. Points come from two threads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._log = _appended(environment["CRASH_LOG"])
        self._at = environment.get("CRASH_AT", "")
        self._halts = environment.get("CRASH_HALT", "").split()
        self._number = signal.Signals[environment.get("CRASH_SIGNAL", "SIGKILL")]
        self._each = tuple(environment.get("CRASH_EACH", "").split())
        self._died = Path(environment.get("CRASH_DIED", os.devnull))
        self._before = set(self._died.read_text().split()) if self._died.exists() else set()
        self._passed: Counter[str] = Counter()
        self._one_at_a_time = threading.Lock()

    def __call__(self, point: str) -> None:
        with self._one_at_a_time:
            self._passed[point] += 1
            here = f"{point}#{self._passed[point]}"
            os.write(self._log, f"{here}\n".encode())
            if here in self._halts:
                os.kill(os.getpid(), signal.SIGSTOP)
            if here == self._at or (self._each and point.startswith(self._each) and point not in self._before):
                os.write(_appended(self._died), f"{point}\n".encode())
                os.kill(os.getpid(), self._number)


def _appended(path: Path | str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def live(config: Path, environment: Mapping[str, str]) -> int:
    deadlines = Deadlines(**json.loads(environment.get("CRASH_DEADLINES", "{}")))

    async def certificate(url: str) -> bytes:
        return Path(environment["CRASH_CERTIFICATE"]).read_bytes()

    fetch = certificate if "CRASH_CERTIFICATE" in environment else None
    return carry(config, Way(environment), deadlines, fetch)


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", "--config", config]:
            return live(Path(config), os.environ)
        case ["nursery", path]:
            import adapters.dry_run.adapter
            import adapters.ecs.adapter
            import adapters.github.adapter
            import adapters.ssh.adapter  # noqa: F401 - for the bots that are forked later
            from tests.crash.nursery import tend

            return tend(Path(path), live)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
