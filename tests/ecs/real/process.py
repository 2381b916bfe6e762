"""A server in a process of its own: waited for, ended by its id, and never outliving the tests."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LEASH = ("setpriv", "--pdeathsig", "KILL", "--")
PATIENCE = 30.0


def until(condition: Callable[[], Any], otherwise: str, patience: float = PATIENCE) -> Any:
    """The condition's first truthy value. Raises TimeoutError with the sentence."""
    end = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{otherwise} after {patience:g} s")
        time.sleep(0.02)
    return found


class Server:
    """``command`` runs in ``folder`` with nothing of our environment; what it says is in ``NAME.log`` there."""

    def __init__(self, name: str, command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        clean = {"PATH": PATH, "HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*LEASH, *command],
                cwd=folder,
                env={**clean, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def until(self, condition: Callable[[], Any]) -> None:
        """Until it answers. Raises RuntimeError with its last words when it ends or stays silent."""
        try:
            until(lambda: self.process.poll() is not None or condition(), "no answer")
        except TimeoutError as error:
            raise RuntimeError(f"{self.name}: {error}: {self._last_words()}") from error
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended: {self._last_words()}")

    def children(self) -> list[int]:
        if self.process.poll() is not None:
            return []
        pid = self.process.pid
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def stop(self) -> None:
        """It is asked, and killed when it takes longer than a few seconds."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-1500:].strip()
