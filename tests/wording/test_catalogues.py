"""The two catalogues: equal in shape, readable, and complete for every code that the code can say."""

from __future__ import annotations

import re

import pytest

from adapters.ssh import codes as ssh
from bot.cards.buttons import label
from bot.model import Language
from bot.wording import has, text
from bot.wording.catalogue import CATALOGUES, MOMENTS, is_content, placeholders
from bot.wording.inert import Trusted

KO, EN = CATALOGUES["ko"], CATALOGUES["en"]
PARTICLE = re.compile(r"\}[*_`~\")\]]*(을|를|이|가|은|는|와|과|으로|로|이나|나|이라|라)(?=[\s.,·:]|$)")
LONG = "feature/a-very-long-branch-name-that-nobody-shortened-in-time"


def test_both_languages_have_the_same_keys() -> None:
    assert list(KO) == list(EN)


def test_both_languages_have_the_same_placeholders() -> None:
    assert [key for key in EN if placeholders(KO[key]) != placeholders(EN[key])] == []


def test_no_korean_particle_stands_directly_behind_a_variable() -> None:
    assert [key for key in KO if PARTICLE.search(KO[key])] == []


def test_the_particle_rule_sees_through_markup() -> None:
    assert PARTICLE.search("`{to}`을 배포")
    assert PARTICLE.search("**{to}**로 롤백")
    assert not PARTICLE.search("{to} 버전이 실행 중")


IMPOLITE = re.compile(r"(?<!니)다\.|(?<!세)요\.|\{(duration|left|usual|took)\} ?간")


def test_korean_sentences_are_polite() -> None:
    """합니다체, 해 주세요, and no 간 behind a duration."""
    assert [key for key in KO if IMPOLITE.search(KO[key])] == []
    assert all(IMPOLITE.search(said) for said in ("배포한다.", "눌러요.", "{left}간 기다림"))


def test_korean_titles_end_in_a_noun() -> None:
    titles = [key for key in KO if "title" in key.split(".")]
    assert [key for key in titles if re.search(r"(니다|세요|\.)$", KO[key])] == []


def test_the_word_for_checking_is_kept_for_unknown_results() -> None:
    allowed = ("unknown", "handover.unknown", "phase", "button.look")
    assert [key for key in KO if "확인" in KO[key] and not key.startswith(allowed)] == []


def test_english_never_says_since_a_relative_time() -> None:
    assert [key for key in EN if "since {" in EN[key]] == []


def test_a_content_is_one_line_without_timestamps() -> None:
    for catalogue in (KO, EN):
        contents = {key: said for key, said in catalogue.items() if is_content(key)}
        assert len(contents) > 40
        assert [key for key, said in contents.items() if placeholders(said) & MOMENTS or "<t:" in said] == []
        assert [key for key, said in contents.items() if "\n" in said] == []


def test_an_answer_with_timestamps_has_a_line_without() -> None:
    answers = [key for key in EN if key.split(".")[0] in ("refuse", "notice", "lock", "adapter")]
    timed = [key for key in answers if placeholders(EN[key]) & MOMENTS]
    assert "refuse.locked" in timed
    assert [key for key in timed if not has(f"{key}.content")] == []


@pytest.mark.parametrize("lang", CATALOGUES)
@pytest.mark.parametrize("key", [key for key in EN if key.startswith("button.")])
def test_a_button_stays_short_with_the_longest_value(lang: Language, key: str) -> None:
    names = placeholders(EN[key])
    shown = label(lang, key, **dict.fromkeys(names, LONG))
    assert 0 < len(shown) <= 34
    assert all(f"{{{name}}}" not in shown for name in names)
    assert not names or "…" in shown


def test_a_cut_button_keeps_the_words_around_the_value() -> None:
    assert label("ko", "button.rollback", version=LONG).endswith(" 버전으로 롤백")
    assert label("en", "button.confirm", env="prod") == "Deploy to prod"
    assert label("en", "button.rollback", version="a_b*c") == "Roll back to a_b*c"


@pytest.mark.parametrize("lang", CATALOGUES)
@pytest.mark.parametrize("key", [key for key in EN if key.startswith(("command.", "option."))])
def test_a_description_fits_into_discords_menu(lang: Language, key: str) -> None:
    shown = text(lang, key)
    assert 0 < len(shown) <= 100
    assert not placeholders(shown)


@pytest.mark.parametrize("key", [key for key in EN if key.startswith("modal.")])
def test_a_form_fits_into_discords_limits(key: str) -> None:
    limit = 100 if key.endswith("hint") else 45
    assert max(len(KO[key]), len(EN[key])) <= limit


@pytest.mark.parametrize("lang", CATALOGUES)
def test_every_text_can_be_filled(lang: Language) -> None:
    for key in EN:
        shown = text(lang, key, **dict.fromkeys(placeholders(EN[key]), Trusted("x")))
        assert shown, key
        assert not set("{}") & set(shown), key


SHORT = ("title", "content", "forwarding_off", "self", "gone", "running")


def test_a_refusal_says_more_than_that_it_refuses() -> None:
    """What happened, what is true now, what to do: never one bare sentence."""
    refusals = [key for key in EN if key.startswith("refuse.")]
    refusals += [f"adapter.ssh.{code}" for code in (*ssh.ERRORS, *ssh.FINDINGS, *ssh.FAILURES)]
    whole = [key for key in refusals if not set(key.split(".")) & set(SHORT)]
    for catalogue in (KO, EN):
        assert [key for key in whole if len(re.findall(r"[.)](?= |$)", catalogue[key])) < 2] == []


def test_the_texts_of_the_design_stand_as_they_were_decided() -> None:
    assert EN["fail.untouched.title"] == "{title} deploy failed - previous version still healthy"
    assert KO["fail.broken.title"] == "{title} 배포 실패 - 수동 롤백 필요"
    assert EN["unknown.title"] == "{title} deploy - result needs checking"
    assert KO["success.version"] == "버전: {from} → {to} (실행 버전 검증됨)"
    assert EN["approval.how"].endswith("The requester cannot approve.")
    assert KO["button.settle"] == "결과 확정"
    assert EN["refuse.ledger"] == "The request could not be recorded, so it was not accepted. Nothing was started."
    assert KO["stop.confirm"] == "지금 중단하면: {effect}"
