"""What a dispatch may say: GitHub's own checks of the inputs, in its words."""

import json
from collections.abc import Mapping

from playground.github.errors import invalid
from playground.github.repository.workflow import Input, Recipe

MOST = 25


def checked(recipe: Recipe, given: Mapping[str, object]) -> dict[str, str]:
    """The inputs as text, defaults left out. Raises 422."""
    if len(given) > MOST:
        raise invalid(f"Invalid request.\n\nNo more than {MOST} properties are allowed; {len(given)} were supplied.")
    unknown = [name for name in given if name not in recipe.inputs]
    if unknown:
        raise invalid(f"Unexpected inputs provided: {json.dumps(unknown)}")
    for one in recipe.inputs.values():
        if one.required and not one.default and _text(given.get(one.name)) == "":
            raise invalid(f"Required input '{one.name}' not provided")
    return {name: _allowed(recipe.inputs[name], _text(value)) for name, value in given.items()}


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _allowed(one: Input, value: str) -> str:
    allowed = ("true", "false") if one.type == "boolean" else one.options if one.type == "choice" else ()
    if allowed and value not in allowed:
        raise invalid(f"Provided value '{value}' for input '{one.name}' not in the list of allowed values")
    if one.type == "number" and not _is_number(value):
        raise invalid(f"Provided value '{value}' for input '{one.name}' is not a number")
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
