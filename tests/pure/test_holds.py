"""Locks and freezes: what they stop, and what nothing stops."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.gates import Holds, judge, to_unlock
from bot.model import Countersign, Freeze, Kind, Lock, Target, Version

PROD = Target("ai-server", "prod")
BAD, GOOD = "b" * 40, "a" * 40
PERSONS = Lock(1, "ai-server", "prod", "5", "minsu", "database work", 0.0, None)
AFTER = Lock(2, "ai-server", "prod", "5", "minsu", "rollback", 0.0, None, Version(BAD, "bbbbbbb"), after_rollback=True)
FREEZE = Freeze(1, "prod", "5", "holiday", 0.0, 99.0)


def refused(kind: Kind, holds: Holds, to_id: str = GOOD, **how: bool) -> str | None:
    try:
        judge(kind, PROD, to_id, holds, **{"oncall": False, **how})
    except Refusal as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("kind", [Kind.DEPLOY, Kind.REDEPLOY, Kind.RESTART, Kind.ROLLBACK])
def test_a_persons_lock_stops_everybody(kind: Kind) -> None:
    assert refused(kind, Holds((PERSONS,))) == "locked"


def test_on_call_rolls_back_over_a_persons_lock_but_does_not_deploy() -> None:
    assert refused(Kind.ROLLBACK, Holds((PERSONS,)), oncall=True) is None
    assert refused(Kind.DEPLOY, Holds((PERSONS,)), oncall=True) == "locked"


def test_a_freeze_stops_everything_but_a_rollback() -> None:
    frozen = Holds(freezes=(FREEZE,))
    assert [refused(kind, frozen) for kind in (Kind.DEPLOY, Kind.REDEPLOY, Kind.RESTART)] == ["frozen"] * 3
    assert refused(Kind.ROLLBACK, frozen) is None


def test_break_glass_passes_every_freeze_and_no_lock() -> None:
    assert refused(Kind.DEPLOY, Holds(freezes=(FREEZE,)), emergency=True) is None
    assert refused(Kind.DEPLOY, Holds((PERSONS,)), emergency=True, oncall=True) == "locked"
    assert refused(Kind.DEPLOY, Holds((AFTER,)), BAD, emergency=True, unlocking=True) == "locked_version"
    assert refused(Kind.DEPLOY, Holds((AFTER,)), emergency=True) == "locked"
    assert refused(Kind.DEPLOY, Holds((AFTER,)), emergency=True, unlocking=True) is None


def test_an_overdue_countersign_stops_everything_but_rollback_and_further_break_glass() -> None:
    overdue = Holds(overdue=(Countersign(7, "ULID", PROD, "minsu", 1.0),))
    kinds = (Kind.DEPLOY, Kind.REDEPLOY, Kind.RESTART, Kind.PROMOTE)
    assert [refused(kind, overdue) for kind in kinds] == ["countersign_overdue"] * 4
    assert refused(Kind.ROLLBACK, overdue) is None
    assert refused(Kind.DEPLOY, overdue, emergency=True) is None


def test_the_freeze_that_ends_last_is_told() -> None:
    longer, for_good = Freeze(2, None, "5", "longer", 0.0, 200.0), Freeze(3, None, "5", "for good", 0.0, None)
    assert Holds(freezes=(FREEZE, longer)).freeze == longer
    assert Holds(freezes=(for_good, FREEZE, longer)).freeze == for_good
    assert Holds().freeze is None


def test_the_version_that_was_rolled_back_from_is_kept_out_even_by_unlocking() -> None:
    assert refused(Kind.DEPLOY, Holds((AFTER,)), BAD, unlocking=True) == "locked_version"


def test_another_version_needs_the_lock_released_by_its_own_confirm() -> None:
    assert refused(Kind.DEPLOY, Holds((AFTER,))) == "locked"
    assert refused(Kind.DEPLOY, Holds((AFTER,)), unlocking=True) is None


def test_a_lock_after_a_rollback_stops_neither_restart_nor_a_further_rollback() -> None:
    assert refused(Kind.RESTART, Holds((AFTER,))) is None
    assert refused(Kind.ROLLBACK, Holds((AFTER,))) is None


def test_what_runs_may_be_built_again_under_a_lock_after_a_rollback_but_not_the_version_kept_out() -> None:
    assert refused(Kind.REDEPLOY, Holds((AFTER,))) is None
    assert refused(Kind.REDEPLOY, Holds((AFTER,)), BAD) == "locked_version"


def test_only_a_lone_lock_after_a_rollback_may_be_released_by_a_confirm() -> None:
    assert to_unlock(Kind.DEPLOY, GOOD, (AFTER,)) == (AFTER,)
    assert to_unlock(Kind.DEPLOY, BAD, (AFTER,)) == ()
    assert to_unlock(Kind.DEPLOY, GOOD, (PERSONS,)) == ()
    assert to_unlock(Kind.DEPLOY, GOOD, (AFTER, PERSONS)) == ()
    assert to_unlock(Kind.DEPLOY, GOOD, (AFTER, AFTER)) == (AFTER, AFTER)
    assert to_unlock(Kind.ROLLBACK, GOOD, (AFTER,)) == ()
