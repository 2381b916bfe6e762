"""No answer of a gate without a text, no text without an answer."""

from __future__ import annotations

import pytest

from bot.gates.asking import ONE
from bot.gates.verified import NOW_BAD
from bot.wording import keys
from tests.wording.said import argument, calls, literals, named

SAYS = ("yes", "no", "not_yet", "said")
HANDED_ON = {
    *(("verified_in", code) for code in ("never", "observed", "withdrawn", "elsewhere", "busy", *NOW_BAD.values())),
    *(("evaluation", code) for code in ("unreadable", "too_big", "not_json", "shape", "no_threshold")),
    *(("metric", code) for code in ("within", "broken", "too_few", "absent", "nan", "infinite", "several")),
    *(("metric", code) for code in ("wrong_type", "garbled", "too_big", "partial", "rejected", "http")),
    *(("metric", code) for code in ("timeout", "unreachable")),
    *(("any", code) for code in ("slow", "refused", "broken", "redirect", "compressed", "too_big", "status")),
    ("any", "trouble"),
}
"""Codes that are not a literal where the answer is made."""


def made() -> set[tuple[str, str]]:
    """(gate, code) of every answer that is written out."""
    found = set()
    for where, call in calls():
        if where.startswith("bot/gates/") and named(call) in SAYS:
            gates = list(literals(argument(call, 0, "gate")))
            found |= {(gate, code) for gate in gates for code in literals(argument(call, 1, "code"))}
    return found | HANDED_ON


def texts() -> set[tuple[str, str]]:
    parts = [key.split(".") for key in keys() if key.startswith("gate.") and key.count(".") == 2]
    return {(gate, code) for _, gate, code in parts if gate not in ("says", "table")}


def test_every_answer_has_a_text() -> None:
    assert sorted(one for one in made() if one not in texts() and ("any", one[1]) not in texts()) == []


def test_no_text_of_an_answer_is_left_over() -> None:
    assert sorted(texts() - made()) == [("any", "other")]


@pytest.mark.parametrize("gate", ["verified_in", "soak", *ONE])
def test_every_gate_has_a_name(gate: str) -> None:
    assert f"gate.{gate}" in keys()
