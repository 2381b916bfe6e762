"""Waiting for a target that is not free: nobody is called twice for one turn, and nothing starts by itself."""

from __future__ import annotations

from playground.discord import Person, Seen
from tests.crash.stories.story import Story
from tests.crash.town import Town


async def somebody_waits_leaves_and_is_called(town: Town) -> int:
    await _lock(town)
    await _wait(town, town.jieun)
    place = await _wait(town, town.minsu)
    if town.offers(place, "queue_leave"):
        await town.clicked(town.minsu, place, "queue_leave")
    await _unlock(town)
    return await _taken(town)


async def the_turn_is_overtaken_by_a_lock(town: Town) -> int:
    await _lock(town)
    await _wait(town, town.jieun)
    await _unlock(town)
    await _call(town)
    await _lock(town)
    await town.come_true(lambda: _told(town, "queue_overtaken"), "nobody notices that the target is held again")
    await _unlock(town)
    return await _taken(town)


async def the_turn_passes_by(town: Town) -> int:
    """The bot was away for the whole turn."""

    async def ten_minutes_pass() -> None:
        town.write("UPDATE wishes SET called_at = called_at - 600 WHERE called_at IS NOT NULL")

    town.while_dead.append(ten_minutes_pass)
    await _lock(town)
    await _wait(town, town.jieun)
    await _unlock(town)
    await town.come_true(lambda: _told(town, "queue_passed"), "the turn never passes by")
    return await _taken(town)


async def a_wish_grows_old(town: Town) -> int:
    """The bot was away for a day; whoever still wants it waits again."""

    async def a_day_passes() -> None:
        town.write("UPDATE wishes SET at = at - 86400")

    town.while_dead.append(a_day_passes)
    await _lock(town)
    await _wait(town, town.jieun)
    await town.come_true(lambda: _told(town, "queue_old"), "the wish never ends")
    return 0


async def _lock(town: Town) -> None:
    await town.typed(town.haneul, "lock", service="app", env="staging", reason="drill", for_="1h")


async def _unlock(town: Town) -> None:
    await town.typed(town.haneul, "unlock", service="app", env="staging")


async def _wait(town: Town, who: Person) -> Seen:
    refused = await town.typed(who, "deploy", service="app", env="staging", version="v1")
    answer = await town.clicked(who, refused, "queue")
    assert answer is not None
    assert answer.message is not None
    assert "in the queue" in answer.text, answer.text
    return answer.message


async def _call(town: Town) -> Seen:
    """The newest message that offers a plan, once the turn is on and all is drawn."""
    on = "SELECT 1 FROM wishes WHERE called_at IS NOT NULL AND ended_at IS NULL"
    await town.come_true(lambda: town.rows(on), "nobody is called")
    await town.quiet()
    return next(one for one in reversed(town.cards()) if town.offers(one, "queue_plan"))


async def _taken(town: Town) -> int:
    plan = await town.clicked(town.jieun, await _call(town), "queue_plan")
    assert plan is not None
    assert plan.message is not None
    number = await town.confirm(town.jieun, plan.message)
    assert await town.verdict(number) == "succeeded"
    assert _told(town, "queue_taken")
    return 1


def _told(town: Town, action: str) -> bool:
    return bool(town.rows("SELECT 1 FROM audit WHERE action = ?", action))


QUEUE = (
    Story(somebody_waits_leaves_and_is_called),
    Story(the_turn_is_overtaken_by_a_lock),
    Story(the_turn_passes_by, lives=("ledger.wishes.call.committed#1",)),
    Story(a_wish_grows_old, lives=("ledger.wishes.add.committed#1",)),
)
