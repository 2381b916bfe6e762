"""What the table ``gates`` becomes, and what in it no target could ever meet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path as FilePath

from bot.config.gate_tables import EvaluationTable, GatesTable, QueryTable, WatchAfterTable, WebhookTable
from bot.config.keys import did_you_mean
from bot.config.problems import Problems, Where
from bot.model import Ask, Evaluation, Gates, Metric, WatchAfter
from bot.model.duration import written
from bot.model.metric import most_points

LONGEST = 86400.0  # seconds that a target may be held for its metric


@dataclass(frozen=True)
class Around:
    """What the rest of the file says of a target. ``env``: its name; ``chain``: of its service, in order.

    ``checks``: somebody can be asked for them. ``github``: GitHub can be asked about its versions. ``commits``: it
    could be, if there were a repository and an identity. ``folder``: relative files are meant from there.
    """

    env: str
    chain: tuple[str, ...]
    adapter: str
    checks: bool
    provenance: bool
    commits: bool
    folder: FilePath
    prometheus: str | None
    where: Where
    problems: Problems


def gates(table: GatesTable, around: Around) -> Gates:
    """Problems are added; what is returned counts only where there are none."""
    _judge_before(table, around)
    if table.checks and not around.checks:
        instead = "set [github] and the service's repository, or take it out" if around.commits else "take it out"
        sentence = f'the adapter "{around.adapter}" offers no checks, so it could never start; {instead}'
        around.problems.add(around.where(("checks",)), sentence)
    for key in ("on_branch", "signed"):
        if getattr(table, key) and not around.provenance:
            instead = "set [github] and the service's repository, or take it out" if around.commits else "take it out"
            around.problems.add(around.where((key,)), f"nobody can be asked for it; {instead}")
    return Gates(
        verified_in=table.verified_in,
        soak=table.soak,
        checks=tuple(dict.fromkeys(table.checks)),
        evaluation=_evaluation(table.evaluation, around) if table.evaluation else None,
        metric=_metric(table.metric, "metric", table.metric.over, around) if table.metric else None,
        webhook=_ask(table.webhook) if table.webhook else None,
        watch_after=_watch_after(table.watch_after, around) if table.watch_after else None,
        on_branch=table.on_branch,
        signed=table.signed,
    )


def _judge_before(table: GatesTable, around: Around) -> None:
    if table.soak is not None and table.verified_in is None:
        around.problems.add(around.where(("soak",)), "needs verified_in: the environment in which to be healthy")
    if table.verified_in is None:
        return
    at = around.where(("verified_in",))
    earlier = around.chain[: around.chain.index(around.env)] if around.env in around.chain else ()
    if around.env not in around.chain:
        around.problems.add(at, f'"{around.env}" stands in no chain, so nothing comes before it; take it out')
    elif table.verified_in not in earlier:
        hint = did_you_mean(table.verified_in, earlier)
        known = f"; earlier are: {', '.join(earlier)}" if earlier else "; it is the first"
        sentence = f'"{table.verified_in}" does not come before "{around.env}" in the chain{hint or known}'
        around.problems.add(at, sentence)


def _evaluation(table: EvaluationTable, around: Around) -> Evaluation:
    if table.artifact is not None and table.file is not None:
        around.problems.add(around.where(("evaluation",)), "has file and artifact; say one of the two")
    elif table.artifact is not None and not around.provenance:
        instead = "set [github] and the service's repository, or write file" if around.commits else "write file"
        around.problems.add(around.where(("evaluation", "artifact")), f"nobody can be asked for it; {instead}")
    elif table.artifact is None and table.file is None:
        sentence = "needs file: the path or address of its results.json; or artifact: of a CI run"
        around.problems.add(around.where(("evaluation",)), sentence)
    file = table.file
    if file is not None and "://" not in file:
        file = str(around.folder / file)
    return Evaluation(table.artifact, file, table.max_age)


def _ask(table: WebhookTable) -> Ask:
    return Ask(table.url, table.timeout, table.secret)


def _watch_after(table: WatchAfterTable, around: Around) -> WatchAfter:
    if table.for_ > LONGEST:
        at = around.where(("watch_after", "for"))
        around.problems.add(at, f"must be at most {written(LONGEST)}: the target is held all the while")
    return WatchAfter(table.for_, _metric(table, "watch_after", min(table.over or table.for_, table.for_), around))


def _metric(table: QueryTable, key: str, over: float, around: Around) -> Metric:
    """``key``: of the table inside ``gates``; ``over``: seconds in which the query's own points count."""
    address = table.prometheus or around.prometheus
    if address is None:
        sentence = "needs the address of a Prometheus: [prometheus] url at the top of the file, or prometheus here"
        around.problems.add(around.where((key,)), sentence)
    most = most_points(over)
    if table.count is None and table.samples > most:
        sentence = f"{written(over)} has at most {most} points; ask for fewer, take longer, or write a `count` query"
        around.problems.add(around.where((key, "samples")), sentence)
    return Metric(table.query, table.bound, table.samples, address or "", table.count, over)
