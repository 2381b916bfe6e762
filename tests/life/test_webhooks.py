"""A running bot's third door, and a new version that is offered, over the wire."""

from __future__ import annotations

import json

import aiohttp

from bot.ledger import audit, reading
from tests.life.conftest import having
from tests.life.house import HOOKS_SECRET, House
from tests.webhooks.deliveries import headers

PUSH = {"ref": "refs/heads/main", "after": "a" * 40, "repository": {"full_name": "org/app"}}
COUNTED = 'slipway_webhook_deliveries_total{event="push",outcome="heard",source="github"} 1.0'


async def test_a_running_bot_takes_signed_deliveries_once_and_stays_what_it_is(house: House) -> None:
    body = json.dumps(PUSH).encode()
    url, probes = f"http://127.0.0.1:{house.hooks}/webhooks/github", f"http://127.0.0.1:{house.port}"
    connector = aiohttp.TCPConnector(force_close=True)

    async with aiohttp.ClientSession(connector=connector) as session:

        async def post(key: str, to: str = url) -> tuple[int, str]:
            async with session.post(to, data=body, headers=headers(body, "push", key)) as answer:
                return answer.status, (await answer.text()).strip()

        assert await post(HOOKS_SECRET) == (202, "heard")
        assert await post(HOOKS_SECRET) == (202, "repeated")
        assert await post("somebody else's secret") == (401, "forged")
        assert (await post(HOOKS_SECRET, f"{probes}/webhooks/github"))[0] == 404
        async with session.get(f"http://127.0.0.1:{house.hooks}/metrics") as answer:
            assert answer.status == 404
        async with session.get(f"{probes}/metrics") as answer:
            assert COUNTED in await answer.text()
        async with session.get(f"{probes}/healthz") as answer:
            assert answer.status == 200
    with reading(house.folder / "slipway.db") as db:
        assert [row.facts["times"] for row in audit.events(db, limit=100_000) if row.action == "webhook_forged"] == [1]


@having(head='announce = "staging"')
async def test_a_new_version_is_offered_and_its_button_is_a_plan_for_whoever_may(house: House) -> None:
    card = await house.card("New version ready")
    assert card.pings == []
    stranger = await house.visitor.click(card, "Deploy to staging")
    assert "may not deploy" in stranger.text
    plan = await house.jieun.click(card, "Deploy to staging")
    assert plan.message is not None
    assert plan.message.ephemeral
    assert house.effects("staging") == []
    await house.confirm("jieun", plan.message, "deploy", "staging")
    await house.card("Deployed")
    await house.discord.until(lambda: "taken by jieun" in card.content, 20.0)
    assert len([one for one in house.cards() if "New version" in one.content]) == 1
