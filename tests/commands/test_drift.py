"""The two buttons under a drift: only on the private status, and only with what they were made of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import status_card
from bot.model import Known, Running, StatusRow, drift_mark
from tests.cards.samples import NEW, NOW, OLD, TARGET, ULID
from tests.commands.conftest import Stage

MARK = drift_mark(OLD, NEW)


def drifting(stage: Stage) -> None:
    recorded = Known(OLD, "verified", NOW, 127, "jieun")
    row = StatusRow(TARGET, "AI Server", Running(NEW, "socket"), recorded, True, None, ref=ULID)
    stage.board.answers["status"] = [row]


async def test_accepting_takes_the_place_of_the_status(stage: Stage) -> None:
    drifting(stage)
    stage.engine.answers["accept"] = Running(NEW, "socket")
    jieun = stage.discord.person("jieun")
    status = await jieun.command("status", service="ai-server", env="prod")
    answer = await jieun.click(status, "Accept what runs")
    assert stage.engine.of("accept")[0][0][:2] == (TARGET, MARK)
    assert "Accepted" in answer.text
    assert answer.message is not None
    assert answer.message.buttons == []


async def test_restoring_opens_the_private_plan_below(stage: Stage) -> None:
    drifting(stage)
    stage.engine.answers["restore"] = stage.engine.answers["propose"]
    jieun = stage.discord.person("jieun")
    status = await jieun.command("status", service="ai-server", env="prod")
    answer = await jieun.click(status, "Restore what is recorded")
    assert stage.engine.of("restore")[0][0][0] == TARGET
    assert answer.message is not None
    assert answer.message.ephemeral
    assert answer.message.id != status.id


async def test_a_public_message_carries_neither(stage: Stage) -> None:
    drifting(stage)
    row = stage.board.answers["status"][0]
    public = await stage.card(status_card([row], "en", NOW))
    answer = await stage.discord.person("jieun").click(public, "Accept what runs")
    assert "no longer applies" in answer.text
    assert stage.engine.of("accept") == []


@pytest.mark.parametrize("ref", ["ai-server", "ai-server/prod", "a/b/c/d", ""])
async def test_an_id_of_another_shape_is_stale(stage: Stage, ref: str) -> None:
    drifting(stage)
    jieun = stage.discord.person("jieun")
    card = status_card(stage.board.answers["status"], "en", NOW)
    (first, *rest) = card.buttons
    public = await stage.card(replace(card, buttons=(replace(first, ref=ref), *rest)))
    answer = await jieun.click(public, "Accept what runs")
    assert "no longer applies" in answer.text
    assert stage.engine.of("accept") == []
