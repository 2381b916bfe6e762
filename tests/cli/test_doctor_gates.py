"""``doctor`` on what gates will ask: folders that are not there, addresses that are silent or lead elsewhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.cli.doctor import gates
from bot.config import Config
from bot.model import Ask, Evaluation, Gates, Target
from tests.config.files import load
from tests.gates.asked import asked, says

PROD = Target("ai-server", "prod")


def asking(folder: Path, **found: object) -> Config:
    config = load(folder)
    spec = replace(config.targets[PROD], gates=Gates(**found))  # type: ignore[arg-type]
    return replace(config, targets={**config.targets, PROD: spec})


async def examined(config: Config) -> list[str]:
    return [str(found) async for found in gates.examine(config)]


async def test_a_folder_of_results_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    config = asking(tmp_path, evaluation=Evaluation(file=str(tmp_path / "results" / "{version}.json")))
    (line,) = await examined(config)
    assert line.startswith("warn  ai-server/prod: gates.evaluation looks for results in ")
    (tmp_path / "results").mkdir()
    (line,) = await examined(config)
    assert line.startswith("ok    ai-server/prod: gates.evaluation looks for results in ")


async def test_a_webhook_is_reached_without_being_asked(tmp_path: Path) -> None:
    async with asked(says(b"", 405)) as server:
        found = await examined(asking(tmp_path, webhook=Ask(f"{server.url}/hook?key=hidden")))
        assert [body for body, _ in server.bodies] == [b""]
    where = server.url.removeprefix("http://")
    assert found == [f"ok    ai-server/prod: gates.webhook reaches {where}"]


async def test_an_address_that_is_silent_or_leads_elsewhere_fails_with_a_remedy(tmp_path: Path) -> None:
    async with asked(says(b"", 301, Location="/login")) as server:
        config = asking(tmp_path, evaluation=Evaluation(file=f"{server.url}/{{version}}.json"))
        (line,) = await examined(config)
        assert "is sent elsewhere by" in line
        assert "redirects are not followed" in line
    (line,) = await examined(config)
    assert line.startswith("fail  ai-server/prod: gates.evaluation gets no answer from")


async def test_without_gates_nothing_is_asked(tmp_path: Path) -> None:
    assert await examined(load(tmp_path)) == []
