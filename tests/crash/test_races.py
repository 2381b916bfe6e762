"""Several people, or one person's several clicks, at the same instant: one effect, and everybody else is told."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from playground.discord import Person, Seen
from playground.discord.state.interactions import Interaction
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.config_file import Options
from tests.crash.town import PATIENCE, Town, button, town
from tests.crash.walk import facts

pytestmark = pytest.mark.chaos
ROUNDS = 6
SLOWLY = partial(config_file.pretended, Options(seconds=0.03))


async def shortly(chance: random.Random, longest: float = 0.03) -> None:
    """Somebody's hand is a little slower."""
    await asyncio.sleep(chance.choice((0.0, 0.0, 0.1, 0.3, 1.0)) * longest)


async def plan(it: Town, who: Person, env: str, version: str) -> Seen:
    return await it.typed(who, "deploy", service="app", env=env, version=version)


def pressed(it: Town, who: Person, message: Seen, action: str) -> Interaction:
    return who.press(message, custom_id=button(message, action))


async def text(it: Town, asked: Interaction) -> str:
    return (await it.discord.answer(asked, PATIENCE)).text


async def judged(it: Town, ordered: int) -> None:
    await it.quiet()
    assert invariants.broken(facts(it, ordered)) == []


async def test_of_two_people_who_confirm_on_one_target_one_is_told_who_holds_it_and_how_long(
    tmp_path: Path, nursery: Nursery, scale: int
) -> None:
    chance = random.Random(1)
    async with town(tmp_path, nursery, write=SLOWLY) as it:
        await it.verdict(await it.order(it.jieun, "deploy", "staging", version="first"))
        for turn in range(ROUNDS * scale):
            people = chance.sample([it.jieun, it.minsu], 2)
            plans = [await plan(it, who, "staging", f"{who.key}-{turn}") for who in people]
            asked = []
            for who, shown in zip(people, plans, strict=True):
                asked.append(pressed(it, who, shown, "confirm"))
                await shortly(chance)
            said = await asyncio.gather(*(text(it, one) for one in asked))
            winners = [one for one in said if "Accepted" in one]
            assert len(winners) == 1, said
            winner = people[said.index(winners[0])].key
            (told,) = set(said) - set(winners)
            assert f"#{it.confirmed()[-1]} · {winner} · about" in told, told
            assert await it.verdict(it.confirmed()[-1]) == "succeeded"
        assert len(it.effects("staging")) == ROUNDS * scale + 1
        await judged(it, ROUNDS * scale + 1)


async def test_confirm_pressed_twice_deploys_once(tmp_path: Path, nursery: Nursery, scale: int) -> None:
    chance = random.Random(2)
    async with town(tmp_path, nursery) as it:
        for turn in range(ROUNDS * scale):
            shown = await plan(it, it.jieun, "staging", f"v{turn}")
            asked = []
            for _ in range(2):
                asked.append(pressed(it, it.jieun, shown, "confirm"))
                await shortly(chance)
            said = sorted(await asyncio.gather(*(text(it, one) for one in asked)))
            assert "Accepted" in said[0], said
            assert "already confirmed" in said[1] or "Accepted" in said[1], said
            assert await it.verdict(it.confirmed()[-1]) == "succeeded"
        assert len(it.effects("staging")) == ROUNDS * scale
        await judged(it, ROUNDS * scale)


async def test_an_interaction_that_discord_delivers_twice_is_one_order(
    tmp_path: Path, nursery: Nursery, scale: int
) -> None:
    chance = random.Random(3)
    async with town(tmp_path, nursery) as it:
        for turn in range(ROUNDS * scale):
            typed = it.jieun.begin("deploy", service="app", env="staging", version=f"v{turn}")
            it.discord.deliver_again(typed)
            shown = (await it.discord.answer(typed, PATIENCE)).message
            assert shown is not None
            asked = pressed(it, it.jieun, shown, "confirm")
            await shortly(chance)
            it.discord.deliver_again(asked)
            assert "Accepted" in await text(it, asked)
            assert await it.verdict(it.confirmed()[-1]) == "succeeded"
        assert len(it.effects("staging")) == ROUNDS * scale
        assert len(it.rows("SELECT 1 FROM audit WHERE action = 'planned'")) == ROUNDS * scale
        await judged(it, ROUNDS * scale)


