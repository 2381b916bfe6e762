"""The product's own life, told to die at a named point. No import path is patched: ``At`` and ``Deadlines`` go in.

``python -m tests.crash.bot run --config FILE`` is one bot; ``python -m tests.crash.bot nursery SOCKET`` is a process
that has imported everything and forks one bot for each connection: a start then costs a tenth of a second.

    CRASH_LOG=file              every point that is reached, one a line
    CRASH_AT=name#2             where the process ends itself: the second time that it comes by
    CRASH_SIGNAL=SIGKILL        with which signal; SIGTERM is taken as from a service manager
    CRASH_DEADLINES={…}         other values for ``bot.engine.Deadlines``, in seconds
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

    def __init__(self, log: Path, at: str, number: signal.Signals) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._at = at
        self._number = number
        self._passed: Counter[str] = Counter()
        self._one_at_a_time = threading.Lock()

    def __call__(self, point: str) -> None:
        with self._one_at_a_time:
            self._passed[point] += 1
            here = f"{point}#{self._passed[point]}"
            os.write(self._log, f"{here}\n".encode())
            if here == self._at:
                os.kill(os.getpid(), self._number)


def live(config: Path, environment: Mapping[str, str]) -> int:
    way = Way(
        Path(environment["CRASH_LOG"]),
        environment.get("CRASH_AT", ""),
        signal.Signals[environment.get("CRASH_SIGNAL", "SIGKILL")],
    )
    return carry(config, way, Deadlines(**json.loads(environment.get("CRASH_DEADLINES", "{}"))))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["run", "--config", config]:
            return live(Path(config), os.environ)
        case ["nursery", path]:
            from tests.crash.nursery import tend

            return tend(Path(path), live)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
