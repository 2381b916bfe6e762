"""Discord's limits, counted; what is over-long becomes a file and never a lost message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import fit, problems
from bot.cards.limits import ATTACHED, DESCRIPTION, EMBED, FILE_UNITS, units
from bot.model import Button, Card, File, Option, Select

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LONG = TEXT.flatmap(lambda seed: st.integers(0, 120).map(lambda n: (seed or "x🚀") * n))
LINE = LONG.map(lambda text: text.replace("\n", " "))


@given(
    content=LINE.map(lambda text: "x" + text),
    title=LONG,
    lines=st.lists(LONG, max_size=30),
    footer=LONG,
    labels=st.lists(LINE.map(lambda text: "y" + text), max_size=40),
    options=st.lists(LINE.map(lambda text: "z" + text), max_size=40),
)
def test_any_card_fits_and_nothing_is_lost(
    content: str, title: str, lines: list[str], footer: str, labels: list[str], options: list[str]
) -> None:
    card = fit(
        Card(
            content=" ".join(content.split()),
            title=title,
            lines=tuple(lines),
            footer=footer,
            buttons=tuple(Button("stop", label, ref="1" * 26) for label in labels),
            selects=(Select("pick", title, tuple(Option("v", one, one) for one in options)),) if options else (),
        )
    )
    assert problems(card) == []
    whole = "\n".join(lines)
    if tuple(lines) != card.lines:
        assert card.files[0].name == ATTACHED
        assert units(whole) > DESCRIPTION
        assert card.lines[-1] == f"… 📎 {ATTACHED}"


@pytest.mark.parametrize("n", [1, DESCRIPTION - 1, DESCRIPTION])
def test_a_description_that_fits_is_left_alone(n: int) -> None:
    card = fit(Card("x", lines=("y" * n,)))
    assert card.lines == ("y" * n,)
    assert card.files == ()


def test_a_line_too_many_goes_into_the_file_with_all_others() -> None:
    lines = tuple(f"{n:04} " + "y" * 95 for n in range(60))
    card = fit(Card("x", lines=lines))
    assert card.files[0].text == "\n".join(lines)
    assert card.lines[:-1] == lines[: len(card.lines) - 1]
    assert len(card.lines) > 30


def test_a_single_endless_line_is_cut_and_attached() -> None:
    card = fit(Card("x", lines=("y" * 5000,)))
    assert card.lines[0].startswith("yyy")
    assert card.files[0].text == "y" * 5000
    assert problems(card) == []


def test_discord_counts_a_rocket_twice_and_so_do_we() -> None:
    assert units("🚀a한") == 4
    assert problems(Card("x", lines=("🚀" * 2049,))) == ["description: 4098 > 4096"]


def test_a_footer_keeps_its_end_where_the_marker_is() -> None:
    assert fit(Card("x", footer="y" * 3000 + "#128·k3v9·card")).footer.endswith("#128·k3v9·card")


def test_a_long_file_keeps_its_end_and_loses_its_secrets() -> None:
    card = fit(Card("x", files=(File("a.log", "password=hunter22\n" + "y" * FILE_UNITS + "the end"),)))
    assert card.files[0].text.endswith("the end")
    assert len(card.files[0].text) <= FILE_UNITS
    assert "hunter22" not in fit(Card("x", files=(File("a", "password=hunter22"),))).files[0].text


def test_selects_take_rows_from_the_buttons() -> None:
    buttons = tuple(Button("stop", "x") for _ in range(30))
    select = Select("pick", "p", (Option("v", "l"),))
    assert len(fit(Card("x", buttons=buttons)).buttons) == 25
    assert len(fit(Card("x", buttons=buttons, selects=(select,))).buttons) == 20


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (Card("x" * 2001), "content: 2001 > 2000"),
        (Card(" "), "content is empty"),
        (Card("a\nb"), "content has more than one line"),
        (Card("x", title="t" * 257), "title: 257 > 256"),
        (Card("x", footer="f" * 2049), "footer: 2049 > 2048"),
        (Card("x", title="t" * 200, lines=("d" * 4000,), footer="f" * 2000), f"embed: 6200 > {EMBED}"),
        (Card("x", buttons=(Button("a", "b" * 35),)), "label: 35 > 34"),
        (Card("x", buttons=(Button("a", ""),)), "a label is empty"),
        (Card("x", buttons=tuple(Button("a", "b") for _ in range(26))), "buttons: 26 > 25"),
        (Card("x", buttons=(Button("a", "b", ref="r" * 100),)), "custom_id: 108 > 100"),
        (Card("x", selects=(Select("a", "p", tuple(Option("v", "l") for _ in range(26))),)), "options: 26 > 25"),
        (Card("x", selects=(Select("a", "p", (Option("v", "l" * 101),)),)), "option label: 101 > 100"),
        (Card("x", selects=(Select("a", "p", (Option("v", "l", "d" * 101),)),)), "option description: 101 > 100"),
        (Card("x", files=tuple(File("a", "b") for _ in range(11))), "files: 11 > 10"),
    ],
)
def test_each_limit_is_noticed(card: Card, problem: str) -> None:
    assert problems(card) == [problem]
    if card.content.strip() and "\n" not in card.content and card.buttons != (Button("a", ""),):
        assert [one for one in problems(fit(card)) if "custom_id" not in one] == []
