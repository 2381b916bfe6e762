"""The metrics that gates ask for: each is read once, as the gate and the watch will read it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from bot import prometheus
from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.model import Metric, TargetSpec

SOFT = frozenset({"absent", "nan", "infinite", "too_few", "broken"})
"""May be so today and right when it counts; everything else never becomes an answer by itself."""
ALIKE = {
    "infinite": "nan",
    "wrong_type": "several",
    **dict.fromkeys(("garbled", "too_big", "partial"), "garbled"),
    **dict.fromkeys(("timeout", "unreachable", "http"), "unreachable"),
}


async def examine(config: Config) -> AsyncIterator[Line]:
    """One line a metric."""
    for target, spec in config.targets.items():
        for gate, metric in _asked(spec):
            reading = await prometheus.read(metric)
            yield _line(target.key, gate, metric, reading)


def _asked(spec: TargetSpec) -> Iterator[tuple[str, Metric]]:
    if spec.gates.metric is not None:
        yield "metric", spec.gates.metric
    if spec.gates.watch_after is not None:
        yield "watch_after", spec.gates.watch_after.metric


def _line(where: str, gate: str, metric: Metric, reading: prometheus.Reading) -> Line:
    said = prometheus.judge(reading, metric)
    state = State.OK if said == "within" else State.WARN if said in SOFT else State.FAIL
    key = "read" if said == "within" else ALIKE.get(said, said)
    return line(state, where, f"metric.{key}", _facts(gate, metric, reading, said))


def _facts(gate: str, metric: Metric, reading: prometheus.Reading, said: str) -> dict[str, Any]:
    value = None if reading.value is None else f"{reading.value:.4g}"
    status = reading.facts.get("status")
    return {
        "gate": f"gates.{gate}",
        "url": metric.prometheus,
        "bound": metric.bound,
        "value": value,
        "samples": reading.samples,
        "need": metric.samples,
        "why": reading.facts.get("why") or (f"HTTP {status}" if status else said),
    }
