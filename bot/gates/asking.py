"""Asks every gate of a target once, side by side, and never raises: who cannot answer says "not yet"."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import structlog

from bot import metrics
from bot.gates.before import before
from bot.gates.checks import checks
from bot.gates.evaluation import evaluation
from bot.gates.metric import metric
from bot.gates.provenance import on_branch, signed
from bot.gates.question import Question, not_yet
from bot.gates.webhook import webhook
from bot.model import GateAnswer, Says

log = structlog.get_logger("gates")

Gate = Callable[[Question], Awaitable[GateAnswer]]
ONE: Mapping[str, Gate] = {
    "on_branch": on_branch,
    "signed": signed,
    "checks": checks,
    "evaluation": evaluation,
    "metric": metric,
    "webhook": webhook,
}
DEADLINE = 20.0  # seconds for the slowest; each has a shorter one of its own
ORDER = {Says.NO: 0, Says.NOT_YET: 1, Says.YES: 2}


async def ask(question: Question) -> tuple[GateAnswer, ...]:
    """One answer for each gate that is wanted, in their order. Empty: none is."""
    wanted = question.wanted
    if not wanted:
        return ()
    asked = [_bounded(name, ONE[name](question)) for name in wanted if name in ONE]
    proved = [_proved(question)] if "verified_in" in wanted else []
    found = {answer.gate: answer for answer in _flat(await asyncio.gather(*proved, *asked))}
    answers = tuple(found.get(name) or not_yet(name, "trouble") for name in wanted)
    target = question.site.spec.target
    for answer in answers:
        metrics.GATES.labels(target.service, target.env, answer.gate, answer.says.value).inc()
    return answers


async def _proved(question: Question) -> tuple[GateAnswer, ...]:
    try:
        async with asyncio.timeout(DEADLINE):
            return await before(question)
    except Exception:
        return (_trouble("verified_in"), not_yet("soak", "not_verified"))


async def _bounded(name: str, answer: Awaitable[GateAnswer]) -> tuple[GateAnswer, ...]:
    try:
        async with asyncio.timeout(DEADLINE):
            return (await answer,)
    except TimeoutError:
        return (not_yet(name, "slow"),)
    except Exception:
        return (_trouble(name),)


def _trouble(name: str) -> GateAnswer:
    reference = secrets.token_hex(4)
    log.exception("gate_failed", gate=name, reference=reference)
    return not_yet(name, "trouble", reference=reference)


def _flat(answers: Sequence[tuple[GateAnswer, ...]]) -> list[GateAnswer]:
    return [one for some in answers for one in some]


def closed(answers: Sequence[GateAnswer]) -> tuple[GateAnswer, ...]:
    """Those that do not say yes, the final ones first. Empty: it may start."""
    return tuple(sorted((one for one in answers if one.says is not Says.YES), key=lambda one: ORDER[one.says]))


def signature(answers: Sequence[GateAnswer]) -> list[list[Any]]:
    """What two judgements are compared by, as plain data: facts like a score's time may move."""
    return [[one.gate, one.says.value, one.code] for one in answers]
