"""Tells stories, with and without kills, and judges each telling by the invariants."""

from __future__ import annotations

import asyncio
import signal
import traceback
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playground.discord import Seen
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.config_file import FIRST, WORLD
from tests.crash.invariants import Facts, Message
from tests.crash.invariants.facts import Row
from tests.crash.invariants.world import start_of
from tests.crash.stories import Story
from tests.crash.town import Town, footer, town

AT_ONCE = 5  # tellings side by side: they mostly wait
LIMIT = 120.0  # seconds for one telling


@dataclass(frozen=True)
class Case:
    """``end``: where the bot is ended in the life that the story leaves open (``name#count``), "" for nowhere."""

    story: Story
    end: str = ""
    number: signal.Signals = signal.SIGKILL
    also: tuple[str, ...] = ()  # where the lives after that one end

    def __str__(self) -> str:
        ends = ", then ".join([*self.story.lives, self.end, *self.also]) or "nowhere"
        return f"{self.story.name}: {self.number.name} at {ends}"


@dataclass(frozen=True)
class Told:
    """``points``: by which the life came that the case was about, in order. ``wrong``: what must not be, in words."""

    case: Case
    points: tuple[str, ...]
    wrong: tuple[str, ...]
    reached: bool


def told_in(folder: Path, nursery: Nursery, case: Case) -> AbstractAsyncContextManager[Town]:
    ends = [*case.story.lives, *([case.end] if case.end else []), *case.also]
    return town(folder, nursery, ends, case.number, write=partial(config_file.pretended, case.story.options))


async def tell(folder: Path, nursery: Nursery, case: Case) -> Told:
    story = case.story
    life = len(story.lives) + 1
    it: Town | None = None
    try:
        async with asyncio.timeout(LIMIT), told_in(folder, nursery, case) as it:
            ordered = await story.tell(it)
            await it.quiet()
        wrong = invariants.broken(facts(it, ordered, story.options.approvals))
    except Exception as error:  # every kind of it is a finding, reported with the point's name
        wrong = [_told(error), *(it.bot.lines[-12:] if it else [])]
    points = it.points(life) if it else []
    reached = not case.end or case.end in points
    return Told(case, tuple(points), tuple(wrong), reached)


def _told(error: BaseException) -> str:
    """A group of errors is told by its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return "".join(traceback.format_exception(error)[-3:]).strip()[-3000:]


async def tell_all(folder: Path, nursery: Nursery, cases: Iterable[Case]) -> list[Told]:
    """Some at once. What a point makes of a story that never came by it this time is told once more."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, case: Case) -> Told:
        async with turn:
            told = await tell(folder / str(number), nursery, case)
            return told if told.reached else await tell(folder / f"{number}-again", nursery, case)

    return list(await asyncio.gather(*(one(number, case) for number, case in enumerate(cases))))


def facts(it: Town, ordered: int, approvals: int = 1) -> Facts:
    """What the world and Discord say, for the oracle."""
    worlds = {f"app/{env}": it.effects(env, "begin", "stop") for env in ("staging", "prod")}
    names = {one.key: frozenset(one.roles) for one in WORLD.people}
    return Facts(
        ledger=it.ledger,
        effects=[effect for target, lines in worlds.items() for effect in invariants.pretended(target, lines)],
        messages=[
            _message(one)
            for channel in ("deploys", "alerts", "fallback", "board")
            for one in it.discord.messages(channel)
            if one.content  # the notice of a pin has none
        ],
        serving={target: _serving(lines) for target, lines in worlds.items()},
        people={WORLD.ids()[name]: roles for name, roles in names.items()},
        ordered=ordered,
        approvals={"app/prod": approvals},
    )


def _message(seen: Seen) -> Message:
    return Message(seen.id, seen.content, footer(seen))


def _serving(lines: Sequence[Row]) -> str:
    """The version that the pretended platform serves after its last rollout: a stop and some faults keep the old."""
    found = FIRST
    stops = [line for line in lines if line["event"] == "stop"]
    for line in lines:
        if line["event"] == "begin" and not any(_stopped(line, stop) for stop in stops):
            kept = line["fail"] in ("step", "interrupted", "hang", "wrong_version")
            found = "f" * 40 if line["fail"] == "superseded" else found if kept else str(line["to"])
    return found


def _stopped(begun: Row, stop: Row) -> bool:
    """A stop that comes after the switch changes nothing: the bot was dead for too long."""
    return bool(stop["attempt"] == begun["attempt"] and stop["at"] < start_of(begun, "switch"))
