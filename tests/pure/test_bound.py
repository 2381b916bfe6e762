"""A bound holds for a number on its side, and for nothing that is no number."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.bound import bound


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("text", ["< 1", "<= 1", "> 1", ">= 1"])
def test_what_is_no_measurement_never_holds(text: str, value: float) -> None:
    assert not bound(text).holds(value)


@pytest.mark.parametrize("text", ["", "0.01", "< ", "<0,01", "= 1", "!= 1", "< nan", "< inf", "<< 1", "< 1 %", 3, None])
def test_what_is_no_bound_says_how_to_write_one(text: object) -> None:
    with pytest.raises(ValueError, match="is no bound; write one like"):
        bound(text)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_each_sign_is_the_usual_one(value: float, limit: float) -> None:
    found = {sign: bound(f"{sign} {limit:.6f}") for sign in ("<", "<=", ">", ">=")}
    at = found["<"].limit
    assert {sign: one.holds(value) for sign, one in found.items()} == {
        "<": value < at,
        "<=": value <= at,
        ">": value > at,
        ">=": value >= at,
    }
