"""What people are told of GitHub's record: recorded, not yet, or not at all and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.board.story import line, of_deploy
from bot.cards import history_card, status_card, why_card
from bot.ledger import audit, deploys
from bot.ledger.told import standing
from bot.model import Hindrance, Language, Outcome, Standing, Verdict
from bot.records import BY_HAND, KEPT
from tests.cards.test_status_card import a_row
from tests.records.pages import error
from tests.records.test_records import Office, office

__all__ = ["office"]
FORBIDDEN = {"permission": "deployments=write", "message": "no", "what": "acme/app deployments"}


async def stands(office: Office, number: int = 1) -> Standing | None:
    return (await office.ledger.read(standing, [number])).get(number)


async def told(office: Office, lang: Language = "en", number: int = 1) -> list[str]:
    """Lines of /why that speak of GitHub."""
    deploy = await office.ledger.read(deploys.get, number)
    assert deploy is not None
    view = of_deploy(deploy, await office.ledger.read(audit.of, number), {})
    view = replace(view, record=await stands(office, number))
    return [one for one in why_card(view, lang, office.time).lines if "GitHub" in one]


async def test_what_could_not_be_told_yet_says_why_once_however_often_it_is_tried(office: Office) -> None:
    refused = error("forbidden", retry=False, **FORBIDDEN)
    office.pages.faults.extend([refused, refused, refused])
    office.story.intended()
    for _ in range(3):
        await office.looked()
        office.time += BY_HAND + 1
    assert await stands(office) == Standing(None, "in_progress", Hindrance("github", "forbidden", FORBIDDEN))
    tried, now = await told(office)
    assert (
        "could not tell GitHub yet (in progress): GitHub refuses it to this token. Permission needed: deployments=write"
        in tried
    )
    assert now.startswith("⚠️ GitHub's pages: nothing yet · not told yet: in progress · ")
    assert "deployments=write" in now
    await office.looked()
    assert await stands(office) == Standing("in_progress")
    assert (await told(office))[-1] == "GitHub's pages: in progress"


async def test_every_state_that_was_told_stands_in_the_audit_log(office: Office) -> None:
    office.story.succeeded()
    await office.looked()
    rows = [row.facts["state"] for row in await office.ledger.read(audit.of, 1) if row.action == "recorded"]
    assert rows == ["in_progress", "success"]
    assert (await told(office, "ko"))[-1] == "GitHub 페이지: 성공"


async def test_what_was_given_up_stays_said_until_something_later_is_told(office: Office) -> None:
    office.pages.faults.append(error("refused", retry=False, status=422, message="No ref found"))
    office.story.intended()
    await office.looked()
    found = await stands(office)
    assert found is not None
    assert (found.told, found.owed, found.given_up) == (None, "in_progress", True)
    given_up, now = await told(office)
    assert "gave up telling GitHub (in progress): " in given_up
    assert now.startswith("⚠️ GitHub's pages: nothing yet · given up: in progress · ")


async def test_a_deploy_that_is_not_recorded_says_nothing(office: Office) -> None:
    office.anew()
    office.story.confirmed()
    assert (await stands(office), await told(office)) == (None, [])


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_history_marks_only_what_github_does_not_know(office: Office, lang: Language) -> None:
    office.story.succeeded(letter="b")
    await office.looked()
    office.pages.faults.append(error("forbidden", retry=False, **FORBIDDEN))
    office.story.settle(office.story.running(letter="c"), Verdict.FAILED, outcome=Outcome.UNTOUCHED)
    await office.looked()
    found = await office.ledger.read(standing, [1, 2])
    both = [await office.ledger.read(deploys.get, number) for number in (1, 2)]
    rows = [line(one, None, found.get(one.number)) for one in both if one]
    well, ill = history_card(rows, lang, office.time).lines
    assert "⚠️" not in well
    assert ill.endswith({"en": " · ⚠️ not on GitHub yet", "ko": " · ⚠️ 아직 GitHub에 없음"}[lang])
    office.time += KEPT + 1_000
    office.pages.faults.extend([error("forbidden", retry=False, **FORBIDDEN)] * 2)
    await office.looked()
    rows = [line(one, None, await stands(office, one.number)) for one in both if one]
    end = {"en": " · ⚠️ not on GitHub", "ko": " · ⚠️ GitHub에 없음"}[lang]
    assert history_card(rows, lang, office.time).lines[-1].endswith(end)


def test_status_tells_it_of_one_target_and_among_others_only_where_it_is_in_trouble() -> None:
    well = a_row(record=(128, Standing("success")))
    ill = a_row(record=(128, Standing("success", "inactive", Hindrance("", "record_slow"))))
    said = "#128 · GitHub's pages: success"
    assert said in status_card([well], "en", 0.0).lines
    assert said not in status_card([well, well], "en", 0.0).lines
    (line_,) = [one for one in status_card([well, ill], "en", 0.0).lines if "GitHub" in one]
    assert (
        line_ == "#128 · ⚠️ GitHub's pages: success · not told yet: inactive · GitHub took too long. It is tried again."
    )


async def test_a_row_that_an_earlier_version_wrote_can_still_be_read(office: Office) -> None:
    office.story.intended()
    office.story.db.execute("UPDATE outbox SET error = ?", ["forbidden permission='deployments'"])
    assert await stands(office) == Standing(None, "in_progress", Hindrance("", "forbidden"))
    assert (await told(office))[-1].startswith("⚠️ GitHub's pages: nothing yet")
