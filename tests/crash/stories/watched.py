"""After the verification a metric is watched: it is fine, it is not, or a person has to say what becomes of it."""

from __future__ import annotations

from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.town import Town

FINE = {"error_rate": "0.004", "requests": "812"}


async def a_metric_stays_within_its_bound(town: Town) -> int:
    town.metrics.answers = FINE
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    return 1


async def a_metric_says_no_and_the_old_version_is_put_back(town: Town) -> int:
    town.metrics.answers = FINE
    assert await town.verdict(await town.order(town.jieun, "deploy", "staging", version="v1")) == "succeeded"
    town.metrics.answers = {**FINE, "error_rate": "0.2"}
    number = await town.order(town.jieun, "deploy", "staging", version="v2")
    assert await town.verdict(number) == "rolled_back"
    return 2


async def a_metric_is_absent_and_a_person_watches_on_and_keeps_it(town: Town) -> int:
    """An answer that is lost is asked for again: a second *Watch on* finds that nobody is asked any more."""
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    await town.phase(number, "watching")
    card = await town.card_of(number)
    await town.shows(card, "keep")
    await town.clicked(town.jieun, card, "watch_on")
    await town.come_true(lambda: town.rows("SELECT 1 FROM audit WHERE action = 'watch_on'"), "nobody watches on")
    while not town.deploy_row(number)["verdict"]:
        await town.shows(card, "keep", "diff")
        await town.filled(town.haneul, card, "keep", reason="nobody uses it at night")
    assert await town.verdict(number) == "succeeded"
    assert town.deploy_row(number)["code"] == "kept_by_person"
    (version,) = town.rows("SELECT how FROM versions WHERE deploy = ?", number)
    assert version["how"] == "observed"
    return 1


WATCHED = (
    Story(a_metric_stays_within_its_bound, Options(watched=True)),
    Story(a_metric_says_no_and_the_old_version_is_put_back, Options(watched=True, auto_rollback=True)),
    Story(a_metric_is_absent_and_a_person_watches_on_and_keeps_it, Options(watched=True)),
)
