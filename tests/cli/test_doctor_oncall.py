"""``doctor`` reads the calendar and says who is on call now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cli.doctor import oncall
from tests.config.files import changed, load
from tests.duty.ics import calendar, event, served

PEOPLE = '[people."5"]\ncalendar = ["Haneul Kim"]\n'


async def told(folder: Path, tables: str, zone: str = "Asia/Seoul") -> list[str]:
    text = changed(("[discord]", f'timezone = "{zone}"\n[discord]'), ("[roles]", f"{tables}[roles]"))
    return [str(line) async for line in oncall.examine(load(folder, text))]


def day(offset: int) -> str:
    return f";VALUE=DATE:{datetime.now(UTC) + timedelta(days=offset):%Y%m%d}"


async def test_the_calendar_is_read_and_its_person_named(tmp_path: Path) -> None:
    async with served(calendar(event("haneul kim", day(-2), day(3)), event("a holiday", day(5), day(6)))) as server:
        lines = await told(tmp_path, f'[oncall.calendar]\nurl = "{server.url}"\n{PEOPLE}')
    assert lines[0] == "ok    oncall: the on-call calendar was read: shifts 1"
    assert lines[1].startswith("warn  oncall: events of the on-call calendar that name nobody known: 1")
    assert lines[2].startswith("ok    oncall: on call now: 5 by the calendar, until ")
    assert lines[2].endswith("+09:00")


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b""], ids=["a login page", "nothing"])
async def test_a_calendar_that_cannot_be_read_fails_without_its_secret_address(tmp_path: Path, body: bytes) -> None:
    async with served(body) as server:
        lines = await told(tmp_path, f'[oncall.calendar]\nurl = "{server.url}"\n')
    assert len(lines) == 1
    assert lines[0].startswith("fail  oncall: the on-call calendar cannot be read: not_a_calendar")
    assert "secret-key" not in lines[0]


async def test_a_rotation_needs_nothing_from_outside(tmp_path: Path) -> None:
    rotation = '[oncall.rotation]\nstart = "2025-01-06T09:00"\nevery = "7d"\npeople = ["5"]\n'
    assert await told(tmp_path, rotation) == ["ok    oncall: on call now: 5 by the rotation, until further notice"]
    later = rotation.replace("2025", "2099")
    (line,) = await told(tmp_path, later)
    assert line.startswith("warn  oncall: nobody in particular is on call now")
    assert await told(tmp_path, "") == []
