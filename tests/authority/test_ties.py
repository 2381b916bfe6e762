"""Ties before the intent, one by one: whoever acts while Discord is asked wins, whichever answer has just come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.model import Choice, Deploy, Phase, Verdict
from tests.authority.test_interleavings import Patient
from tests.engine.life import PROD, Life, lived
from tests.engine.world import HANEUL, JIEUN, MINSU, OTHER_ONCALL

TIES: dict[str, tuple[Callable[[Life, Deploy], Awaitable[object]], Verdict]] = {
    "cancel": (lambda life, deploy: life.engine.cancel(deploy.ulid, MINSU), Verdict.CANCELLED),
    "reject": (lambda life, deploy: life.react(deploy, OTHER_ONCALL, Choice.REJECT), Verdict.REJECTED),
    "press": (lambda life, deploy: life.press(deploy, OTHER_ONCALL, Choice.REJECT), Verdict.REJECTED),
    "own": (lambda life, deploy: life.react(deploy, JIEUN, Choice.REJECT), Verdict.CANCELLED),
    "lock": (lambda life, deploy: life.locks.lock("app", "prod", HANEUL, "wait", None), Verdict.CANCELLED),
}


@pytest.mark.parametrize("skip", range(3))
@pytest.mark.parametrize("doing", TIES)
async def test_whoever_acts_after_any_answer_of_discord_wins_the_tie_before_the_intent(
    tmp_path: Path, doing: str, skip: int
) -> None:
    """The start asks Discord three times: the requester, the reactions, the approver. Then nothing but the intent."""
    act, verdict = TIES[doing]
    async with lived(tmp_path) as life:
        life.guild = guild = Patient(life.clock, skip=skip)
        life.restart()
        deploy = await life.order(PROD)
        await life.until(deploy, Phase.AWAITING)
        await life.react(deploy, HANEUL)
        await life.until(deploy, Phase.STARTING)
        guild.next.append(lambda: act(life, deploy))
        assert (await life.settled(deploy)).verdict is verdict
        assert not guild.next
        assert life.platform.begun() == []
