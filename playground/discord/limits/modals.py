"""Modals: title, custom id and one to five inputs, each in a row of its own or under a label."""

from playground.discord.errors import Json
from playground.discord.limits.components import (
    INPUT,
    LABEL,
    ROW,
    SELECTS,
    TEXT,
    check_custom_id,
    check_distinct,
    check_select,
)
from playground.discord.limits.problems import Path, Problems, words

INPUT_KEYS = words("type id custom_id style label min_length max_length required value placeholder")


def check_modal(data: Json) -> None:
    problems = Problems()
    problems.unknown(("data",), data, frozenset({"custom_id", "title", "components"}))
    check_custom_id(problems, ("data",), data)
    problems.length(("data", "title"), data.get("title"), 1, 45)
    rows = data.get("components") or []
    problems.length(("data", "components"), rows, 1, 5)
    for place, row in enumerate(rows):
        _check_part(problems, ("data", "components", place), row)
    check_distinct(problems, rows)
    problems.check()


def _check_part(problems: Problems, path: Path, row: Json) -> None:
    if row.get("type") == ROW:
        inside = row.get("components") or []
        problems.length((*path, "components"), inside, 1, 1)
        for one in inside:
            problems.length((*path, "components", 0, "label"), one.get("label"), 1, 45)
            _check_input(problems, (*path, "components", 0), one)
    elif row.get("type") == LABEL:
        problems.length((*path, "label"), row.get("label"), 1, 45)
        if row.get("description") is not None:
            problems.length((*path, "description"), row["description"], 0, 100)
        _check_input(problems, (*path, "component"), row.get("component") or {})
    elif row.get("type") != TEXT:
        problems.choice((*path, "type"), "(1, 10, 18)")


def _check_input(problems: Problems, path: Path, one: Json) -> None:
    if one.get("type") in SELECTS:
        check_select(problems, path, one)
        return
    if one.get("type") != INPUT:
        problems.choice((*path, "type"), "(3, 4, 5, 6, 7, 8)")
        return
    problems.unknown(path, one, INPUT_KEYS)
    check_custom_id(problems, path, one)
    if one.get("style") not in (1, 2):
        problems.choice((*path, "style"), "(1, 2)")
    low, high = one.get("min_length") or 0, one.get("max_length") or 4000
    if not 0 <= low <= high <= 4000:
        problems.add((*path, "max_length"), "NUMBER_TYPE_RANGE", "0 ≤ min_length ≤ max_length ≤ 4000.")
    if one.get("placeholder") is not None:
        problems.length((*path, "placeholder"), one["placeholder"], 0, 100)
    if one.get("value") is not None:
        problems.length((*path, "value"), one["value"], 0, 4000)
