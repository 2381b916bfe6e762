"""A metric is watched after a deploy, over the whole line: it is fine, it is unclear and people decide, it says no."""

from __future__ import annotations

from pathlib import Path

from playground.discord import Seen
from tests.life.config_file import Options
from tests.life.house import House, inhabited
from tests.prometheus import Prometheus, prometheus

WATCHED = """
[prometheus]
url = "{url}"
[services.app.env.staging.gates.watch_after]
for = "1s"
query = "error_rate"
bound = "< 0.01"
samples = 500
count = "requests"
"""


async def asks(house: House, n: int = 1) -> Seen:
    """The card of the deploy that asks, once it has asked so often in a message that pings."""
    await house.times("Metric unclear after the deploy", n)
    return await house.titled("but its metric is unclear")


async def test_a_metric_decides_or_people_do(tmp_path: Path) -> None:
    async with (
        prometheus() as metrics,
        inhabited(tmp_path, {"app": Options(page="true")}, more=WATCHED.format(url=metrics.url)) as house,
    ):
        await it_is_fine(house, metrics)
        await it_is_unclear(house, metrics)
        await it_says_no(house, metrics)
        house.rows()  # the audit chain verifies


async def it_is_fine(house: House, metrics: Prometheus) -> None:
    metrics.answers = {"error_rate": "0.004", "requests": "812"}
    plan = await house.plan("jieun", "deploy", "staging", version="v1")
    assert "Afterwards a metric is watched for 1 s (bound `< 0.01`, at least 500 samples)" in plan.text
    await house.confirm("jieun", plan, "deploy", "staging")
    card = await house.card("✅ Deployed")
    assert "Metric: 0.004 (bound `< 0.01`) · 812 samples" in card.text


async def it_is_unclear(house: House, metrics: Prometheus) -> None:
    metrics.answers = {"error_rate": None, "requests": None}
    await house.deploy("jieun", "staging", "v2")
    card = await asks(house)
    ping = await house.ping("Metric unclear after the deploy")
    assert ping.pings == ["jieun", "@oncall"]
    assert "the query finds no data" in card.text
    busy = await house.plan("jieun", "deploy", "staging", version="v9")
    assert "its metric is being watched" in busy.text
    status = await house.visitor.command("status", service="app", env="staging")
    assert "being watched" in status.text
    refused = await house.visitor.click(card, "Watch on")
    assert "Role needed" in refused.text
    opened = await house.visitor.click(card, "Keep it")
    assert opened.modal is not None
    assert "Role needed" in (await house.visitor.submit(opened.modal, {"reason": "I like it"})).text
    assert "Being watched on" in (await house.haneul.click(card, "Watch on")).text
    await asks(house, 2)
    opened = await house.haneul.click(card, "Keep it")
    assert opened.modal is not None
    assert (
        "observed, not as verified" in (await house.haneul.submit(opened.modal, {"reason": "no traffic at night"})).text
    )
    await house.discord.until(lambda: "kept by haneul without the metric" in card.content)
    promoted = await house.jieun.command("promote", service="app", to="prod")
    assert "Cannot promote" in promoted.text
    history = await house.visitor.command("history", service="app", env="staging")
    assert "kept by a person without the metric" in history.text
    why = await house.visitor.command("why", deploy="2")
    assert "the metric was unclear at the end" in why.text


async def it_says_no(house: House, metrics: Prometheus) -> None:
    metrics.answers = {"error_rate": "0.2", "requests": "812"}
    await house.deploy("jieun", "staging", "v3")
    card = await house.titled("it runs and answers, its metric says no", deadline=30)
    assert "The metric was 0.2 over 812 samples" in card.text
    assert card.buttons[0].label is not None
    assert card.buttons[0].label.startswith("Roll back to ")
    assert len(house.effects("staging", "begin")) == 3
