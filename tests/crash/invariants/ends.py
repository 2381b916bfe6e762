"""INV5, INV6, INV7, INV9: one verdict, one card that shows it, the messages that it owes, and green only with proof."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from tests.crash.invariants.facts import Facts, Message, Row, Rows, by_target, target

PINGS = {
    "rejected": {"rejected"},
    "expired": {"expired"},
    "superseded": {"superseded"},
    "failed": {"failed"},
    "rolled_back": {"auto_rolled_back"},
    "succeeded": set(),
}
"""Which messages a verdict owes, beside its card (PRODUCT, "Pings"). A cancel owes one unless the requester did it."""
SIGNS = {"succeeded": "✅", "failed": "❌", "rejected": "❌", "expired": "⌛", "rolled_back": "↩️"}
"""How a deploy's last card begins; every other verdict shows 🛑, a rollback that went well ↩️."""
ASKS = {"watch_held", "watch_nag"}
"""Owed once for each time that the ledger says that a person is asked: *Watch on* may lead there again."""
BESIDE = {"unknown", "escalated", "nudge", "reminder", "reaimed", "lock_passed", *ASKS}
SERVES = {"succeeded", "rolled_back"}


def ends(it: Rows, facts: Facts) -> Iterator[str]:
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


def screen(it: Rows, facts: Facts) -> Iterator[str]:
    """Each message once; each deploy one living card that shows its end; each verdict its pings and no others."""
    markers = Counter(_marker(message) for message in facts.messages)
    for marker, times in markers.items():
        if times > 1:
            yield f"INV5 {times} messages say {marker}"
    rows = [*it.cards, *it.posts]
    wanted = {row["marker"] for row in rows if row["message"] is not None or row["closed_at"] is None}
    for marker in wanted - set(markers):
        if not _replaced(it, marker):
            yield f"INV5 nothing says {marker}"
    for marker in set(markers) - {row["marker"] for row in rows}:
        yield f"INV5 a message says {marker}, which no row wanted"
    for number, deploy in it.confirmed.items():
        yield from _announced(it, facts, number, deploy)


def _marker(message: Message) -> str:
    return message.footer.rsplit(" ", 1)[-1]


def _replaced(it: Rows, marker: str) -> bool:
    """A card that somebody deleted is gone, and another one took over."""
    return any(card["marker"] == marker and card["closed_at"] is not None for card in it.cards)


def _announced(it: Rows, facts: Facts, number: int, deploy: Row) -> Iterator[str]:
    mine = [card for card in it.cards if card["deploy"] == number]
    living = [card for card in mine if card["kind"] == "card" and card["closed_at"] is None]
    if len(living) != 1:
        yield f"INV5 #{number} has {len(living)} living cards"
    for card in living:
        shown = next((message for message in facts.messages if message.id == card["message"]), None)
        if shown is None or card["drawn"] < deploy["screen"] or not shown.content.startswith(_sign(deploy)):
            yield f"INV5 #{number} {deploy['verdict']}: its card does not show its end: {shown}"
    said = Counter(card["kind"] for card in mine if card["kind"] != "card")
    owed = _owed(deploy)
    for kind, times in said.items():
        if times != (len(it.audited(number, kind)) if kind in ASKS else 1):
            yield f"INV5 #{number} pinged {times} times: {kind}"
    if set(said) - BESIDE != owed:
        yield f"INV5 #{number} {deploy['verdict']}: pings {sorted(set(said) - BESIDE)} instead of {sorted(owed)}"


def _sign(deploy: Row) -> str:
    back = deploy["verdict"] == "succeeded" and deploy["kind"] == "rollback"
    return "↩️" if back else SIGNS.get(deploy["verdict"], "🛑")


def _owed(deploy: Row) -> set[str]:
    if deploy["verdict"] == "cancelled":
        return set() if deploy["ended_by"] == deploy["requester"] else {"cancelled"}
    return PINGS.get(deploy["verdict"], set())


def green(it: Rows, facts: Facts) -> Iterator[str]:
    last = {name: effects[-1] for name, effects in by_target(facts.effects).items()}
    began = {effect.attempt for effect in facts.effects}
    for number, deploy in it.confirmed.items():
        if deploy["verdict"] not in SERVES:
            continue
        mine, name = [row for row in it.attempts.values() if row["deploy"] == number], target(deploy)
        evidence, health = json.loads(deploy["evidence"] or "null"), json.loads(deploy["health"] or "null")
        to = json.loads(mine[-1]["attempt"])["to"]["id"] if mine else None
        if not evidence or evidence["version"] != to or not health or not health["ok"]:
            yield f"INV6 #{number} is {deploy['verdict']} on {evidence} and {health}"
        if not mine or mine[-1]["id"] not in began:
            yield f"INV6 #{number} is {deploy['verdict']}, and nothing began"
        elif name in last and last[name].attempt == mine[-1]["id"] and facts.serving[name] != to:
            yield f"INV6 #{number} is {deploy['verdict']} towards {to}, {facts.serving[name]} runs"
