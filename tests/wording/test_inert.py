"""Text from outside does nothing (SAFETY: Text): whatever it is, it neither pings, links, formats nor hides."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import redact
from bot.wording import Trusted, code, fence, inert, mention, mention_role, plain, text
from tests.wording.hostile import HOSTILE, alive, invisible, markdown


@given(raw=HOSTILE)
@example("[a](https://b)")
@example("\\" * 7 + "[x](y)")
@example("\u1fef`\u1fef")
def test_inert_text_does_nothing_at_all(raw: str) -> None:
    shown = inert(raw)
    assert alive(shown) == []
    assert markdown(shown) is None
    assert invisible(shown) == []


@given(raw=HOSTILE, limit=st.integers(1, 80))
def test_inert_text_is_one_line_of_limited_length(raw: str, limit: int) -> None:
    shown = inert(raw, limit)
    assert len(plain(raw, limit)) <= limit
    assert len(shown) <= 2 * limit
    assert len(shown.splitlines()) <= 1


@given(raws=st.lists(HOSTILE, min_size=2, max_size=4))
def test_inert_texts_side_by_side_make_nothing_together(raws: list[str]) -> None:
    shown = " · ".join(inert(raw) for raw in raws)
    assert alive(shown) == []
    assert markdown(shown) is None


@given(raw=HOSTILE)
def test_code_cannot_be_left_from_inside(raw: str) -> None:
    shown = code(raw)
    assert shown.count("`") == 2
    assert shown[0] == shown[-1] == "`"
    assert len(shown) > 2
    assert not re.search("<@|<#|@everyone|@here", shown)
    assert invisible(shown) == []


@given(raws=st.lists(HOSTILE, max_size=5))
def test_a_block_of_log_lines_cannot_be_closed_or_coloured(raws: list[str]) -> None:
    shown = fence(raws)
    assert shown.startswith("```\n")
    assert shown.count("`") == 6
    assert "\x1b" not in shown
    assert len(shown.split("\n")) == len(raws) + 2 + (not raws)


@given(raw=HOSTILE)
def test_labels_show_only_what_can_be_seen(raw: str) -> None:
    assert invisible(plain(raw)) == []


@given(raw=HOSTILE)
def test_every_text_fact_is_made_inert_without_being_asked(raw: str) -> None:
    shown = text("en", "plan.reason", reason=raw)
    assert alive(shown) == []
    assert markdown(shown.removeprefix("Reason: ")) is None


def test_trusted_text_passes_once_and_cut_text_is_plain_again() -> None:
    assert inert(mention("123456789012345678")) == "<@123456789012345678>"
    assert "<@" not in inert(mention("123456789012345678")[:21])
    assert not isinstance(Trusted("a") + "b", Trusted)


def test_inert_text_is_not_escaped_twice() -> None:
    assert text("en", "plan.reason", reason=inert("a*b")) == r"Reason: a\*b"


@pytest.mark.parametrize("user", ["", "12a", "1> @everyone", "１２３", "-1", "1" * 21])
def test_a_mention_takes_an_id_and_nothing_else(user: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        mention(user)
    with pytest.raises(ValueError, match="digits"):
        mention_role(user)


@pytest.mark.parametrize(
    "name",
    ["fix: missing LoRA response", "feature/snake_case_name", "v1.2.3-rc.1", "9c1e0aa", "김지은", "a < b", "50%"],
)
def test_ordinary_text_stays_readable(name: str) -> None:
    assert inert(name) == name.replace("<", "‹")
    assert plain(name) == name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m \x1b]8;;https://e\x07link\x1b]8;;\x07", "red link"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
        ("e" + "\u0301\u0302\u0303" * 20, "\u00e9\u0302\u0303"),
        ("a\n\n b\t\u2028c", "a b c"),
        ("# heading", r"\# heading"),
        ("-# small", r"\-# small"),
        ("- item", r"\- item"),
        ("> quote", "› quote"),
    ],
)
def test_what_is_left_is_what_a_person_would_have_read(raw: str, shown: str) -> None:
    assert inert(raw) == shown


def test_secrets_are_taken_out_before_an_escape_could_hide_them() -> None:
    redact.register("hush*hush_hush*hush")
    for make in (plain, inert, code):
        assert "hush" not in make("the key is hush*hush_hush*hush.")
    assert "hush" not in inert("the key is hush*hu\u200bsh_hush*hush.")
    assert "hush" not in fence(["hush*hush_hush*hush"])
