"""What a gate's table becomes: a metric with the Prometheus that it is asked of."""

from __future__ import annotations

from bot.config.keys import Path
from bot.config.problems import Problems, Where
from bot.config.shape import MetricTable
from bot.model import Metric
from bot.model.duration import written
from bot.model.metric import most_points


def metric(
    table: MetricTable,
    at: Path,
    prometheus: str | None,
    where: Where,
    problems: Problems,
    *,
    longest: float | None = None,
) -> Metric:
    """``at``: the table's place inside ``gates``; ``where``: its place in the file; ``prometheus``: the file's own.

    ``longest``: seconds after which no more of the query's own points count, whatever ``over`` says.
    """
    address = table.prometheus or prometheus
    if address is None:
        sentence = "needs the address of a Prometheus: [prometheus] url at the top of the file, or prometheus here"
        problems.add(where(at), sentence)
    over = min(table.over, longest or table.over)
    most = most_points(over)
    if table.count is None and table.samples > most:
        sentence = f"{written(over)} has at most {most} points; ask for fewer, take longer, or write a `count` query"
        problems.add(where((*at, "samples")), sentence)
    return Metric(table.query, table.bound, table.samples, address or "", table.count, table.over)
