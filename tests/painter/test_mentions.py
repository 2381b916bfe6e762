"""Who is woken by what (PRODUCT: the failure table and "Pings")."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model import Deploy, Mentions, Outcome, Phase, Verdict
from bot.oncall import OnCall, Rotation
from bot.painter import mentions
from tests.cards.samples import NOW, a_deploy

REQUESTER, FIRST, SECOND, ROLE = "1001", "2001", "2002", "3000"
DUTY = OnCall(ROLE, Rotation(datetime(2025, 1, 1, tzinfo=UTC), 1e9, (FIRST, SECOND)))


def told(kind: str, deploy: Deploy, *, oncall: OnCall = DUTY, page: bool = True, **payload: str) -> Mentions:
    return mentions(kind, deploy, payload, oncall=oncall, page=page, now=NOW)


def failed(outcome: Outcome) -> Deploy:
    return a_deploy(verdict=Verdict.FAILED, outcome=outcome)


@pytest.mark.parametrize(
    ("outcome", "users", "roles"),
    [
        (Outcome.UNTOUCHED, (REQUESTER,), ()),
        (Outcome.AUTO, (REQUESTER,), ()),
        (Outcome.BROKEN, (REQUESTER, FIRST), ()),
        (Outcome.FIRST, (REQUESTER, FIRST), ()),
        (Outcome.METRIC, (REQUESTER, FIRST), ()),
        (Outcome.ROLLBACK, (REQUESTER, FIRST), (ROLE,)),
        (Outcome.UNKNOWN, (REQUESTER, FIRST), (ROLE,)),
    ],
)
def test_a_failure_wakes_whom_the_table_names(outcome: Outcome, users: tuple[str, ...], roles: tuple[str, ...]) -> None:
    assert told("failed", failed(outcome)) == Mentions(users, roles)


@pytest.mark.parametrize(
    "kind", ["card", "reminder", "nudge", "failed", "unknown", "escalated", "watch_held", "watch_nag"]
)
def test_on_call_is_never_woken_for_a_target_that_does_not_page(kind: str) -> None:
    found = told(kind, failed(Outcome.BROKEN), page=False)
    assert (set(found.users) <= {REQUESTER}, found.roles) == (True, ())


def test_a_requester_on_call_is_not_asked_to_approve_and_the_next_one_is() -> None:
    own = replace(a_deploy(Phase.AWAITING), requester=FIRST)
    assert told("card", own) == Mentions((SECOND,))
    alone = OnCall(ROLE, Rotation(datetime(2025, 1, 1, tzinfo=UTC), 1e9, (FIRST,)))
    assert told("card", own, oncall=alone) == Mentions(roles=(ROLE,))


def test_without_a_rotation_the_role_is_woken() -> None:
    assert told("failed", failed(Outcome.BROKEN), oncall=OnCall(ROLE)) == Mentions((REQUESTER,), (ROLE,))


def test_an_unclear_metric_asks_the_requester_and_on_call_and_later_the_role_too() -> None:
    watched = a_deploy(Phase.WATCHING)
    assert told("watch_held", watched) == Mentions((REQUESTER, FIRST))
    assert told("watch_nag", watched) == Mentions((REQUESTER, FIRST), (ROLE,))


def test_at_half_time_the_role_is_reminded() -> None:
    assert told("nudge", a_deploy(Phase.AWAITING)) == Mentions(roles=(ROLE,))


@pytest.mark.parametrize("kind", ["rejected", "expired", "superseded", "settled", "auto_rolled_back"])
def test_what_became_of_a_request_is_told_to_its_requester_alone(kind: str) -> None:
    assert told(kind, a_deploy()) == Mentions((REQUESTER,))


def test_nobody_is_pinged_for_what_they_cancelled_themselves() -> None:
    assert told("cancelled", a_deploy(ended_by=REQUESTER)) == Mentions()
    assert told("cancelled", a_deploy(ended_by=FIRST)) == Mentions((REQUESTER,))


def test_the_owner_of_a_passed_lock_is_told_and_only_ids_are_mentioned() -> None:
    assert told("lock_passed", a_deploy(), owner=SECOND) == Mentions((SECOND,))
    assert told("lock_passed", a_deploy(), owner="@everyone") == Mentions()


def test_nobody_is_mentioned_twice() -> None:
    assert told("failed", replace(failed(Outcome.BROKEN), requester=FIRST)) == Mentions((FIRST,))
