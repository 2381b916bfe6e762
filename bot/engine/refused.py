"""A refusal is no deploy: a code and an audit row, of its target where that is known, with the order to repeat."""

from __future__ import annotations

from bot import metrics
from bot.engine.core import Core, log
from bot.errors import AdapterError, SlipwayError
from bot.ledger import audit
from bot.ledger.ulid import ulid
from bot.model import Person, Target


async def record(core: Core, error: SlipwayError, who: Person, verb: str) -> str:
    """The ULID under which *Details* and the queue find it. Empty: not recorded."""
    metrics.REFUSALS.labels(verb, error.code).inc()
    plain = {key: value for key, value in error.facts.items() if isinstance(value, str | int | float | None)}
    facts = {"verb": verb, **plain, **({"kind": error.kind} if isinstance(error, AdapterError) else {})}
    about = error.about
    target = Target(about["service"], about["env"]) if "service" in about else None
    ref = ulid(core.now())
    try:
        await core.ledger.do(
            audit.refused, ref, who.id, error.code, facts, core.now(), target=target, order=about.get("order")
        )
    except SlipwayError:
        log.error("refusal_not_recorded", code=error.code)
        return ""
    return ref