async def test_two_people_who_approve_at_once_start_one_deploy(tmp_path: Path, nursery: Nursery, scale: int) -> None:
    chance = random.Random(4)
    async with town(tmp_path, nursery) as it:
        for turn in range(ROUNDS * scale):
            number = await it.order(it.jieun, "deploy", "prod", version=f"v{turn}")
            card = await it.asking(number)
            by_button = pressed(it, it.minsu, card, "approve")
            await shortly(chance)
            await it.haneul.react(card, "✅")
            assert "approved" in (said := await text(it, by_button)) or "over" in said or "no longer" in said, said
            assert await it.verdict(number) == "succeeded"
        assert len(it.effects("prod")) == ROUNDS * scale
        await judged(it, ROUNDS * scale)


async def test_approve_reject_and_cancel_at_once_end_in_one_of_them_and_whoever_lost_is_told(
    tmp_path: Path, nursery: Nursery, scale: int
) -> None:
    chance = random.Random(5)
    ends, turns = set(), 0
    async with town(tmp_path, nursery, write=SLOWLY) as it:
        while turns < ROUNDS * scale or len(ends) < 2:
            assert turns < 10 * ROUNDS * scale, f"the race always ends alike: {ends}"
            number = await it.order(it.jieun, "deploy", "prod", version=f"v{turns}")
            card = await it.asking(number)
            acts = [
                partial(_reacts, it.haneul, card, "✅"),
                partial(_reacts, it.minsu, card, "❌"),
                partial(_cancels, it),
            ]
            said: list[str] = []
            chance.shuffle(acts)
            hands = max(1, turns - ROUNDS * scale)  # slower where the machine is too slow for more than one end
            async with asyncio.TaskGroup() as group:
                for act in acts:
                    group.create_task(act(number, said))
                    await shortly(chance, 0.15 * hands)
            verdict = await it.verdict(number)
            _consistent(it, number, verdict, said[0])
            ends.add(verdict)
            turns += 1
        await judged(it, turns)
    assert ends <= {"succeeded", "rejected", "cancelled"}


async def _reacts(who: Person, card: Seen, emoji: str, number: int, said: list[str]) -> None:
    await who.react(card, emoji)


async def _cancels(it: Town, number: int, said: list[str]) -> None:
    said.append((await it.typed(it.jieun, "cancel", deploy=str(number))).text)


def _consistent(it: Town, number: int, verdict: str, said: str) -> None:
    """The canceller was told what is true; only what succeeded was begun."""
    begun = [one for one in it.effects("prod") if f"-{number}-" in one["attempt"]]
    assert ("Cancelled" in said) == (verdict == "cancelled"), (verdict, said)
    assert bool(begun) == (verdict == "succeeded"), (verdict, begun)


async def test_a_vote_that_comes_while_reactions_are_read_again_is_not_lost(tmp_path: Path, nursery: Nursery) -> None:
    """After a restart the ✅ are read, then the ❌, slowly: whoever ticks in between was seen by the gateway alone."""
    held = partial(config_file.pretended, Options(hold="3s"))
    async with town(tmp_path, nursery, write=held) as it:
        number = await it.order(it.jieun, "deploy", "prod", version="v1")
        card = await it.asking(number)
        before = len(it.discord.journal.rest("GET"))
        it.discord.rate_limit_next(1, 1.5, "GET", "*/reactions/❌")
        await it.bot.kill()
        journal = it.discord.journal
        await it.come_true(lambda: any(call.status == 429 for call in journal.rest("GET")[before:]), "no ❌ is read")
        await it.haneul.react(card, "✅")
        assert await it.verdict(number) == "succeeded"
        await judged(it, 1)
