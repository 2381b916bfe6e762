"""A line a step, and the sum."""

import time
from collections.abc import Awaitable, Callable

from playground.tour.scene import Scene, Untrue

Step = Callable[[Scene], Awaitable[str]]
"""Plays one step; what it found, for the line. Its name is the first line of its docstring."""


class Report:
    """Counts. `say` prints; a failure prints at most `lines` lines of its reason."""

    def __init__(self, say: Callable[[str], None], lines: int = 60) -> None:
        self._say, self._lines = say, lines
        self.passed = 0
        self.failed = 0

    async def step(self, play: Step, scene: Scene) -> None:
        """Plays it. Whatever it raises is a failure of this step; the tour goes on."""
        name = (play.__doc__ or play.__name__).strip().split("\n")[0].rstrip(".")
        began = time.monotonic()
        try:
            found = await play(scene)
        except Exception as error:
            self.failed += 1
            self._say(f"FAIL {name}: {self._reason(error)}")
        else:
            self.passed += 1
            self._say(f"ok   {name}: {found} ({time.monotonic() - began:.1f} s)")

    def _reason(self, error: Exception) -> str:
        told = str(error) if isinstance(error, Untrue) else f"{type(error).__name__}: {error}"
        return "\n     ".join(told.splitlines()[: self._lines])

    def sum(self) -> None:
        self._say(f"tour: {self.passed} passed, {self.failed} failed")
