"""Part ``ssh``: the team guide's script and Slipway on the same hosts. Needs the systemd host: make system-packages."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench import answering, shipping
from bench.shipping import WAYS, Figures

TARGETS = {
    "overhead": "≤ 0.05 of the guide's, from the press on Confirm",
    "downtime": "≤ 1.10 of stop + boot",
    "idle": "≤ 110 MB",
    "ack": "p99 ≤ 300 ms",
}

COUNTED = """The guide's time counts from the start of its script, Slipway's from the press on Confirm.
A plan's counts from the typed command until the plan and its button are there: nothing is ordered before that,
and the guide has no plan."""


def table(figures: Figures) -> None:
    """Medians; the guide's column is 1. A plan is beside the guide's whole time, which has none."""
    rows = [
        ("until proved healthy, above the boot", "proved", "proved"),
        ("  before it: the plan drawn", "proved_plan", "proved"),
        ("rollback, above the boot", "rollback", "rollback"),
        ("  before it: the plan drawn", "rollback_plan", "rollback"),
        ("a broken release until the old serves", "broken", "broken"),
    ]
    print(f"\n{COUNTED}")
    print(f"\n{'':42}{'guide':>10}{'in_place':>20}{'releases':>20}")
    for title, what, beside in rows:
        guide = figures.middle(beside, "guide")
        cells = [f"{figures.middle(what, way):8.2f} s ({figures.middle(what, way) / guide:5.3f})" for way in WAYS[1:]]
        own = f"{guide:8.2f} s" if what == beside else "none"
        print(f"{title:42}{own:>10}" + "".join(f"{cell:>20}" for cell in cells))
    floor = median(figures.floor)
    cells = [
        f"{figures.middle('downtime', way):6.2f} s ({figures.middle('downtime', way) / floor:4.2f})" for way in WAYS
    ]
    print(f"{'downtime (of a bare restart: ' + f'{floor:.2f} s)':42}" + "".join(f"{cell:>18}" for cell in cells))


async def main(folder: Path, rounds: int) -> None:
    print(f"the guide's script against Slipway, {rounds} rounds, same hosts and application:", flush=True)
    figures = await shipping.measure(folder / "shipping", rounds)
    table(figures)
    costs = await answering.measure(folder / "answering", min(rounds, 5))
    print(f"\nidle memory {costs.idle / 1e6:.0f} MB; start until ready {median(costs.ready):.1f} s;", end=" ")
    print(f"acknowledged with {answering.DEPLOYS} deploys running: p50 {costs.ack(0.5) * 1000:.0f} ms, ", end="")
    print(f"p99 {costs.ack(0.99) * 1000:.0f} ms")
    print("\ntargets: " + "; ".join(f"{name} {text}" for name, text in TARGETS.items()))
