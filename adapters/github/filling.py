"""The inputs of a dispatch: placeholders of the configuration become values, each checked by its rule."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping

from bot.errors import AdapterError

NAMES = ("version", "sha", "attempt", "env", "service")
VERSIONED = frozenset({"version", "sha"})  # both are the full commit SHA of what is deployed
LONGEST = 1000  # characters of a value that a rule looks at


def checked(template: str) -> None:
    """Raises ValueError for a placeholder that nobody fills."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        raise ValueError("a brace stands alone; write {{ or }} for one that is meant") from None
    for _, name, spec, conversion in parts:
        if name is not None and (name not in NAMES or spec or conversion):
            known = ", ".join(f"{{{one}}}" for one in NAMES)
            raise ValueError(f"{{{name}}} is unknown; possible are {known}")


def names(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def pieces(template: str) -> Iterator[tuple[str, str | None]]:
    """(text, the placeholder behind it)."""
    for text, name, _, _ in string.Formatter().parse(template):
        yield text, name


def carries_version(inputs: Mapping[str, str]) -> bool:
    return any(names(template) & VERSIONED for template in inputs.values())


def carries_attempt(inputs: Mapping[str, str]) -> bool:
    return any("attempt" in names(template) for template in inputs.values())


def planned(inputs: Mapping[str, str], rules: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Everything but the attempt's id, which a plan does not know yet: it stays ``{attempt}``.

    Raises AdapterError("input_invalid") for a value that its rule does not take.
    """
    found = {name: template.format_map({**known, "attempt": "{attempt}"}) for name, template in inputs.items()}
    for name, rule in rules.items():
        sample = filled({name: found[name]}, "aaaaaaaa-1-1")[name]
        if len(sample) > LONGEST or not re.fullmatch(rule, sample):
            raise AdapterError("github", "input_invalid", retry=False, input=name, value=found[name][:100], rule=rule)
    return found


def filled(inputs: Mapping[str, str], attempt: str) -> dict[str, str]:
    """The values that are sent."""
    return {name: value.replace("{attempt}", attempt) for name, value in inputs.items()}
