"""Break-glass: no effect without the alarm and what is owed, both from before it; whoever signs is a second person."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.crash.invariants.facts import Facts, Row, Rows


def broken_glass(it: Rows, facts: Facts) -> Iterator[str]:
    for effect in facts.effects:
        intent = it.attempts.get(effect.attempt)
        deploy = it.deploys[intent["deploy"]] if intent else None
        if deploy is None or not json.loads(deploy["plan"])["emergency"]:
            continue
        alarms = [post for post in it.posts if post["topic"] == f"break_glass {deploy['number']}"]
        if len(alarms) != 1 or alarms[0]["made_at"] > effect.began:
            yield f"INV12 {effect.attempt} began by break-glass, and no alarm was made before"
        owed = it.countersigns.get(deploy["number"])
        if owed is None or owed["void_at"] is not None:
            yield f"INV12 {effect.attempt} began by break-glass, and nobody has to stand behind it"
        elif owed["signed_by"] is not None:
            yield from _signed(it, facts, deploy, owed)
    for number in it.countersigns:
        if len(it.audited(number, "countersign_overdue")) > 1 or len(it.audited(number, "countersigned")) > 1:
            yield f"INV9 #{number} was paged or signed more than once"


def _signed(it: Rows, facts: Facts, deploy: Row, owed: Row) -> Iterator[str]:
    may = {"approver", "oncall", "admin"}  # who approves, and the lead
    if owed["signed_by"] == deploy["requester"] or not facts.people[owed["signed_by"]] & may:
        yield f"INV3 #{deploy['number']} was countersigned by {owed['signed_by']}"
