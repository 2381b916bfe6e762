"""Production behind every gate: each says yes; one says not yet at the start; one says no in the end."""

from __future__ import annotations

import json

from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.stories.watched import FINE
from tests.crash.town import Town
from tests.gates.asked import ALLOWS, says


async def proved(town: Town) -> None:
    """v1 is verified on staging, its scores are written, and whoever is asked is content."""
    town.metrics.answers = FINE
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    (row,) = town.rows("SELECT version_id FROM versions WHERE deploy = ?", number)
    rows = [{"name": "f1", "score": 0.9, "threshold": 0.8}]
    results = {"version": row["version_id"], "at": "2025-11-20T00:00:00Z", "metrics": rows}
    (town.folder / f"{row['version_id']}.json").write_text(json.dumps(results), encoding="utf-8")


async def production_waits_for_a_gate_at_its_start(town: Town) -> int:
    await proved(town)
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    town.gate.answer = says("later", 503)
    await town.haneul.react(card, "✅")
    await town.come_true(lambda: town.deploy_row(number)["code"] == "gate", "it does not wait")
    town.gate.answer = ALLOWS
    assert await town.verdict(number) == "succeeded"
    return 2


async def a_gate_says_no_after_the_approval(town: Town) -> int:
    await proved(town)
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    town.gate.answer = says('{"allow": false, "reason": "release night"}')
    await town.haneul.react(card, "✅")
    assert await town.verdict(number) == "cancelled"
    assert town.deploy_row(number)["code"] == "gate"
    return 2


GATED = (
    Story(production_waits_for_a_gate_at_its_start, Options(gated=True)),
    Story(a_gate_says_no_after_the_approval, Options(gated=True)),
)
