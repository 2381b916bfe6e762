"""Several people, or one person's several clicks, at the same instant: one effect, and everybody else is told."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from pathlib import Path

import pytest

from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.config_file import Options
from tests.crash.town import Town, town
from tests.crash.walk import facts


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
        await it.quiet()
    assert invariants.broken(facts(it, 1)) == []
