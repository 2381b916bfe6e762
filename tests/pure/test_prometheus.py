"""What is not clearly one number over enough samples is no reading; asked over real HTTP on loopback."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from bot.model import Metric
from bot.model.metric import Bound, most_points
from bot.prometheus import BODY_LIMIT, Reading, judge, read
from tests.prometheus import NOW, Prometheus, hang, prometheus, refused, told

QUERY, COUNT = "error_rate", "sum(requests)"


@pytest.fixture
async def server() -> AsyncIterator[Prometheus]:
    async with prometheus() as found:
        yield found


def metric(server: Prometheus, **changes: Any) -> Metric:
    return replace(Metric(QUERY, "< 0.01", 500, server.url, COUNT), **changes)


async def test_a_number_and_its_count_are_read(server: Prometheus) -> None:
    server.answers = {QUERY: "0.004", COUNT: "812.9"}
    found = await read(metric(server))
    assert found == Reading(0.004, 812)
    assert judge(found, metric(server)) == "within"
    assert [path for path, _ in server.asked] == ["/api/v1/query", "/api/v1/query"]


async def test_a_scalar_is_a_number_too(server: Prometheus) -> None:
    server.answers = {QUERY: lambda: told("scalar", [NOW, "4e-3"]), COUNT: 900}
    assert (await read(metric(server))).value == 0.004


NOT_ANSWERS: dict[str, tuple[Any, str]] = {
    "no series": (None, "absent"),
    "0/0": ("NaN", "nan"),
    "1/0": ("+Inf", "infinite"),
    "minus infinity": ("-Inf", "infinite"),
    "more than a float holds": ("1e999", "infinite"),
    "two series": (["0.1", "0.2"], "several"),
    "a range vector": (lambda: told("matrix", []), "wrong_type"),
    "a string": (lambda: told("string", [NOW, "0.001"]), "wrong_type"),
    "an empty scalar": (lambda: told("scalar", []), "garbled"),
    "a number that is not text": (lambda: told("scalar", [NOW, 0.001]), "garbled"),
    "a number in Python's way": (lambda: told("scalar", [NOW, "1_000"]), "garbled"),
    "a time that is none": (lambda: told("scalar", [10**400, "1"]), "garbled"),
    "a histogram": (lambda: told("vector", [{"metric": {}, "histogram": [NOW, {}]}]), "garbled"),
    "a result that is no list": (lambda: told("vector", {"value": [NOW, "1"]}), "garbled"),
    "a store that did not answer": (lambda: told("vector", [], warnings=["store-1: deadline exceeded"]), "partial"),
    "a query with a mistake": (lambda: refused(400, "bad_data", "parse error"), "rejected"),
    "a query that cannot be run": (lambda: refused(422, "execution", "many-to-many"), "rejected"),
    "a query that took too long": (lambda: refused(503, "timeout", "query timed out"), "http"),
    "an error with status 200": (lambda: refused(200, "internal", "?"), "garbled"),
    "a login page": (lambda: web.Response(text="<html>Sign in"), "garbled"),
    "a proxy's error": (lambda: web.Response(status=502, text="Bad gateway"), "http"),
    "no right to ask": (lambda: web.Response(status=401), "http"),
    "a redirect": (lambda: web.Response(status=302, headers={"Location": "/api/v1/query?query=1"}), "http"),
    "nothing at all": (lambda: web.Response(), "garbled"),
    "a list": (lambda: web.json_response([]), "garbled"),
    "too deep": (lambda: web.Response(body=b"[" * 200_000), "garbled"),
    "too big": (lambda: web.Response(body=b" " * (BODY_LIMIT + 1)), "too_big"),
    "a compressed bomb": (
        lambda: web.Response(body=gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"}),
        "garbled",
    ),
}


@pytest.mark.parametrize("name", NOT_ANSWERS)
async def test_what_is_no_number_is_no_reading_and_never_a_yes(server: Prometheus, name: str) -> None:
    answer, code = NOT_ANSWERS[name]
    server.answers = {QUERY: answer, COUNT: 900}
    found = await read(metric(server))
    assert (found.code, found.samples) == (code, None)
    for bound in ("< 1e300", "> -1e300"):
        assert judge(found, metric(server, bound=bound)) == code


async def test_remarks_on_the_query_are_no_missing_data(server: Prometheus) -> None:
    said = ["PromQL info: metric might not be a counter, name does not end in _total"]
    server.answers = {QUERY: lambda: told("scalar", [NOW, "0.1"], warnings=said), COUNT: 900}
    assert (await read(metric(server))).code == "read"


async def test_a_prometheus_that_hangs_is_left_at_the_deadline(server: Prometheus) -> None:
    server.answers = {QUERY: hang}
    assert (await read(metric(server), timeout=0.2)).code == "timeout"


async def test_nothing_listening_is_unreachable() -> None:
    gone = Metric(QUERY, "< 1", 1, "http://127.0.0.1:1", COUNT)
    assert (await read(gone)).code == "unreachable"


async def test_a_count_of_nothing_is_no_samples_and_not_a_yes(server: Prometheus) -> None:
    server.answers = {QUERY: "0.004", COUNT: None}
    found = await read(metric(server))
    assert found == Reading(0.004, 0)
    assert judge(found, metric(server)) == "too_few"


async def test_a_count_that_is_no_number_counts_nothing(server: Prometheus) -> None:
    server.answers = {QUERY: "0.004", COUNT: "NaN"}
    assert judge(await read(metric(server)), metric(server)) == "nan"


async def test_without_a_count_the_points_of_the_query_count(server: Prometheus) -> None:
    server.answers, server.points = {QUERY: "0.004"}, ["0.1", "NaN", "0.2", "+Inf", *["0.1"] * 30]
    own = metric(server, count=None, over=300.0, samples=19)
    found = await read(own)
    assert (found.samples, judge(found, own)) == (19, "within")  # 21 points in five minutes, two of them no numbers
    path, asked = server.asked[-1]
    assert path == "/api/v1/query_range"
    assert (float(asked["end"]), float(asked["start"])) == (NOW, NOW - 300)


async def test_points_from_before_the_window_do_not_count(server: Prometheus) -> None:
    server.answers = {QUERY: "0.004"}
    assert (await read(metric(server, count=None), window=60.0)).samples == 5


@pytest.mark.parametrize(
    ("value", "said"), [("0.0099", "within"), ("0.01", "broken"), ("7", "broken"), ("-1", "within")]
)
async def test_the_bound_decides(server: Prometheus, value: str, said: str) -> None:
    server.answers = {QUERY: value, COUNT: 500}
    assert judge(await read(metric(server)), metric(server)) == said


async def test_too_few_samples_are_neither_yes_nor_no(server: Prometheus) -> None:
    server.answers = {QUERY: "7", COUNT: 499}
    assert judge(await read(metric(server)), metric(server)) == "too_few"


async def test_the_base_address_may_have_a_path(server: Prometheus) -> None:
    server.answers = {QUERY: "0", COUNT: 500}
    await read(metric(server, prometheus=f"{server.url}/tenant/prometheus/"))
    assert server.asked[0][0] == "/tenant/prometheus/api/v1/query"


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ("< 0.01", 0.01, False),
        ("<= 0.01", 0.01, True),
        (">0", 0.0, False),
        (" >= 0.95 ", 0.95, True),
        ("< -1e3", -1001.0, True),
        ("< 1", float("nan"), False),
        ("> 1", float("nan"), False),
    ],
)
def test_a_bound_says_what_holds(text: str, value: float, holds: bool) -> None:
    assert Bound.read(text).holds(value) is holds


@pytest.mark.parametrize("text", ["0.01", "== 1", "< ", "< 1 %", "=< 1", "< NaN", "< 1e999", "< 1 or > 2", "<٣"])
def test_what_is_no_bound_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no bound"):
        Bound.read(text)


def test_a_long_time_has_a_bounded_number_of_points() -> None:
    assert [most_points(over) for over in (0.0, 14.0, 300.0, 86400.0)] == [1, 1, 21, 1001]


async def test_an_answer_is_read_whole_however_it_arrives(server: Prometheus) -> None:
    """Many small pieces, close to the limit."""
    filler = {"metric": {"pod": "x" * 900_000}, "value": [NOW, "0.5"]}
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": [filler]}}).encode()
    server.answers = {QUERY: lambda: web.Response(body=body), COUNT: 500}
    assert (await read(metric(server))).value == 0.5
