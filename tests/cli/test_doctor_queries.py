"""``doctor`` on the metrics of gates: each is read as it will be read, and what it lacks is told with a remedy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli.doctor import queries
from bot.cli.doctor.remedies import METRIC
from bot.cli.doctor.report import Line, State
from bot.config import Config
from bot.model import Gates, Metric, Target, WatchAfter
from tests.config.files import load
from tests.prometheus import Prometheus, prometheus, refused

QUERY, COUNT = "error_rate", "sum(requests)"
PROD = Target("ai-server", "prod")


@pytest.fixture
async def server() -> AsyncIterator[Prometheus]:
    async with prometheus() as found:
        found.answers = {QUERY: "0.004", COUNT: "812"}
        yield found


def asking(folder: Path, address: str) -> Config:
    config, metric = load(folder), Metric(QUERY, "< 0.01", 500, address, COUNT)
    gates = Gates(metric=metric, watch_after=WatchAfter(600.0, metric))
    return replace(config, targets={**config.targets, PROD: replace(config.targets[PROD], gates=gates)})


async def examined(config: Config) -> list[Line]:
    return [found async for found in queries.examine(config)]


async def test_every_metric_that_is_asked_for_is_read_once(tmp_path: Path, server: Prometheus) -> None:
    lines = await examined(asking(tmp_path, server.url))
    assert [str(one) for one in lines] == [
        "ok    ai-server/prod: gates.metric reads 0.004 over 812 samples (bound < 0.01)",
        "ok    ai-server/prod: gates.watch_after reads 0.004 over 812 samples (bound < 0.01)",
    ]


async def test_without_a_metric_nothing_is_asked(tmp_path: Path) -> None:
    assert await examined(load(tmp_path)) == []


FOUND: dict[str, tuple[dict[str, Any], State, str]] = {
    "no data yet": ({QUERY: None}, State.WARN, "finds no data now"),
    "0/0": ({QUERY: "NaN"}, State.WARN, "is no finite number now (nan)"),
    "too little traffic": ({COUNT: "3"}, State.WARN, "has only 3 of 500 samples now"),
    "bad at the moment": ({QUERY: "0.2"}, State.WARN, "reads 0.2, outside its bound < 0.01"),
    "two series": ({QUERY: ["1", "2"]}, State.FAIL, "does not give one number (several)"),
    "a mistake": ({QUERY: lambda: refused(400, "bad_data", "parse error: x")}, State.FAIL, "parse error: x"),
    "a login page": ({QUERY: lambda: web.Response(text="<html>")}, State.FAIL, "does not answer like Prometheus"),
    "no right": ({QUERY: lambda: web.Response(status=401)}, State.FAIL, "HTTP 401"),
}


@pytest.mark.parametrize("name", FOUND)
async def test_what_is_wrong_is_told_with_a_remedy(tmp_path: Path, server: Prometheus, name: str) -> None:
    answers, state, said = FOUND[name]
    server.answers |= answers
    for found in await examined(asking(tmp_path, server.url)):
        assert found.state is state
        assert said in found.text
        assert found.remedy
        assert "?" not in found.text


async def test_an_address_where_nobody_listens_is_a_failure(tmp_path: Path) -> None:
    for found in await examined(asking(tmp_path, "http://127.0.0.1:1")):
        assert found.state is State.FAIL
        assert "http://127.0.0.1:1 gives no answer for gates." in found.text


def test_every_code_of_a_reading_has_its_check() -> None:
    codes = ("absent", "nan", "infinite", "several", "wrong_type", "garbled", "too_big", "partial", "rejected", "http")
    said = {queries.ALIKE.get(code, code) for code in (*codes, "timeout", "unreachable", "too_few", "broken")}
    assert {f"metric.{code}" for code in said} | {"metric.read"} == set(METRIC)
