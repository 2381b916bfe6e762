"""Turns an iCalendar text on stdin into a JSON list of who-it-says, from when, until when. A program of its own.

Somebody else writes the calendar, and a rule of a few bytes can repeat for ever (python-dateutil, issue 1441): so this
runs outside of the bot, with the system's limits on time and memory, and is killed when they are reached. It imports
nothing of ours. RFC 5545: recurrences, EXDATE, RECURRENCE-ID and VTIMEZONE are the libraries' business.

    python expand.py BEGIN END ZONE       epoch seconds, and the zone of times that name none
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event

SECONDS, BYTES = 10, 512 * 1024 * 1024
MOST = 2000  # occurrences in the window
TEXT = 2000  # characters of one event
TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
MANY_PARTS = 100


def main(begin: str, end: str, zone: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    calendar = Calendar.from_ical(sys.stdin.buffer.read())
    broken = _drop_broken(calendar)
    window = (datetime.fromtimestamp(float(at), UTC) for at in (begin, end))
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    found = sorted(_shifts(query.between(*window), ZoneInfo(zone)))
    json.dump({"shifts": found[:MOST], "broken": broken, "left": max(len(found) - MOST, 0)}, sys.stdout)


def _drop_broken(calendar: Calendar) -> int:
    """Events that cannot be read, or that repeat too often for people: taken out one by one, and counted."""
    kept = [one for one in calendar.subcomponents if not isinstance(one, Event) or _sound(one)]
    dropped = len(calendar.subcomponents) - len(kept)
    calendar.subcomponents = kept
    return dropped


def _sound(event: Event) -> bool:
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    return not event.errors and "DTSTART" in event and all(_is_bounded(rule) for rule in rules)


def _is_bounded(rule: Mapping[str, list[Any]]) -> bool:
    parts = sum(len(values) for name, values in rule.items() if name.startswith("BY"))
    often = {str(one).upper() for one in rule.get("FREQ", [])} & TOO_OFTEN
    return not often and parts <= MANY_PARTS and all(int(one) > 0 for one in rule.get("INTERVAL", [1]))


def _shifts(events: list[Event], zone: ZoneInfo) -> Iterator[tuple[float, float, str]]:
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        since, until = (_instant(moment, zone) for moment in (event.start, event.end))
        if since < until:
            yield since, until, _text(event)


def _instant(moment: date, zone: ZoneInfo) -> float:
    """A day begins at midnight there; a time without a zone is local."""
    found = moment if isinstance(moment, datetime) else datetime.combine(moment, time(), zone)
    return (found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()


def _text(event: Event) -> str:
    guests = event.get("ATTENDEE", [])
    guests = guests if isinstance(guests, list) else [guests]
    lines = [event.get("SUMMARY", ""), event.get("DESCRIPTION", ""), *guests]
    return "\n".join(str(line) for line in lines)[:TEXT]


if __name__ == "__main__":
    main(*sys.argv[1:])
