"""One number out of a Prometheus, and how many samples stand behind it. What is not clearly a number is no reading.

https://prometheus.io/docs/prometheus/latest/querying/api/: instant queries, range queries, format of the answers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.model import Metric
from bot.model.metric import Bound, step
from bot.ports import At, nowhere

TIMEOUT = 10.0  # seconds, of one query
BODY_LIMIT = 1_000_000
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|NaN|[+-]?Inf", re.ASCII)
LATEST = 1e11  # epoch seconds; anything later is no time
READ = "read"


@dataclass(frozen=True)
class Reading:
    """``code`` "read": ``value`` is finite and ``samples`` were counted. Otherwise it says why there is no number.

    absent, nan, infinite, several: the query's answer · wrong_type, garbled, too_big, partial: not what the API
    promises · rejected: Prometheus refused the query · http (fact ``status``), timeout, unreachable: no answer.
    """

    value: float | None
    samples: int | None
    code: str = READ
    facts: Mapping[str, Any] = field(default_factory=dict)


class NoReading(Exception):
    """Why there is no number; never leaves this module."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def judge(reading: Reading, metric: Metric) -> str:
    """within, broken, too_few, or the code of a reading that is none. Only "within" is a yes."""
    if reading.code != READ or reading.value is None or reading.samples is None:
        return reading.code
    if reading.samples < metric.samples:
        return "too_few"
    return "within" if Bound.read(metric.bound).holds(reading.value) else "broken"


async def read(metric: Metric, *, window: float | None = None, timeout: float = TIMEOUT, at: At = nowhere) -> Reading:
    """Never raises. ``window``: only the last so many seconds count as samples, where that is less than ``over``."""
    over = metric.over if window is None else min(metric.over, max(window, 0.0))
    at("prometheus.read.before")
    async with _session(timeout) as session:
        found = await _read(session, metric, over)
    at("prometheus.read.answered")
    return found


async def _read(session: aiohttp.ClientSession, metric: Metric, over: float) -> Reading:
    value: float | None = None
    try:
        when, value = await _number(session, metric.prometheus, metric.query)
        return Reading(value, await _samples(session, metric, when, over))
    except NoReading as why:
        return Reading(value, None, why.code, why.facts)


async def _samples(session: aiohttp.ClientSession, metric: Metric, when: float, over: float) -> int:
    if metric.count is None:
        return await _points(session, metric, when, over)
    try:
        _, counted = await _number(session, metric.prometheus, metric.count)
    except NoReading as why:
        if why.code == "absent":  # nothing was counted, which is a count
            return 0
        raise
    return max(math.floor(counted), 0)


async def _number(session: aiohttp.ClientSession, base: str, query: str) -> tuple[float, float]:
    """(Prometheus' own time of the answer, value)."""
    kind, result = await _ask(session, base, "query", {"query": query})
    if kind == "scalar":
        return _finite(_sample(result))
    if kind != "vector":
        raise NoReading("wrong_type", type=kind)
    if not result:
        raise NoReading("absent")
    if len(result) > 1:
        raise NoReading("several", series=len(result))
    return _finite(_sample(_field(result[0], "value")))


async def _points(session: aiohttp.ClientSession, metric: Metric, end: float, over: float) -> int:
    """By Prometheus' own clock: what is a number in the window, once a step."""
    asked = {"query": metric.query, "start": f"{end - over:.3f}", "end": f"{end:.3f}", "step": f"{step(over):.3f}"}
    kind, result = await _ask(session, metric.prometheus, "query_range", asked)
    if kind != "matrix":
        raise NoReading("wrong_type", type=kind)
    if len(result) > 1:
        raise NoReading("several", series=len(result))
    points = [_sample(point)[1] for series in result for point in _list(_field(series, "values"))]
    return sum(math.isfinite(value) for value in points)


# The wire


def _session(timeout: float) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout),
        connector=aiohttp.TCPConnector(force_close=True),
        headers={"Accept": "application/json", "Accept-Encoding": "identity", "Cache-Control": "no-cache"},
        auto_decompress=False,
    )


async def _ask(session: aiohttp.ClientSession, base: str, what: str, asked: Mapping[str, str]) -> tuple[str, list[Any]]:
    """(resultType, result) of a successful answer."""
    try:
        async with session.get(f"{base.rstrip('/')}/api/v1/{what}", params=asked, allow_redirects=False) as response:
            return _data(response.status, await _body(response))
    except TimeoutError:
        raise NoReading("timeout") from None
    except (aiohttp.ClientError, OSError, ValueError):
        raise NoReading("unreachable") from None


async def _body(response: aiohttp.ClientResponse) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise NoReading("garbled")
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) > BODY_LIMIT:
            raise NoReading("too_big")
    return bytes(found)


def _data(status: int, body: bytes) -> tuple[str, list[Any]]:
    """Errors come as JSON with a status of 400, 422 or 503, and from a proxy as anything."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise NoReading("garbled" if status == 200 else "http", status=status) from None
    if isinstance(answer, dict) and answer.get("status") == "error" and status in (400, 422):
        raise NoReading("rejected", why=str(answer.get("error", ""))[:200])
    if status != 200:
        raise NoReading("http", status=status)
    if _field(answer, "status") != "success":
        raise NoReading("garbled", status=status)
    if any(not str(one).startswith("PromQL") for one in _list(answer.get("warnings") or [])):
        raise NoReading("partial")  # a store did not answer; remarks on the query itself begin with PromQL
    data = _field(answer, "data")
    return str(_field(data, "resultType")), _list(_field(data, "result"))


def _field(table: object, name: str) -> Any:
    if not isinstance(table, dict) or name not in table:
        raise NoReading("garbled")
    return table[name]


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise NoReading("garbled")
    return value


def _sample(pair: object) -> tuple[float, float]:
    """``[1435781451.781, "1"]``: seconds, and the value as text."""
    match pair:
        case [int() | float() as when, str(text)] if 0 <= when <= LATEST and NUMBER.fullmatch(text):
            return float(when), float(text)
    raise NoReading("garbled")


def _finite(sample: tuple[float, float]) -> tuple[float, float]:
    if math.isnan(sample[1]):
        raise NoReading("nan")
    if math.isinf(sample[1]):
        raise NoReading("infinite")
    return sample
