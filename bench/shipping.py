"""Deploy, roll back, and survive a broken release: the guide's script against Slipway in both layouts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.guide import Guide
from bench.prober import Prober, probing
from bench.team import Team, Took, team
from playground.host import Host, Setup

BOOT = 1.0  # seconds that the application itself needs
WAYS = ("guide", "in_place", "releases")


@dataclass
class Figures:
    """Way → one number a round: seconds from the order (``Took.done``); ``…_plan``: of the plan before it."""

    proved: dict[str, list[float]] = field(default_factory=dict)  # until proved healthy, above the boot
    proved_plan: dict[str, list[float]] = field(default_factory=dict)
    downtime: dict[str, list[float]] = field(default_factory=dict)
    rollback: dict[str, list[float]] = field(default_factory=dict)
    rollback_plan: dict[str, list[float]] = field(default_factory=dict)
    broken: dict[str, list[float]] = field(default_factory=dict)  # until the old version serves again
    floor: list[float] = field(default_factory=list)  # stop + boot of a bare restart

    def middle(self, what: str, way: str) -> float:
        return float(median(getattr(self, what)[way]))

    def add(self, what: str, way: str, took: Took) -> None:
        for name, seconds in ((what, took.done - BOOT), (f"{what}_plan", took.plan)):
            getattr(self, name).setdefault(way, []).append(seconds)


async def measure(folder: Path, rounds: int) -> Figures:
    figures = Figures()
    in_place = await Host.boot(folder / "a", Setup(layout="in_place", job_runner="detached", boot_seconds=BOOT))
    releases = await Host.boot(folder / "b", Setup(layout="releases", job_runner="detached", boot_seconds=BOOT))
    try:
        for host in (in_place, releases):
            await host.install(host.repository.release("good", message="feat: first"))
        async with team(folder / "bot", {"tree": in_place, "rel": releases}) as bots:
            for number in range(rounds):
                print(f"  round {number + 1} of {rounds}", flush=True)
                await _round(figures, bots, in_place, releases, number)
    finally:
        await asyncio.gather(in_place.kill(), releases.kill())
    return figures


async def _round(figures: Figures, bots: Team, in_place: Host, releases: Host, number: int) -> None:
    guide = Guide(in_place)
    async with probing(f"{in_place.app_url}/health") as here, probing(f"{releases.app_url}/health") as there:
        await _floor(figures, in_place, here)
        ways: dict[str, tuple[Host, Prober, Callable[[], Awaitable[Took]], Callable[[], Awaitable[Took]]]] = {
            "guide": (in_place, here, _timed(guide.deploy), _timed(guide.rollback)),
            "in_place": (in_place, here, _deploy(bots, "tree"), _rollback(bots, "tree")),
            "releases": (releases, there, _deploy(bots, "rel"), _rollback(bots, "rel")),
        }
        for way, (host, prober, deploy, rollback) in ways.items():
            host.repository.release("good", message=f"feat: round {number} for {way}")
            prober.forget()
            figures.add("proved", way, await deploy())
            figures.downtime.setdefault(way, []).append(prober.downtime)
            figures.add("rollback", way, await rollback())
            host.repository.release("good", message=f"fix: again {number} for {way}")
            await deploy()
            host.repository.release("crashes", message=f"feat: broken {number} for {way}")
            figures.broken.setdefault(way, []).append(await _until_back(way, bots, guide, prober))
            host.repository.release("good", message=f"fix: mended {number} for {way}")
            await deploy()


async def _floor(figures: Figures, host: Host, prober: Prober) -> None:
    prober.forget()
    await host.exec(["systemctl", "restart", host.setup.service])
    await host.until_healthy()
    await asyncio.sleep(0.1)
    figures.floor.append(prober.downtime)


def _timed(act: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[Took]]:
    async def took() -> Took:
        began = time.monotonic()
        await act()
        return Took(time.monotonic() - began)

    return took


def _deploy(bots: Team, service: str) -> Callable[[], Awaitable[Took]]:
    return lambda: bots.order("deploy", service, "Deploy to prod", "Deployed")


def _rollback(bots: Team, service: str) -> Callable[[], Awaitable[Took]]:
    return lambda: bots.order("rollback", service, "Confirm rollback", "Rolled back")


async def _until_back(way: str, bots: Team, guide: Guide, prober: Prober) -> float:
    """From the order of a broken release until the old version answers again, a person at the keyboard all along."""
    prober.forget()
    ordered = time.monotonic()
    if way == "guide":
        assert not await guide.deploy(), "the broken release was called healthy"
        await guide.rollback()
    else:
        service = {"in_place": "tree", "releases": "rel"}[way]
        ordered += (await bots.order("deploy", service, "Deploy to prod", "rolled back")).plan
    end = next((end for _, end in reversed(prober.outages) if end is not None), time.monotonic())
    return end - ordered
