"""Part ``github``: ``gh run watch``, a script with PyGithub, and Slipway, all on the same imitation of GitHub."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from bench import following
from bench.following import FORTY, WAYS, Figures

HOUR = 5000  # requests of one identity
TARGETS = {
    "by polling": "≤ 0.25 of gh's lag, ≤ 3 billed requests a run",
    "by webhook": "≤ 0.20 s",
    f"{FORTY} runs at once": "< 5 % of the hour's requests",
}
COUNTED = """Lag: from the run's end on GitHub until gh exits, the script prints, the card on Discord says the verdict.
A webhook is delivered right at that end. Billed: requests that GitHub counts (what has not changed since its ETag is
free); of gh and the script all of them, of Slipway those about this repository from the dispatch to the verdict."""


def table(figures: Figures) -> None:
    """Of every run; the ratio is to gh's median."""
    print(f"\n{COUNTED}\n\n{'':20}{'lag, median':>22}{'worst':>10}{'billed, median':>18}{'worst':>8}{'runs':>6}")
    beside = median(figures.lag[WAYS[0]])
    for way in WAYS:
        lag, billed = figures.lag[way], figures.billed[way]
        middle = f"{median(lag):.2f} s ({median(lag) / beside:5.3f})"
        print(f"{way:20}{middle:>22}{max(lag):>8.2f} s{median(billed):>18g}{max(billed):>8}{len(lag):>6}")
    part = figures.forty / HOUR
    print(f"\n{FORTY} runs at once, polling: {figures.forty} billed requests, {part:.1%} of an hour's {HOUR};", end=" ")
    print(f"lag {median(figures.forty_lag):.2f} s, worst {max(figures.forty_lag):.2f} s; {figures.took:.0f} s in all")


async def main(folder: Path, rounds: int) -> None:
    runs = rounds * following.LANES
    print(f"GitHub, {rounds} rounds of {following.LANES} runs with Slipway's polling and as many with webhooks,")
    print(f"gh and the script beside each ({2 * runs} runs):", flush=True)
    table(await following.measure(folder, rounds))
    print("\ntargets: " + "; ".join(f"{name} {text}" for name, text in TARGETS.items()))
