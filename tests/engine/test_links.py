"""An attempt's page on its platform: on every card from the moment it is known, in /history and in /why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.board import Board
from bot.cards import deploy_card, history_card, why_card
from bot.model import Attempt, Deploy, Direction, Language, Phase, Ref, Verdict
from tests.engine.life import STAGING, Life, lived
from tests.engine.world import Platform

PAGE = "https://platform.example/attempts/"


@dataclass
class Paged(Platform):
    """``says``: what is put before the attempt's id."""

    says: str = PAGE

    def link(self, attempt: Attempt, ref: Ref) -> str | None:
        return f"{self.says}{attempt.id}" if self.says else None


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with lived(tmp_path) as found:
        found.platforms[STAGING] = Paged(found.clock)
        found.restart()
        yield found


def board(life: Life) -> Board:
    return Board(life.ledger, life.core.sites, life.core.oncall, life.clock.now)


async def card(life: Life, deploy: Deploy, lang: Language = "en") -> str:
    return "\n".join(deploy_card(await board(life).state(deploy.number), lang, life.clock.now()).lines)


async def test_the_link_stands_there_from_the_moment_the_attempt_is_known_to_the_verdict(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.STARTING)
    assert "](" not in await card(life, deploy)
    page = f"{PAGE}{life.ledger.epoch}-{deploy.number}-1"
    for phase in (Phase.RUNNING, Phase.VERIFYING):
        deploy = await life.until(deploy, phase)
        assert f"🔗 [Open on the platform]({page})" in await card(life, deploy)
    deploy = await life.settled(deploy)
    assert deploy.verdict is Verdict.SUCCEEDED
    assert f"🔗 [플랫폼에서 보기]({page})" in await card(life, deploy, "ko")


async def test_what_went_wrong_and_what_put_it_back_have_a_link_each(life: Life) -> None:
    life.policy(auto_rollback=True)
    life.platforms[STAGING].mode[Direction.FORWARD] = "breaks"
    deploy = await life.settled(await life.order())
    name = f"{PAGE}{life.ledger.epoch}-{deploy.number}"
    both = f"[Open on the platform]({name}-1) · put back: [Open on the platform]({name}-2)"
    assert both in await card(life, deploy)


async def test_history_and_why_lead_there_too(life: Life) -> None:
    deploy = await life.settled(await life.order())
    page = f"[Open on the platform]({PAGE}{life.ledger.epoch}-{deploy.number}-1)"
    view = await board(life).why(deploy.number)
    (begun,) = [line for line in why_card(view, "en", 0.0).lines if "](" in line]
    assert begun.endswith(f"read that the work has begun there · {page}")
    (line,) = history_card(await board(life).history(None, None, None, None), "en", 0.0).lines
    assert line.endswith(page)


async def test_links_never_push_a_line_of_history_into_the_file(life: Life) -> None:
    deploy = await life.settled(await life.order())
    row = (await board(life).history(None, None, None, None))[0]
    assert row.number == deploy.number
    few, many = history_card([row] * 5, "en", 0.0), history_card([row] * 25, "en", 0.0)
    assert all("](" in line for line in few.lines)
    assert not any("](" in line for line in many.lines)
    assert (len(many.lines), many.files) == (25, ())


@pytest.mark.parametrize(
    "address",
    ["", "javascript:alert(1)//", "http://platform.example/", "https://a.example/) [b](https://evil.example/",
     "https://a.example/@everyone ", "https://u:p@evil.example/", "https://evil\u202e.example/", "https://host/"],
)  # fmt: skip
async def test_an_address_that_is_not_plain_https_is_no_link(life: Life, address: str) -> None:
    life.platforms[STAGING] = Paged(life.clock, says=address)
    life.restart()
    deploy = await life.settled(await life.order())
    shown = await card(life, deploy)
    assert "](" not in shown
    assert "evil" not in shown
