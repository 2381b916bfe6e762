"""The oracle: SAFETY's invariants, judged from the world's own log, Discord's own messages and the bare SQLite file.

Nothing of the product is asked but ``audit.verify``, which is judged here as well. ``broken`` names what does not hold.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.ledger import audit, reading

Row = Mapping[str, Any]

PINGS = {
    "rejected": {"rejected"},
    "expired": {"expired"},
    "superseded": {"superseded"},
    "failed": {"failed"},
    "rolled_back": {"auto_rolled_back"},
    "succeeded": set(),
}
"""Which messages a verdict owes, beside its card (PRODUCT, "Pings"). A cancel owes one unless the requester did it."""
BESIDE = {"unknown", "escalated", "nudge", "reminder", "lock_passed"}
SERVES = {"succeeded", "rolled_back"}


@dataclass(frozen=True)
class Effect:
    """One rollout that really began on a target. ``over``: when it had ended in the world, None while it had not."""

    target: str
    attempt: str
    to: str
    began: float
    over: float | None


@dataclass(frozen=True)
class Message:
    """One public message of the bot. ``footer`` ends with the marker of its row."""

    id: str
    content: str
    footer: str


@dataclass
class Facts:
    """What is judged. ``serving``: target → the version that runs in the world now."""

    ledger: Path
    effects: Sequence[Effect]
    messages: Sequence[Message]
    serving: Mapping[str, str]
    people: Mapping[str, frozenset[str]]  # user id → names of roles
    ordered: int  # how many orders the people know to be accepted
    approvals: Mapping[str, int] = field(default_factory=dict)  # target → how many must approve a deploy there


def pretended(target: str, lines: Sequence[Row]) -> list[Effect]:
    """A dry_run world's lines. It goes on by the clock, so its lines also say when each rollout was over."""
    stops = {line["attempt"]: float(line["at"]) for line in lines if line["event"] == "stop"}
    return [
        Effect(target, line["attempt"], line["to"], line["at"], _over(line, stops.get(line["attempt"])))
        for line in lines
        if line["event"] == "begin"
    ]


def _over(line: Row, stopped: float | None) -> float | None:
    """A stop counts until the switch; what hangs is over only by a stop."""
    seconds, at = dict(line["seconds"]), float(line["at"])

    def start_of(step: str) -> float:
        return at + sum(list(seconds.values())[: list(seconds).index(step)]) if step in seconds else at

    if stopped is not None and (line["fail"] == "hang" or stopped < start_of("switch")):
        return stopped
    if line["fail"] == "hang":
        return None
    return start_of(line["fail_at"]) if line["fail"] in ("step", "interrupted") else at + sum(seconds.values())


def broken(facts: Facts) -> list[str]:
    """Every invariant that does not hold, in words. Empty: all do."""
    found = sqlite3.connect(f"file:{facts.ledger}?mode=ro", uri=True)
    try:
        found.row_factory = sqlite3.Row
        it = _Ledger(found)
        judges = (_one_at_a_time, _intents, _ends, _screen, _green, _authority, _chain)
        return [*(said for judge in judges for said in judge(it, facts)), *_file(found)]
    finally:
        found.close()


