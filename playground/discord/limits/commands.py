"""Application commands (Discord's "Application Command Structure")."""

import re
from typing import Any

from playground.discord.errors import Json
from playground.discord.limits.problems import Path, Problems, words

NAME = re.compile(r"^[-_'\w]{1,32}$")
COMMANDS, OPTIONS, CHOICES, SUM = 100, 25, 25, 8000
NESTED = frozenset({1, 2})
TYPED = frozenset({3, 4, 10})
LOCALES = words(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg ru uk hi th zh-CN "
    "ja zh-TW ko"
)
KNOWN = words(
    "id type name name_localizations description description_localizations options default_member_permissions "
    "dm_permission contexts integration_types nsfw default_permission handler"
)
OPTION = words(
    "type name name_localizations description description_localizations required choices options channel_types "
    "min_value max_value min_length max_length autocomplete"
)


def check_commands(commands: list[Json]) -> None:
    problems = Problems()
    problems.length((), commands, 0, COMMANDS)
    for place, one in enumerate(commands):
        _check_command(problems, (place,), one)
    names = [(one.get("type", 1), one.get("name")) for one in commands]
    if len(set(names)) < len(names):
        problems.add((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    problems.check()


def check_command(command: Json) -> None:
    problems = Problems()
    _check_command(problems, (), command)
    problems.check()


def _check_command(problems: Problems, path: Path, command: Json) -> None:
    problems.unknown(path, command, KNOWN)
    if command.get("type", 1) == 1:
        _check_names(problems, path, command)
    else:
        problems.length((*path, "name"), command.get("name"), 1, 32)
    _check_options(problems, (*path, "options"), command.get("options") or [])
    if _letters(command) > SUM:
        why = f"Command exceeds maximum size ({SUM})"
        problems.add(path, "APPLICATION_COMMAND_TOO_LARGE", why)


def _letters(one: Any) -> int:
    texts = [str(one.get(key) or "") for key in ("name", "description", "value") if isinstance(one.get(key), str)]
    inner = (one.get("options") or []) + (one.get("choices") or [])
    return sum(map(len, texts)) + sum(_letters(each) for each in inner)


def _check_names(problems: Problems, path: Path, one: Json) -> None:
    _check_name(problems, (*path, "name"), one.get("name"))
    problems.length((*path, "description"), one.get("description"), 1, 100)
    for locale, name in (one.get("name_localizations") or {}).items():
        _check_locale(problems, (*path, "name_localizations"), locale)
        _check_name(problems, (*path, "name_localizations", locale), name)
    for locale, text in (one.get("description_localizations") or {}).items():
        _check_locale(problems, (*path, "description_localizations"), locale)
        problems.length((*path, "description_localizations", locale), text, 1, 100)


def _check_locale(problems: Problems, path: Path, locale: str) -> None:
    if locale not in LOCALES:
        problems.choice((*path, locale), "Discord's locales")


def _check_name(problems: Problems, path: Path, name: object) -> None:
    if not isinstance(name, str) or not NAME.match(name) or name != name.lower():
        problems.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(problems: Problems, path: Path, options: list[Json]) -> None:
    problems.length(path, options, 0, OPTIONS)
    optional_before = False
    names = [one.get("name") for one in options]
    if len(set(names)) < len(names):
        problems.add(path, "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", "Option names must be unique")
    for place, one in enumerate(options):
        _check_option(problems, (*path, place), one)
        if one.get("required") and optional_before:
            why = "Required options must be placed before non-required options"
            problems.add((*path, place), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", why)
        optional_before |= not one.get("required") and one.get("type") not in NESTED


def _check_option(problems: Problems, path: Path, one: Json) -> None:
    problems.unknown(path, one, OPTION)
    _check_names(problems, path, one)
    if one.get("type") not in range(1, 12):
        problems.choice((*path, "type"), "(1 … 11)")
    if one.get("type") in NESTED:
        _check_options(problems, (*path, "options"), one.get("options") or [])
    choices = one.get("choices") or []
    problems.length((*path, "choices"), choices, 0, CHOICES)
    if one.get("autocomplete") and (choices or one.get("type") not in TYPED):
        why = "Autocomplete needs a text or number option without choices"
        problems.add((*path, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", why)
    for place, choice in enumerate(choices):
        problems.length((*path, "choices", place, "name"), choice.get("name"), 1, 100)
