"""When the platform itself says that another look is worth it, the engine comes then, within its own bounds."""

from __future__ import annotations

import pytest

from bot.engine.watching import FIRST_LOOK, SLOWEST_LOOK, Watching


@pytest.mark.parametrize(("again", "pause"), [(0.0, FIRST_LOOK), (0.4, 0.4), (1.9, 1.9), (60.0, SLOWEST_LOOK)])
def test_the_platforms_word_wins_between_our_fastest_and_our_slowest(again: float, pause: float) -> None:
    watch = Watching("k3v9-1-1")
    for _ in range(20):
        watch.slower()
    assert watch.slower(again) == pause


def test_without_a_word_looks_become_slower_up_to_the_slowest() -> None:
    watch = Watching("k3v9-1-1")
    pauses = [watch.slower() for _ in range(20)]
    assert pauses == sorted(pauses)
    assert (pauses[0] > FIRST_LOOK, pauses[-1]) == (True, SLOWEST_LOOK)
