"""Names of jobs and steps are whatever somebody wrote into a file: on a card they do nothing."""

from __future__ import annotations

import pytest

from bot.cards.progress import _named_step
from bot.model import Language, Step
from bot.wording import show

HOSTILE = "@everyone [x](https://evil.example) <@1> `a` **b** \u202e"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_job_named_like_one_of_our_steps_is_still_a_job(lang: Language) -> None:
    assert show(lang, "step", "job:connect") != show(lang, "step", "connect")
    assert "connect" in show(lang, "step", "job:connect")


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("step", [Step(f"job:{HOSTILE}"), Step("job:deploy", detail=HOSTILE), Step(HOSTILE)])
def test_a_hostile_name_neither_pings_nor_links_nor_formats(lang: Language, step: Step) -> None:
    shown = _named_step(step, lang)
    assert not [bad for bad in ("@everyone", "<@", "https://", "\u202e", " [x]", "**b") if bad in shown]


def test_a_name_with_another_code_before_its_colon_is_only_a_name() -> None:
    assert show("en", "step", "queued:x") == "queued:x"
    assert show("en", "step", "detail:x") == "detail:x"
