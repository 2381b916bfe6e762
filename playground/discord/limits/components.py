"""Buttons and selects under a message (Discord's "Component Reference"); modals are in `modals`."""

from collections.abc import Iterator

from playground.discord.errors import Json
from playground.discord.limits.problems import Path, Problems, words

ROW, BUTTON, SELECT, INPUT, LABEL, TEXT = 1, 2, 3, 4, 18, 10
SELECTS = frozenset({3, 5, 6, 7, 8})
LINK, PREMIUM = 5, 6
ROWS, PER_ROW, OPTIONS = 5, 5, 25
CUSTOM_ID = (1, 100)
BUTTON_KEYS = words("type id style label emoji custom_id url disabled sku_id")
SELECT_KEYS = words(
    "type id custom_id options placeholder min_values max_values disabled required channel_types default_values"
)
OPTION_KEYS = words("label value description emoji default")


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, outer before inner."""
    for one in components:
        yield one
        yield from walk(one.get("components") or [])
        if "component" in one:
            yield from walk([one["component"]])


def check_rows(problems: Problems, rows: list[Json]) -> None:
    problems.length(("components",), rows, 0, ROWS)
    for place, row in enumerate(rows):
        path = ("components", place)
        if row.get("type") != ROW:
            problems.choice((*path, "type"), "(1,)")
            continue
        problems.unknown(path, row, frozenset({"type", "id", "components"}))
        _check_row(problems, (*path, "components"), row.get("components") or [])
    check_distinct(problems, rows)


def check_distinct(problems: Problems, rows: list[Json]) -> None:
    seen: set[str] = set()
    for one in walk(rows):
        custom_id = one.get("custom_id")
        if custom_id in seen:
            why = "Component custom id cannot be duplicated"
            problems.add(("components",), "COMPONENT_CUSTOM_ID_DUPLICATED", f"{why}: {custom_id}")
        if custom_id is not None:
            seen.add(custom_id)


def _check_row(problems: Problems, path: Path, inside: list[Json]) -> None:
    kinds = {one.get("type") for one in inside}
    problems.length(path, inside, 1, PER_ROW if kinds <= {BUTTON} else 1)
    for place, one in enumerate(inside):
        if one.get("type") == BUTTON:
            _check_button(problems, (*path, place), one)
        elif one.get("type") in SELECTS:
            check_select(problems, (*path, place), one)
        else:
            problems.choice((*path, place, "type"), "(2, 3, 5, 6, 7, 8)")


def _check_button(problems: Problems, path: Path, button: Json) -> None:
    problems.unknown(path, button, BUTTON_KEYS)
    if button.get("style") not in range(1, 7):
        problems.choice((*path, "style"), "(1, 2, 3, 4, 5, 6)")
    if button.get("style") == LINK:
        _check_link(problems, path, button)
    elif button.get("style") != PREMIUM:
        check_custom_id(problems, path, button)
        if button.get("url") is not None:
            problems.add((*path, "url"), "BUTTON_COMPONENT_URL_FORBIDDEN", "Only link buttons have a url.")
    if not button.get("label") and not button.get("emoji") and button.get("style") != PREMIUM:
        why = "A label or emoji is required"
        problems.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", why)
    if button.get("label") is not None:
        problems.length((*path, "label"), button["label"], 0, 80)


def _check_link(problems: Problems, path: Path, button: Json) -> None:
    if button.get("custom_id") is not None:
        why = "A custom id and url cannot both be specified"
        problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", why)
    url = button.get("url")
    if not url:
        problems.required((*path, "url"))
    elif not str(url).startswith(("http://", "https://", "discord://")):
        problems.add((*path, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https', 'discord').")
    else:
        problems.length((*path, "url"), url, 1, 512)


def check_custom_id(problems: Problems, path: Path, component: Json) -> None:
    if not component.get("custom_id"):
        problems.add(path, "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    else:
        problems.length((*path, "custom_id"), component["custom_id"], *CUSTOM_ID)


def check_select(problems: Problems, path: Path, select: Json) -> None:
    problems.unknown(path, select, SELECT_KEYS)
    check_custom_id(problems, path, select)
    if select.get("placeholder") is not None:
        problems.length((*path, "placeholder"), select["placeholder"], 0, 150)
    low, high = select.get("min_values", 1), select.get("max_values", 1)
    if not 0 <= low <= OPTIONS or not 1 <= high <= OPTIONS or low > high:
        problems.add((*path, "max_values"), "NUMBER_TYPE_RANGE", "0 ≤ min_values ≤ max_values ≤ 25 and max_values ≥ 1.")
    if select.get("type") == SELECT:
        _check_options(problems, (*path, "options"), select.get("options") or [])


def _check_options(problems: Problems, path: Path, options: list[Json]) -> None:
    problems.length(path, options, 1, OPTIONS)
    for place, one in enumerate(options):
        problems.unknown((*path, place), one, OPTION_KEYS)
        problems.length((*path, place, "label"), one.get("label"), 1, 100)
        problems.length((*path, place, "value"), one.get("value"), 1, 100)
        if one.get("description") is not None:
            problems.length((*path, place, "description"), one["description"], 0, 100)
    values = [one.get("value") for one in options]
    if len(set(values)) < len(values):
        why = "The specified option value is already used"
        problems.add(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", why)
