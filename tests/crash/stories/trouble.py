"""What goes wrong after the intent, and what the people do then."""

from __future__ import annotations

from playground.discord import Seen
from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.town import Town, footer

SLOWLY = Options(seconds=0.3)


async def a_step_fails(town: Town) -> int:
    town.fault("staging", "step")
    number = await town.order(town.jieun, "deploy", "staging", version="bad")
    assert await town.verdict(number) == "failed"
    return 1


async def a_crash_loop_is_put_back(town: Town) -> int:
    await town.verdict(await town.order(town.jieun, "deploy", "staging", version="good"))
    town.fault("staging", "crash_loop")
    number = await town.order(town.jieun, "deploy", "staging", version="bad")
    assert await town.verdict(number) == "rolled_back"
    return 2


async def it_is_sick_and_well_later(town: Town) -> int:
    """Red by its health check; a person has it checked again, and the version counts as verified from then on."""
    town.fault("staging", "unhealthy")
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "failed"
    card = await town.card_of(number)
    await town.shows(card, "recheck")
    town.heal("staging")
    await town.clicked(town.jieun, card, "recheck")
    assert town.deploy_row(number)["verified_later"]
    return 1


async def it_is_tried_again_with_the_approval_that_stood(town: Town) -> int:
    """*Try again* whose answer was lost is pressed again: the first plan of the two is never confirmed."""
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    town.fault("prod", "step")
    await town.haneul.react(card, "✅")
    assert await town.verdict(number) == "failed"
    town.fault("prod", None)
    await town.shows(card, "retry")
    plan = await town.clicked(town.jieun, card, "retry")
    assert plan is not None
    assert plan.message is not None
    again = await town.confirm(town.jieun, plan.message)
    assert await town.verdict(again) == "succeeded"
    return 2


async def it_is_stopped_on_the_way(town: Town) -> int:
    """In time it is cancelled or put back; when the bot was dead for too long it had gone through."""
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    card = await town.card_of(number)
    await town.shows(card, "stop", "logs", "diff")
    if town.offers(card, "stop"):
        asked = await town.clicked(town.jieun, card, "stop")
        if asked and asked.message and town.offers(asked.message, "stop_confirm"):
            await town.clicked(town.jieun, asked.message, "stop_confirm")
    assert await town.verdict(number) in ("cancelled", "rolled_back", "succeeded")
    return 1


async def an_answer_is_lost(town: Town) -> int:
    town.fault("staging", "lost")
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    return 1


async def somebody_else_deploys_right_after(town: Town) -> int:
    """Superseded from outside; later the bot's own look finds the drift, and a person accepts what runs."""
    await town.verdict(await town.order(town.jieun, "deploy", "staging", version="v1"))
    town.fault("staging", "superseded")
    number = await town.order(town.jieun, "deploy", "staging", version="v2")
    assert await town.verdict(number) == "superseded"
    await town.come_true(lambda: town.rows("SELECT 1 FROM audit WHERE action = 'drift'"), "no drift is recorded")
    status = await town.typed(town.jieun, "status", service="app", env="staging")
    if town.offers(status, "accept"):  # asked again after a kill, it may have been recorded already
        await town.clicked(town.jieun, status, "accept")
    assert town.rows("SELECT 1 FROM audit WHERE action = 'accepted'")
    return 2


async def its_card_is_deleted_on_the_way(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    town.discord.delete(await town.card_of(number))
    assert await town.verdict(number) == "succeeded"
    return 1


async def it_takes_an_hour(town: Town) -> int:
    """A card that grew too old to be edited goes on below, in a new message."""

    async def an_hour_passes() -> None:
        town.write("UPDATE cards SET sent_at = sent_at - 3000")

    town.while_dead.append(an_hour_passes)
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    await town.come_true(lambda: len(_cards(town)) == 2, "no card goes on below")
    return 1


def _cards(town: Town) -> list[Seen]:
    """Without the reminder, which comes too when the hour passed before the start."""
    return [one for one in town.cards() if "·card" in footer(one)]


async def the_host_is_away_and_comes_back(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    await town.come_true(lambda: town.effects("staging"), "nothing begins")
    town.fault("staging", "unreachable")
    await town.phase(number, "unknown")
    town.fault("staging", None)
    assert await town.verdict(number) == "succeeded"
    return 1


async def nobody_can_tell_and_a_person_settles(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    await town.come_true(lambda: town.effects("staging"), "nothing begins")
    town.fault("staging", "unreachable")
    await town.phase(number, "unknown")
    card = await town.card_of(number)
    await town.shows(card, "settle")
    answer = await town.filled(town.haneul, card, "settle", reason="the machine burnt down")
    assert answer is None or "Settled" in answer.text or "already over" in answer.text, answer.text
    assert await town.verdict(number) == "failed"
    return 1


async def it_never_began(town: Town) -> int:
    """Dead right after the intent, and the host is away: found absent later, it is made impossible, then settled."""

    async def the_host_goes_away() -> None:
        town.fault("staging", "unreachable")

    town.while_dead.append(the_host_goes_away)
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    await town.phase(number, "unknown", "settled")
    town.fault("staging", None)
    assert await town.verdict(number) == "failed"
    return 1


TROUBLE = (
    Story(a_step_fails),
    Story(a_crash_loop_is_put_back, Options(auto_rollback=True)),
    Story(it_is_sick_and_well_later),
    Story(it_is_tried_again_with_the_approval_that_stood),
    Story(it_is_stopped_on_the_way, Options(seconds=1.0)),
    Story(an_answer_is_lost),
    Story(somebody_else_deploys_right_after, Options(watch="1s")),
    Story(its_card_is_deleted_on_the_way, SLOWLY),
    Story(it_takes_an_hour, SLOWLY, lives=("screen.send.answered#1",)),
    Story(the_host_is_away_and_comes_back, SLOWLY),
    Story(nobody_can_tell_and_a_person_settles, SLOWLY),
    Story(it_never_began, lives=("ledger.attempts.intend.committed#1",)),
)
