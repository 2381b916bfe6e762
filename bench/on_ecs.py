"""Part ``ecs``: aws ecs wait, boto3's waiter, ecs-deploy and Slipway, each deploying on the same imitation of AWS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.ecs import ours
from bench.ecs.measure import LANES, TWENTY, WAYS, Figures, measure
from bench.ecs.others import Told

FOLLOWING = "DescribeServices"
TARGETS = {
    "lag": "≤ 0.05 of aws ecs wait's",
    "requests": "fewer than ecs-deploy's",
    "false successes": "0",
    f"{TWENTY} at once": "≤ 2 × the looks of one",
}
COUNTED = f"""Lag: from when nothing is left to do on ECS until the process ends, or the card says the verdict.
Requests: all that it sends to AWS from the order on (Slipway: the press on Confirm; its plan apart).
Looks: {FOLLOWING}. False successes: deploys that ECS rolled back, and that were called a success."""


def table(figures: Figures) -> None:
    """The ratio is to aws ecs wait's median."""
    print(f"\n{COUNTED}\n")
    print(f"{'':18}{'lag, median':>20}{'worst':>10}{'requests':>10}{'worst':>7}{'plan':>6}{'false successes':>17}")
    beside = _lag(figures.good[WAYS[0]])
    for way in WAYS:
        good, bad = figures.good[way], figures.bad[way]
        asked = [one.asked.total() for one in good]
        middle = f"{_lag(good):.2f} s ({_lag(good) / beside:5.3f})"
        plan = f"{median(one.planned for one in good):g}" if way in ours.WAYS else "–"
        wrong = f"{sum(one.success for one in bad)} of {len(bad)}"
        worst = max(one.lag for one in good)
        print(f"{way:18}{middle:>20}{worst:>8.2f} s{median(asked):>10g}{max(asked):>7}{plan:>6}{wrong:>17}")
        if not all(one.success for one in good):
            print(f"{'':18}and {sum(not one.success for one in good)} of {len(good)} good deploys were called failed")
    print()
    for way in ours.WAYS:
        _twenty(figures, way)


def _twenty(figures: Figures, way: str) -> None:
    one = median(told.asked[FOLLOWING] for told in figures.good[way])
    told, asked = figures.twenty[way], figures.twenty_asked[way]
    looks = f"{asked[FOLLOWING]} looks, {asked[FOLLOWING] / one:.1f} × those of one ({one:g})"
    lag = f"lag {_lag(told):.2f} s, worst {max(each.lag for each in told):.2f} s"
    print(f"{TWENTY} rollouts at once, {way}: {looks}; {lag}; {asked.total()} requests in all, plans included")


def _lag(told: Sequence[Told]) -> float:
    return median(one.lag for one in told)


async def main(folder: Path, rounds: int) -> None:
    print(
        f"ECS, {rounds} rounds of {LANES} deploys that go well and {LANES} that ECS rolls back, by each way:",
        flush=True,
    )
    table(await measure(folder, rounds))
    print("\ntargets: " + "; ".join(f"{name} {text}" for name, text in TARGETS.items()))
