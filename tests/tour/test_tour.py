"""The tour on both kinds of host: every step passes, and each check of the truth can fail."""

import sys

import pytest

from playground import tour
from playground.stage import Stage
from playground.stage.orders import Untrue
from playground.tour.report import Report
from playground.tour.run import STEPS
from playground.tour.scene import Scene

BOT = [sys.executable, "-m", "bot"]
LONG = pytest.mark.timeout(360)


async def _toured(kind: str) -> tuple[list[str], tuple[int, int]]:
    said: list[str] = []
    async with Stage(BOT, kind=kind) as stage:
        await stage.set_up()
        return said, await tour.run(stage, said.append)


@LONG
@pytest.mark.needs("systemd-host")
async def test_every_step_passes_on_real_hosts_with_systemd() -> None:
    said, sums = await _toured("systemd")
    assert sums == (len(STEPS), 0), "\n".join(said)
    assert "systemd as PID 1" in said[0]
    assert said[-1] == f"tour: {len(STEPS)} passed, 0 failed"


@LONG
async def test_every_step_passes_where_only_a_shim_is_possible_and_the_tour_says_so() -> None:
    said, sums = await _toured("shim")
    assert sums == (len(STEPS), 0), "\n".join(said)
    assert "a shim for systemctl" in said[0]


@LONG
async def test_a_green_card_is_not_believed_when_another_version_answers() -> None:
    async with Stage(BOT, kind="shim") as stage:
        await stage.set_up()
        scene = Scene(stage)
        sha = await stage.release()
        deploy = await scene.deploy("staging")
        await scene.green(deploy.number, scene.words.deployed, "staging", sha)
        other = await stage.release()
        await stage.host("staging").install(other)
        with pytest.raises(Untrue, match=f"runs {other[:7]}, not {sha[:7]}"):
            await scene.green(deploy.number, scene.words.deployed, "staging", sha)


async def test_a_step_that_raises_is_a_failure_and_the_next_one_is_still_played() -> None:
    async def untrue(scene: Scene) -> str:
        """something is untrue"""
        raise Untrue("staging runs 1234567")

    async def broken(scene: Scene) -> str:
        """something breaks"""
        raise RuntimeError("first line\nsecond line\nthird line")

    async def fine(scene: Scene) -> str:
        """something is fine"""
        return "so it is"

    said: list[str] = []
    report = Report(said.append, lines=2)
    for step in (untrue, broken, fine):
        await report.step(step, Scene(Stage(BOT)))
    report.sum()
    assert said[0] == "FAIL something is untrue: staging runs 1234567"
    assert said[1] == "FAIL something breaks: RuntimeError: first line\n     second line"
    assert said[2].startswith("ok   something is fine: so it is (")
    assert said[3] == "tour: 1 passed, 2 failed"