class _Ledger:
    """Rows as dictionaries, what is JSON already read."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.deploys = {row["number"]: dict(row) for row in db.execute("SELECT * FROM deploys")}
        self.confirmed = {n: row for n, row in self.deploys.items() if row["confirmed_at"] is not None}
        self.attempts = {row["id"]: dict(row) for row in db.execute("SELECT * FROM attempts ORDER BY deploy, n")}
        self.cards = [dict(row) for row in db.execute("SELECT * FROM cards ORDER BY id")]
        self.audit = [dict(row) for row in db.execute("SELECT * FROM audit ORDER BY seq")]
        self.votes = [dict(row) for row in db.execute("SELECT * FROM votes")]
        self.versions = [dict(row) for row in db.execute("SELECT * FROM versions ORDER BY id")]
        self.meta = {row["key"]: row["value"] for row in db.execute("SELECT * FROM meta")}

    def audited(self, number: int, action: str) -> list[Row]:
        return [row for row in self.audit if row["deploy"] == number and row["action"] == action]


def target(deploy: Row) -> str:
    return f"{deploy['service']}/{deploy['env']}"


def _one_at_a_time(it: _Ledger, facts: Facts) -> Iterator[str]:
    for name, effects in _by_target(facts.effects).items():
        for before, after in pairwise(effects):
            if before.over is None or after.began < before.over:
                yield f"INV1 {name}: {after.attempt} began while {before.attempt} was in flight"
            ended = it.attempts.get(before.attempt, {}).get("ended_at")
            if ended is None or ended > after.began:
                yield f"INV1 {name}: {after.attempt} began before {before.attempt} had its end in the ledger"


def _by_target(effects: Sequence[Effect]) -> Mapping[str, list[Effect]]:
    found: dict[str, list[Effect]] = defaultdict(list)
    for effect in sorted(effects, key=lambda effect: effect.began):
        found[effect.target].append(effect)
    return found


def _intents(it: _Ledger, facts: Facts) -> Iterator[str]:
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


def _as_approved(it: _Ledger, effect: Effect, intent: Row) -> Iterator[str]:
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


def _ends(it: _Ledger, facts: Facts) -> Iterator[str]:
    if len(it.confirmed) != facts.ordered:
        yield f"INV5 {facts.ordered} orders were accepted, {len(it.confirmed)} are in the ledger"
    for number, deploy in it.confirmed.items():
        settled = [row for row in it.audit if row["deploy"] == number and row["action"] == "settled"]
        if deploy["phase"] != "settled" or deploy["verdict"] is None or len(settled) != 1:
            yield f"INV5 #{number} is {deploy['phase']} with {len(settled)} verdicts"
        if len(it.audited(number, "confirmed")) != 1:
            yield f"INV9 #{number} was confirmed {len(it.audited(number, 'confirmed'))} times"
    for attempt in it.attempts.values():
        if attempt["outcome"] is None:
            yield f"INV7 {attempt['id']} still holds its deploy"


def _screen(it: _Ledger, facts: Facts) -> Iterator[str]:
    """Each message once; each deploy one living card that shows its end; each verdict its pings and no others."""
    markers = Counter(_marker(message) for message in facts.messages)
    for marker, times in markers.items():
        if times > 1:
            yield f"INV5 {times} messages say {marker}"
    wanted = {card["marker"] for card in it.cards if card["message"] is not None or card["closed_at"] is None}
    for marker in wanted - set(markers):
        if not _replaced(it, marker):
            yield f"INV5 nothing says {marker}"
    for marker in set(markers) - {card["marker"] for card in it.cards}:
        yield f"INV5 a message says {marker}, which no row wanted"
    for number, deploy in it.confirmed.items():
        yield from _announced(it, facts, number, deploy)


def _marker(message: Message) -> str:
    return message.footer.rsplit(" ", 1)[-1]


def _replaced(it: _Ledger, marker: str) -> bool:
    """A card that somebody deleted is gone, and another one took over."""
    return any(card["marker"] == marker and card["closed_at"] is not None for card in it.cards)


def _announced(it: _Ledger, facts: Facts, number: int, deploy: Row) -> Iterator[str]:
    mine = [card for card in it.cards if card["deploy"] == number]
    living = [card for card in mine if card["kind"] == "card" and card["closed_at"] is None]
    if len(living) != 1:
        yield f"INV5 #{number} has {len(living)} living cards"
    for card in living:
        shown = next((message for message in facts.messages if message.id == card["message"]), None)
        if shown is None or card["drawn"] < deploy["screen"]:
            yield f"INV5 #{number}: its card does not show its end"
    said = Counter(card["kind"] for card in mine if card["kind"] != "card")
    owed = _owed(deploy)
    for kind, times in said.items():
        if times > 1:
            yield f"INV5 #{number} pinged {times} times: {kind}"
    if set(said) - BESIDE != owed:
        yield f"INV5 #{number} {deploy['verdict']}: pings {sorted(set(said) - BESIDE)} instead of {sorted(owed)}"


def _owed(deploy: Row) -> set[str]:
    if deploy["verdict"] == "cancelled":
        return set() if deploy["ended_by"] == deploy["requester"] else {"cancelled"}
    return PINGS.get(deploy["verdict"], set())


def _green(it: _Ledger, facts: Facts) -> Iterator[str]:
    last = {name: effects[-1] for name, effects in _by_target(facts.effects).items()}
    began = {effect.attempt for effect in facts.effects}
    for number, deploy in it.confirmed.items():
        if deploy["verdict"] not in SERVES:
            continue
        mine = [row for row in it.attempts.values() if row["deploy"] == number]
        evidence, health = json.loads(deploy["evidence"] or "null"), json.loads(deploy["health"] or "null")
        to = json.loads(mine[-1]["attempt"])["to"]["id"] if mine else None
        if not evidence or evidence["version"] != to or not health or not health["ok"]:
            yield f"INV6 #{number} is {deploy['verdict']} on {evidence} and {health}"
        if not mine or mine[-1]["id"] not in began:
            yield f"INV6 #{number} is {deploy['verdict']}, and nothing began"
        elif last[target(deploy)].attempt == mine[-1]["id"] and facts.serving[target(deploy)] != to:
            yield f"INV6 #{number} is {deploy['verdict']} towards {to}, {facts.serving[target(deploy)]} runs"


def _authority(it: _Ledger, facts: Facts) -> Iterator[str]:
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


def _approved(it: _Ledger, facts: Facts, effect: Effect, deploy: Row) -> Iterator[str]:
    """*Try again* keeps an approval where nothing at all is different: then the votes stand on the deploy before."""
    need = 0 if deploy["kind"] == "rollback" else facts.approvals.get(effect.target, 0)
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


def _chain(it: _Ledger, facts: Facts) -> Iterator[str]:
    with reading(facts.ledger) as db:
        yield from (f"INV12 {problem}" for problem in audit.verify(db))
    before = "0" * 64
    for row in it.audit:
        content = {name: value for name, value in row.items() if name != "hash"}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
        if row["prev"] != before or sha256(text.encode()).hexdigest() != row["hash"]:
            yield f"INV12 audit row {row['seq']} does not follow"
        before = row["hash"]
    intended = [json.loads(row["facts"])["attempt"] for row in it.audit if row["action"] == "intended"]
    if sorted(intended) != sorted(it.attempts):
        yield f"INV12 intents {sorted(it.attempts)} are told as {sorted(intended)}"
    for effect in facts.effects:
        if effect.attempt not in intended:
            yield f"INV12 {effect.attempt} began, and no audit row says who wanted it"


def _file(db: sqlite3.Connection) -> Iterator[str]:
    for check in ("integrity_check", "foreign_key_check"):
        said = [tuple(row) for row in db.execute(f"PRAGMA {check}")]
        if said not in ([], [("ok",)]):
            yield f"INV13 {check}: {said}"
