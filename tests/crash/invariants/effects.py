"""INV1, INV2, INV3, INV4, INV8, INV9: what began, whether it might, and whether it was what was approved."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tests.crash.invariants.facts import Effect, Facts, Row, Rows, by_target, target


def one_at_a_time(it: Rows, facts: Facts) -> Iterator[str]:
    for name, effects in by_target(facts.effects).items():
        for before, after in pairwise(effects):
            if before.over is None or after.began < before.over:
                yield f"INV1 {name}: {after.attempt} began while {before.attempt} was in flight"
            ended = it.attempts.get(before.attempt, {}).get("ended_at")
            if ended is None or ended > after.began:
                yield f"INV1 {name}: {after.attempt} began before {before.attempt} had its end in the ledger"


def intents(it: Rows, facts: Facts) -> Iterator[str]:
    for attempt, times in Counter(effect.attempt for effect in facts.effects).items():
        if times > 1:
            yield f"INV2 {attempt} began {times} times"
    for effect in facts.effects:
        intent = it.attempts.get(effect.attempt)
        if intent is None:
            yield f"INV2 {effect.attempt} began without an intent"
            continue
        if intent["intent_at"] > effect.began + 0.001:
            yield f"INV2 {effect.attempt} began before its intent"
        yield from _as_approved(it, effect, intent)


def _as_approved(it: Rows, effect: Effect, intent: Row) -> Iterator[str]:
    deploy = it.deploys[intent["deploy"]]
    plan = json.loads(deploy["plan"])
    forward = intent["direction"] == "forward"
    approved = plan["to_id"] if forward else (plan["back"] or {}).get("id")
    if target(deploy) != effect.target:
        yield f"INV4 {effect.attempt} began on {effect.target}, approved for {target(deploy)}"
    if effect.to != approved or json.loads(intent["attempt"])["to"]["id"] != approved:
        yield f"INV4 {effect.attempt} began towards {effect.to[:7]}, approved was {str(approved)[:7]}"
    if not effect.attempt.startswith(f"{it.meta['epoch']}-{deploy['number']}-"):
        yield f"INV2 {effect.attempt} is not marked as of deploy {deploy['number']}"
    known = {row["version_id"] for row in it.versions if f"{row['service']}/{row['env']}" == effect.target}
    if (not forward or deploy["kind"] == "rollback") and effect.to not in known:
        yield f"INV8 {effect.attempt} went back to {effect.to[:7]}, which was never known good"


def authority(it: Rows, facts: Facts) -> Iterator[str]:
    """Who asked might, and enough others approved, before each first effect (INV3); what was refused began nothing."""
    for effect in facts.effects:
        intent = it.attempts.get(effect.attempt)
        if intent is None or intent["direction"] == "restore":
            continue
        deploy = it.deploys[intent["deploy"]]
        if deploy["confirmed_at"] is None or deploy["confirmed_at"] > effect.began:
            yield f"INV3 {effect.attempt} began before #{deploy['number']} was confirmed"
        if not facts.people[deploy["requester"]] & {"deployer", "oncall"}:
            yield f"INV3 {effect.attempt}: its requester may not deploy"
        yield from _approved(it, facts, effect, deploy)
        if deploy["verdict"] in ("rejected", "expired", "superseded") and deploy["settled_at"] <= effect.began:
            yield f"INV9 {effect.attempt} began after #{deploy['number']} was {deploy['verdict']}"


def _approved(it: Rows, facts: Facts, effect: Effect, deploy: Row) -> Iterator[str]:
    """*Try again* keeps an approval where nothing at all is different: then the votes stand on the deploy before."""
    unasked = deploy["kind"] == "rollback" or json.loads(deploy["plan"])["emergency"]
    need = 0 if unasked else facts.approvals.get(effect.target, 0)
    kept = it.audited(deploy["number"], "kept_approval")
    asked = {deploy["number"], *(json.loads(row["facts"])["approval_of"] for row in kept)}
    for_it = {
        vote["user"]
        for vote in it.votes
        if vote["deploy"] in asked and vote["choice"] == "approve" and vote["at"] <= effect.began
    }
    eligible = {user for user in for_it - {deploy["requester"]} if facts.people[user] & {"approver", "oncall"}}
    if len(eligible) < need:
        yield f"INV3 {effect.attempt} began with {len(eligible)} of {need} approvals"
