"""The gates ``verified_in`` and ``soak``: this very version proved itself in an environment before, for long enough."""

from __future__ import annotations

from typing import Any

from bot.gates.question import Question, no, not_yet, yes
from bot.gates.verified import Verified, verified_on
from bot.model import GateAnswer, Target

MAY_PASS = ("busy", "unhealthy")


async def before(question: Question) -> tuple[GateAnswer, ...]:
    """Both from one look at the ledger."""
    gates = question.gates
    assert gates.verified_in is not None
    target = Target(question.site.spec.target.service, gates.verified_in)
    found = await verified_on(question.ledger, target, question.to.id)
    proved = verified_in(found, gates.verified_in)
    return (proved,) if gates.soak is None else (proved, soak(found, gates.soak, question.now))


def verified_in(found: Verified, env: str) -> GateAnswer:
    facts: dict[str, Any] = {"env": env, "since": found.since, "deploy": found.deploy}
    if found.code is not None:
        said = not_yet if found.code in MAY_PASS else no
        return said("verified_in", found.code, **facts, running=found.running.label if found.running else None)
    if found.health is None:
        return yes("verified_in", "later", **facts)
    health = {"status": found.health.status, "n": found.health.tries}
    return yes("verified_in", "verified", **facts, **health)


def soak(found: Verified, seconds: float, now: float) -> GateAnswer:
    """``until``: when it will have been there for long enough, if nothing shakes it."""
    if found.code is not None or found.since is None:
        return not_yet("soak", "not_verified", duration=seconds)
    until = found.since + seconds
    if now < until:
        return not_yet("soak", "soaking", duration=seconds, until=until)
    return yes("soak", "soaked", duration=seconds, took=now - found.since)
