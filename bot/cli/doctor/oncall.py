"""Who is on call: the calendar is read, and the plan without what people said in Discord is told."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.duty.calendar import AHEAD, BEHIND, feed
from bot.errors import SlipwayError
from bot.oncall import OnCall

WHERE = "oncall"


async def examine(config: Config) -> AsyncIterator[Line]:
    plan, now = config.oncall, time.time()
    if config.calendar is not None:
        found, lines = await _calendar(config, now)
        plan = replace(plan, calendar=found.calendar)
        for one in lines:
            yield one
    if plan.rotation or plan.overrides or plan.calendar:
        yield _now(plan, config, now)


def _now(plan: OnCall, config: Config, now: float) -> Line:
    duty = plan.duty(now)
    end = datetime.fromtimestamp(duty.until, ZoneInfo(config.timezone)) if duty.until else None
    facts = {
        "user": duty.user,
        "by": duty.by.value,
        "until": end.isoformat(" ", "minutes") if end else "further notice",
    }
    return line(State.OK if duty.user else State.WARN, WHERE, f"{WHERE}.now", facts)


async def _calendar(config: Config, now: float) -> tuple[OnCall, list[Line]]:
    assert config.calendar is not None
    try:
        copy = await feed.read(config.calendar.address())
        assert copy is not None, "without a copy of ours a server cannot say that nothing changed"
        found = await feed.expand(copy.body, now - BEHIND, now + AHEAD, config.timezone)
    except SlipwayError as error:
        facts = {"code": error.code, "status": error.facts.get("status", "")}
        return config.oncall, [line(State.FAIL, WHERE, f"{WHERE}.calendar", facts)]
    shifts, unknown = config.calendar.names.shifts(found.shifts)
    lines = [line(State.OK, WHERE, f"{WHERE}.calendar", {"n": len(shifts)})]
    if unknown or found.broken:
        facts = {"unknown": unknown, "broken": found.broken}
        lines.append(line(State.WARN, WHERE, f"{WHERE}.calendar_names", facts))
    return OnCall(calendar=shifts), lines
