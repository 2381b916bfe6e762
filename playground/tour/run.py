"""The order of the tour."""

from collections.abc import Callable

from playground.stage import Stage
from playground.tour import dispatching, failing, promoting, rolling, shipping, surviving
from playground.tour.report import Report
from playground.tour.scene import Scene

LINES = 20
STEPS = (*shipping.STEPS, *failing.STEPS, *promoting.STEPS, *dispatching.STEPS, *rolling.STEPS, *surviving.STEPS)


async def run(stage: Stage, say: Callable[[str], None]) -> tuple[int, int]:
    """Plays every step on a stage that is set up; (passed, failed)."""
    scene, report = Scene(stage), Report(say)
    say(f"hosts: {stage.kind_of_host()}")
    say(stage.kind_of_tasks())
    for play in STEPS:
        await report.step(play, scene)
    if report.failed:
        say("the bot's last lines:")
        for line in list(stage.bot.lines)[-LINES:]:
            say(f"     {line[:400]}")
    report.sum()
    return report.passed, report.failed
