"""Whatever stands in the file, it ends as a configuration or as lines that name a key; never as a traceback."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.config.test_typos import FILE, problems

ANYTHING = st.recursive(
    st.one_of(
        st.none().map(lambda _: ""), st.booleans(), st.integers(-(2**63), 2**63), st.floats(), st.text(max_size=20)
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


PLACES = list(places(FILE))[1:]


@given(st.sampled_from(PLACES), ANYTHING)
def test_any_value_in_any_place_is_taken_or_refused_by_a_line_with_its_key(
    place: tuple[str | int, ...], value: Any
) -> None:
    file = copy.deepcopy(FILE)
    table: Any = file
    for part in place[:-1]:
        table = table[part]
    table[place[-1]] = value
    found = problems(file)
    assert [line for line in found if "\n" in line or len(line) > 1000 or ": " not in line] == []
