"""Looks side by side, each in a thread: what takes time are the programs that they start."""

from __future__ import annotations

import threading
from typing import Any, Callable


def begun(look: Callable[[], Any]) -> Callable[[], Any]:
    """``look`` begins; the result when it is called, or what it raised."""
    said: list[Any] = []
    failed: list[BaseException] = []

    def carry_out() -> None:
        try:
            said.append(look())
        except BaseException as error:  # handed to whoever asked
            failed.append(error)

    thread = threading.Thread(target=carry_out, daemon=True)
    thread.start()

    def ended() -> Any:
        thread.join()
        if failed:
            raise failed[0]
        return said[0]

    return ended


def together(*looks: Callable[[], Any]) -> list[Any]:
    """The results in order. What the first of them raised comes out when all have ended."""
    asked = [begun(look) for look in looks]
    failed: list[BaseException] = []
    said = [_quietly(ended, failed) for ended in asked]
    if failed:
        raise failed[0]
    return said


def _quietly(ended: Callable[[], Any], failed: list[BaseException]) -> Any:
    try:
        return ended()
    except BaseException as error:  # the first one is raised above
        failed.append(error)
        return None
