"""The digest: what is confirmed, approved, started, verified and audited (SAFETY, rule 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.model import Kind, Plan

FORMAT = 2
IN_DIGEST = (
    "format",
    "number",
    "epoch",
    "kind",
    "target",
    "adapter",
    "from_id",
    "to_id",
    "effect",
    "policy",
    "gates",
    "section",
    "requester",
    "emergency",
    "model",
)
"""Every other field of Plan is for people: texts, commits, times, estimates, gate answers."""


def content(plan: Plan) -> dict[str, Any]:
    """The plain data that is hashed."""
    found = {name: getattr(plan, name) for name in IN_DIGEST}
    found["kind"] = plan.kind.value
    found["target"] = [plan.target.service, plan.target.env]
    return found


def digest(plan: Plan) -> str:
    """SHA-256 of canonical JSON, in hex."""
    text = json.dumps(content(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def together(digests: Sequence[str]) -> str:
    """Of a set: what is approved at once, in its order."""
    return hashlib.sha256("\n".join(["set", *digests]).encode()).hexdigest()


def moved(old: Plan, new: Plan, *, numbered: bool = True) -> tuple[str, ...]:
    """The names of the digest's fields that differ. ``numbered=False``: of two deploys, whatever their numbers.

    A rollback whose bad version has stopped running meanwhile (systemd gave up a crash loop) is the same rollback.
    """
    before, after = content(old), content(new)
    skipped = set() if numbered else {"number"}
    if new.kind is Kind.ROLLBACK and new.from_id is None:
        skipped.add("from_id")
    return tuple(name for name in IN_DIGEST if name not in skipped and before[name] != after[name])
