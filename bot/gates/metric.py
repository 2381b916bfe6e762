"""The gate ``metric``: one query to Prometheus before the start; what is not clearly within its bound is no yes."""

from __future__ import annotations

from bot import prometheus
from bot.gates.question import Question, no, not_yet, yes
from bot.model import GateAnswer, Metric
from bot.prometheus import Reading


async def metric(question: Question) -> GateAnswer:
    asked = question.gates.metric
    assert asked is not None
    return judge(await prometheus.read(asked, at=question.site.at), asked)


def judge(reading: Reading, asked: Metric) -> GateAnswer:
    """A clear value outside the bound is a no; absent data, too few samples or a silent Prometheus may change."""
    code = prometheus.judge(reading, asked)
    said = {"within": yes, "broken": no, "rejected": no}.get(code, not_yet)
    facts = {"value": reading.value, "bound": asked.bound, "n": reading.samples, "need": asked.samples}
    return said("metric", code, **facts, **reading.facts)
