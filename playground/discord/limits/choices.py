"""Autocomplete answers: at most 25 choices of the option's own type (Discord's "Autocomplete")."""

from playground.discord.errors import Json
from playground.discord.limits.problems import Problems

CHOICES, NAME, VALUE = 25, 100, 100
PYTHON: dict[int, type | tuple[type, ...]] = {3: str, 4: int, 10: (int, float)}


def focused(options: list[Json]) -> Json | None:
    """The option that the person is typing, at any depth of sub-commands."""
    for one in options:
        inner = focused(one.get("options") or [])
        if one.get("focused") or inner:
            return inner or one
    return None


def check_choices(data: Json, asked: Json) -> None:
    problems = Problems()
    choices = data.get("choices") or []
    option = focused(asked.get("options") or []) or {"type": 3}
    problems.length(("data", "choices"), choices, 0, CHOICES)
    for place, one in enumerate(choices):
        path = ("data", "choices", place)
        problems.unknown(path, one, frozenset({"name", "value", "name_localizations"}))
        problems.length((*path, "name"), one.get("name"), 1, NAME)
        if not isinstance(one.get("value"), PYTHON[option["type"]]):
            problems.add((*path, "value"), "BASE_TYPE", f"Does not fit an option of type {option['type']}.")
        elif isinstance(one["value"], str):
            problems.length((*path, "value"), one["value"], 1, VALUE)
    problems.check()
