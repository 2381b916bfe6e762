"""SIGKILL at every named point, and everything must be as if nothing had happened.

The points are discovered: each story is told once without a kill. A new call with a point is walked by itself.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.crash.child import Nursery
from tests.crash.stories import STORIES
from tests.crash.walk import Case, Told, tell_all

CHAOS = bool(os.environ.get("SLIPWAY_CHAOS"))


def said(told: list[Told]) -> str:
    return "\n\n".join("\n  ".join([str(one.case), *one.wrong]) for one in told if one.wrong)


@pytest.mark.timeout(600)
async def test_a_bot_killed_at_any_point_goes_on_as_if_nothing_had_happened(tmp_path: Path, nursery: Nursery) -> None:
    whole = await tell_all(tmp_path / "whole", nursery, [Case(story) for story in STORIES])
    assert not said(whole), said(whole)
    where: dict[str, Case] = {}
    for told in whole:
        for point in told.points:
            where.setdefault(point.split("#")[0], Case(told.case.story, point))
    print(len(where), "points")
    ended = await tell_all(tmp_path / "killed", nursery, where.values())
    assert not said(ended), said(ended)
    missed = [str(told.case) for told in ended if not told.reached]
    assert not missed, f"never came by: {missed}"
