"""The gates of a deploy that waits: judged before approval is asked and before the intent, written down, obeyed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot import gates
from bot.engine.core import Core
from bot.engine.verdict import Ending, settle
from bot.errors import Refusal
from bot.model import Deploy, GateAnswer, Says, Target, Verdict


async def through_gates(core: Core, deploy: Deploy) -> tuple[Deploy, float | None]:
    """The deploy as it stands now, and None: it may go on. Else the seconds to wait; 0.0: a gate said no, it is over.

    Break-glass passes without a question, and that is written down.
    """
    question = question_of(core, deploy)
    if deploy.plan.emergency:
        return await _skipped(core, deploy, gates.configured(question.gates)), None
    answers = await gates.ask(question)
    shut = gates.closed(answers)
    if any(answer.says is Says.NO for answer in shut):
        facts = {"gates": kept(deploy, answers)}
        await settle(core, deploy, Ending(Verdict.CANCELLED, "gate", facts=facts))
        return deploy, 0.0
    noted = await _noted(core, deploy, answers, waits=bool(shut))
    return noted, _pause(core, noted, shut) if shut else None


def refuse_shut(target: Target, answers: Sequence[GateAnswer]) -> None:
    """Raises Refusal with every reason: a gate says no, or not yet."""
    shut = gates.closed(answers)
    if shut:
        final = any(answer.says is Says.NO for answer in shut)
        told = [asdict(answer) for answer in shut]
        raise Refusal("gate_no" if final else "gate_not_yet", target=str(target), gates=told)


def question_of(core: Core, deploy: Deploy) -> gates.Question:
    return gates.Question(
        core.ledger,
        core.site(deploy.target),
        deploy.kind,
        deploy.to,
        deploy.plan.before,
        deploy.requester,
        core.now(),
        deploy.number,
        deploy.plan.emergency,
    )


def kept(deploy: Deploy, answers: Sequence[GateAnswer]) -> dict[str, Any]:
    """What the card shows of a judgement, and what the next one is compared with."""
    return {
        "phase": deploy.phase.value,
        "answers": [asdict(answer) for answer in answers],
        "signature": gates.signature(answers),
    }


async def _noted(core: Core, deploy: Deploy, answers: Sequence[GateAnswer], *, waits: bool) -> Deploy:
    """Each judgement once, and then only what changed: it is asked again and again while it waits."""
    found, last = kept(deploy, answers), deploy.facts.get("gates", {})
    same = all(last.get(key) == found[key] for key in ("phase", "signature"))
    if not answers or (same and waits is (deploy.code == "gate")):
        return deploy
    code = "gate" if waits else None if deploy.code == "gate" else deploy.code
    return await core.note(
        deploy,
        "gates_judged",
        facts={"answers": found["answers"]},
        columns={"code": code, "facts": {**deploy.facts, "gates": found}},
    )


async def _skipped(core: Core, deploy: Deploy, names: Sequence[str]) -> Deploy:
    if not names or "gates_skipped" in deploy.facts:
        return deploy
    return await core.note(
        deploy,
        "gates_skipped",
        facts={"names": list(names)},
        columns={"facts": {**deploy.facts, "gates_skipped": list(names)}},
    )


def _pause(core: Core, deploy: Deploy, shut: Sequence[GateAnswer]) -> float:
    """At the moment that a gate named, within the usual pace and before the expiry."""
    moments = [float(answer.facts["until"]) for answer in shut if answer.facts.get("until") is not None]
    waits = [core.deadlines.gate_again, *(moment - core.now() for moment in moments)]
    if deploy.expires_at is not None:
        waits.append(core.left(deploy.number, deploy.expires_at))
    return max(min(waits), 0.1)
