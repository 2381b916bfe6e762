"""✅ and ❌ as they come: exact, ours alone, and only in the configured guild."""

from __future__ import annotations

from typing import Any

from bot.model import Choice, VoteSource
from tests.commands.conftest import Stage
from tests.commands.test_buttons import CARD


async def heard(stage: Stage, verb: str, n: int) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    """The engine's ears are filled by events: a later, answered command shows that the earlier ones came through."""
    await stage.discord.person("minsu").command("help")
    found = stage.engine.of(verb)
    assert len(found) == n
    return found


async def test_look_alikes_and_other_emojis_are_no_votes(stage: Stage) -> None:
    card = await stage.card(CARD)
    for emoji in ("✔️", "☑️", "👍", "❎"):
        await stage.discord.person("haneul").react(card, emoji)
    await heard(stage, "vote", 0)


async def test_a_vote_its_super_form_and_taking_it_back_are_told_with_who_and_where(stage: Stage) -> None:
    card = await stage.card(CARD)
    haneul = stage.discord.person("haneul")
    await haneul.react(card, "✅")
    await haneul.unreact(card, "✅")
    await haneul.react(card, "❌", burst=True)
    votes = await heard(stage, "vote", 3)
    told = [(args[0], args[1], args[2].id, args[3], args[4], more["standing"]) for args, more in votes]
    where = (card.id, stage.discord.ids["#deploys"], haneul.id)
    assert told == [
        (*where, Choice.APPROVE, VoteSource.REACTION, True),
        (*where, Choice.APPROVE, VoteSource.REACTION, False),
        (*where, Choice.REJECT, VoteSource.REACTION, True),
    ]
    assert stage.discord.ids["@oncall"] in votes[0][0][2].roles


async def test_the_bots_own_reactions_are_no_votes(stage: Stage) -> None:
    from bot.client import DiscordScreen

    card = await stage.card(CARD)
    for emoji in ("✅", "❌"):
        await DiscordScreen(stage.client).react(stage.discord.ids["#deploys"], card.id, emoji)
    await heard(stage, "vote", 0)


async def test_a_deleted_card_is_told(stage: Stage) -> None:
    card = await stage.card(CARD)
    stage.discord.delete(card)
    assert await heard(stage, "card_deleted", 1) == [((card.id,), {})]


async def test_after_the_gateway_was_away_votes_are_read_again(stage: Stage) -> None:
    before = len(stage.engine.of("reread_votes"))
    stage.discord.drop_gateway()
    await stage.discord.until(lambda: not stage.discord.connected)
    await stage.discord.until(lambda: stage.discord.connected, deadline=20)
    await heard(stage, "reread_votes", before + 1)
