"""What the configuration alone decides of a plan: part of the digest, and judged again without a look at the target."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.model import Plan, Secret, TargetSpec
from bot.plan import facts


def configured(spec: TargetSpec) -> dict[str, Any]:
    """The plan's fields by name."""
    return {
        "adapter": spec.adapter,
        "policy": plain(facts.policy(spec)),
        "gates": plain(asdict(spec.gates)),
        "section": plain(facts.section(spec)),
    }


def reconfigured(spec: TargetSpec, plan: Plan) -> tuple[str, ...]:
    """The names of those that are no longer what the plan says: a changed file, read by a restart."""
    return tuple(name for name, now in configured(spec).items() if getattr(plan, name) != now)


def plain(data: Any) -> Any:
    """As it will look after a round trip through the ledger: lists, strings, numbers."""
    return json.loads(json.dumps(data, default=lambda one: one.name if isinstance(one, Secret) else list(one)))
