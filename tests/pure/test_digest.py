"""What is confirmed is what is started: every field of a plan is in its digest or named as out."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from bot.model import Kind, Plan, Target, Version
from bot.plan.digest import IN_DIGEST, digest, moved

PLAN = Plan(
    format=1,
    number=128,
    epoch="abcdefgh",
    kind=Kind.DEPLOY,
    target=Target("ai-server", "prod"),
    adapter="ssh",
    from_id="a" * 40,
    to_id="b" * 40,
    effect={"layout": "releases"},
    policy={"deploy": ["1"]},
    gates={},
    section={"unit": "app"},
    requester="1",
)
OTHER: dict[str, Any] = {
    "format": 2,
    "number": 129,
    "epoch": "hgfedcba",
    "kind": Kind.ROLLBACK,
    "target": Target("ai-server", "staging"),
    "adapter": "dry_run",
    "from_id": None,
    "to_id": "c" * 40,
    "effect": {"layout": "in_place"},
    "policy": {"deploy": ["2"]},
    "gates": {"soak": 60},
    "section": {"unit": "other"},
    "requester": "2",
    "emergency": True,
    "model": "llama-9",
}
OUT = {
    "digest", "before", "to", "requester_name", "wanted", "reason", "created_at", "expires_at", "commits", "findings",
    "expected", "samples", "downtime", "back", "recorded", "current", "proof", "lock", "freeze", "same", "first",
    "left", "unlocks", "answers", "authors", "origin", "ran", "comes", "once", "apart",
}  # fmt: skip


def test_every_field_of_a_plan_is_in_the_digest_or_named_as_out() -> None:
    assert {field.name for field in fields(Plan)} == set(IN_DIGEST) | OUT
    assert not set(IN_DIGEST) & OUT


@pytest.mark.parametrize("name", IN_DIGEST)
def test_another_value_of_a_field_inside_is_another_digest(name: str) -> None:
    other = replace(PLAN, **{name: OTHER[name]})
    assert digest(other) != digest(PLAN)
    assert moved(PLAN, other) == (name,)


def test_texts_times_and_estimates_do_not_change_the_digest() -> None:
    other = replace(PLAN, reason="hotfix", created_at=9.0, expected=3.0, to=Version("b" * 40, "bbb"), wanted="main")
    assert digest(other) == digest(PLAN)
    assert moved(PLAN, other) == ()


def test_the_order_of_keys_does_not_matter_but_types_do() -> None:
    one = replace(PLAN, section={"a": 1, "b": 2})
    assert digest(one) == digest(replace(PLAN, section={"b": 2, "a": 1}))
    assert digest(one) != digest(replace(PLAN, section={"a": "1", "b": 2}))


def test_two_deploys_are_compared_without_their_numbers() -> None:
    assert moved(PLAN, replace(PLAN, number=130), numbered=False) == ()


def test_a_rollback_does_not_care_that_the_bad_version_has_stopped_running_meanwhile() -> None:
    shown = replace(PLAN, kind=Kind.ROLLBACK)
    assert moved(shown, replace(shown, from_id=None)) == ()
    assert moved(shown, replace(shown, from_id="d" * 40)) == ("from_id",)
    assert moved(PLAN, replace(PLAN, from_id=None)) == ("from_id",)
