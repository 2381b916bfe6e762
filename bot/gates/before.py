"""The gates ``verified_in`` and ``soak``: this very version proved itself in an environment before, for long enough."""

from __future__ import annotations

from typing import Any

from sqlite_utils import Database

from bot.gates.question import Question, no, not_yet, yes
from bot.gates.verified import Verified, verified, verified_on
from bot.ledger import standing
from bot.model import GateAnswer, Says, Target

MAY_PASS = ("busy", "unhealthy")


async def before(question: Question) -> tuple[GateAnswer, ...]:
    """Both from one look at the ledger."""
    return _answers(question, await verified_on(question.ledger, _place(question), question.to))


def stands(db: Database, question: Question) -> bool:
    """For the intent's own transaction: what is taken back by a commit before it is noticed by it."""
    if "verified_in" not in question.wanted:
        return True
    found = verified(question.to, standing.of(db, _place(question)))
    return all(answer.says is Says.YES for answer in _answers(question, found))


def _place(question: Question) -> Target:
    env = question.gates.verified_in
    assert env is not None
    return Target(question.site.spec.target.service, env)


def _answers(question: Question, found: Verified) -> tuple[GateAnswer, ...]:
    proved = verified_in(found, _place(question).env)
    seconds = question.gates.soak
    return (proved,) if seconds is None else (proved, soak(found, seconds, question.now))


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
