"""The same walk over what comes from outside: a new head is offered once, a delivery is taken once, however we die."""

from __future__ import annotations

import json
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from bot.ledger import deliveries, offers
from playground.host import until
from playground.host.net import free_ports
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.town import Town, town
from tests.crash.walk import facts
from tests.webhooks.deliveries import headers

SECRET = "a-secret-of-the-town"
PUSH = json.dumps({"ref": "refs/heads/other", "repository": {"full_name": "acme/app"}}).encode()
OFFERED = (offers.make, offers.refresh)


def _points(module: str, *verbs: str) -> list[str]:
    return [f"ledger.{module}.{verb}.{where}" for verb in verbs for where in ("before", "committed")]


@pytest.mark.timeout(300)
async def test_a_new_head_is_offered_once_and_its_message_says_once_what_became_of_it(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with _town(tmp_path, nursery, free_ports(1)[0], "ledger.offers.") as it:
        await it.come_true(lambda: len(_offers(it)) == 1, "nobody offers it")
        number = await it.order(it.jieun, "deploy", "staging", version="main")
        assert await it.verdict(number) == "succeeded"
        await it.come_true(lambda: "taken by jieun" in _offers(it)[0], "the message does not say who took it")
        await it.quiet()
        assert len(_offers(it)) == 1
        assert invariants.broken(facts(it, 1)) == []
        assert sorted(it.died.read_text().split()) == sorted(_points("offers", *(one.__name__ for one in OFFERED)))


def _offers(it: Town) -> list[str]:
    return [card.content for card in it.cards() if "New version" in card.content]


@pytest.mark.timeout(300)
async def test_a_delivery_that_is_sent_until_it_is_answered_is_taken_once(tmp_path: Path, nursery: Nursery) -> None:
    (port,) = free_ports(1)
    named = headers(PUSH, "push", SECRET)
    async with _town(tmp_path, nursery, port, "ledger.deliveries.") as it, aiohttp.ClientSession() as session:

        async def answered() -> bool:
            try:
                async with session.post(f"http://127.0.0.1:{port}/webhooks/github", data=PUSH, headers=named) as said:
                    return said.status == 202
            except aiohttp.ClientError:
                return False

        await until(answered, 60, "no delivery is answered")
        assert it.rows("SELECT COUNT(*) AS n FROM deliveries")[0]["n"] == 1
        assert sorted(it.died.read_text().split()) == sorted(_points("deliveries", deliveries.take.__name__))


def _town(folder: Path, nursery: Nursery, port: int, each: str) -> AbstractAsyncContextManager[Town]:
    environment = {"CRASH_EACH": each, "GITHUB_WEBHOOK_SECRET": SECRET}
    return town(folder, nursery, write=partial(config_file.heard, port), environment=environment)
