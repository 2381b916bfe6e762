"""Any slip of a finger in any public key is refused, and the key that was meant is suggested."""

from __future__ import annotations

import copy
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from adapters import load as kinds
from bot.config.keys import dotted
from bot.config.loader import build
from bot.errors import ConfigErrors
from tests.config.files import ENVIRON
from tests.config.test_example import EXAMPLE

FILE = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
FREE = ("roles", "people", "services", "env", "versions", "environment", "checks")
"""Tables whose keys people choose themselves."""


def public(table: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every public key that the example uses."""
    if isinstance(table, Mapping):
        for key, value in table.items():
            if not path or path[-1] not in FREE:
                yield (*path, key)
            yield from public(value, (*path, key))
    elif isinstance(table, list):
        for index, value in enumerate(table):
            yield from public(value, (*path, index))


PLACES = list(public(FILE))
LETTERS = st.sampled_from(string.ascii_lowercase + "_")


@st.composite
def slips(draw: st.DrawFn, word: str) -> str:
    """One letter replaced, added, left out, or swapped with the next."""
    at, letter = draw(st.integers(0, len(word) - 1)), draw(LETTERS)
    before, here, after = word[:at], word[at], word[at + 1 :]
    swapped = before + after[:1] + here + after[1:]
    added = [before + letter + here + after, word + letter]
    return draw(st.sampled_from([before + letter + after, *added, before + after, swapped]))


def replaced(place: tuple[str | int, ...], key: str) -> dict[str, Any]:
    file = copy.deepcopy(FILE)
    table: Any = file
    for part in place[:-1]:
        table = table[part]
    assume(key not in table)
    table[key] = table.pop(place[-1])
    return file


def problems(file: dict[str, Any]) -> tuple[str, ...]:
    try:
        build(file, Path("config.toml"), kinds, ENVIRON)
    except ConfigErrors as errors:
        return errors.problems
    return ()


@given(st.data(), st.sampled_from(PLACES))
def test_a_typo_in_any_public_key_is_refused_with_the_key_suggested(
    data: st.DataObject, place: tuple[str | int, ...]
) -> None:
    meant = str(place[-1])
    typed = data.draw(slips(meant))
    assume(typed and typed != meant)
    key = dotted((*place[:-1], typed))
    lines = problems(replaced(place, typed))
    said = [line for line in lines if line.startswith(f"{key}: ") and f'"{meant}"' in line]
    assert said, lines


def test_the_example_has_public_keys_of_every_table() -> None:
    assert {place[0] for place in PLACES} >= {"discord", "roles", "web", "oncall", "people", "services"}
    assert len(PLACES) > 80
