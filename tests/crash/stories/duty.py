"""On call changes while something waits, and locks that end: told once, whoever dies meanwhile."""

from __future__ import annotations

from playground.discord import Seen
from tests.crash.config_file import WORLD, Options
from tests.crash.stories.story import Story
from tests.crash.town import Town


async def on_call_is_handed_over_while_production_waits(town: Town) -> int:
    """By the calendar it is haneul; minsu takes over, is asked, and approves; then it is haneul again."""
    haneul, minsu = WORLD.ids()["haneul"], WORLD.ids()["minsu"]
    await town.come_true(lambda: _on_call(town) == haneul, "the calendar is never read")
    before = len(_told(town, haneul))
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    await town.asking(number)
    await town.typed(town.admin, "oncall", who=minsu, until="1h")
    await town.come_true(lambda: _told(town, minsu), "nothing is handed over")
    asked = "SELECT 1 FROM cards WHERE kind = 'reaimed' AND message IS NOT NULL"
    await town.come_true(lambda: town.rows(asked), "the incoming person is not asked")
    await town.minsu.react(await town.card_of(number), "✅")
    assert await town.verdict(number) == "succeeded"
    while town.rows("SELECT 1 FROM overrides WHERE ended_at IS NULL"):
        await town.clicked(town.admin, await town.typed(town.admin, "oncall"), "oncall_end")
    await town.come_true(lambda: len(_told(town, haneul)) == before + 1, "it is never handed back")
    assert len(_told(town, minsu)) == len(town.rows(asked)) == 1
    await town.come_true(
        lambda: not town.rows("SELECT 1 FROM posts WHERE message IS NULL"), "a handover is never shown"
    )
    return 1


def _on_call(town: Town) -> str:
    """Who took over last. The very first look hands nothing over, whoever it finds."""
    return "".join(row["value"] for row in town.rows("SELECT value FROM meta WHERE key = 'on_call'"))


def _told(town: Town, user: str) -> list[str]:
    """The handovers to somebody."""
    topics = (row["topic"] for row in town.rows("SELECT topic FROM posts WHERE kind = 'handover'"))
    return [topic for topic in topics if topic.endswith(f":{user}")]


async def locks_end_soon(town: Town) -> int:
    """One is extended, one is taken away, one ends; whoever presses too late is told so."""
    locks = {"staging": "lock_extend", "prod": "lock_release", "": ""}
    for env in locks:
        named = {"env": env} if env else {}
        await town.typed(town.haneul, "lock", service="app", reason="drill", for_="12s", **named)
    standing = "SELECT 1 FROM posts WHERE kind = 'lock_ending' AND message IS NOT NULL"
    await town.come_true(lambda: len(town.rows(standing)) >= len(locks), "nobody is told that a lock ends")
    for env, action in locks.items():
        found = [one for one in town.cards() if f"app · {env}" in one.content and town.offers(one, action)]
        if env and found:
            await _pressed(town, found[0], action)
    left = "SELECT 1 FROM posts WHERE kind = 'lock_ending' AND closed_at IS NULL"
    await town.come_true(lambda: not town.rows(left), "how a lock ended is never told")
    return 0


async def _pressed(town: Town, message: Seen, action: str) -> None:
    answer = await town.clicked(town.haneul, message, action)
    said = answer.text if answer else "already gone"
    assert any(word in said for word in ("extended", "Unlocked", "already gone", "no longer applies")), said


DUTY = (Story(on_call_is_handed_over_while_production_waits, Options(calendar=True)), Story(locks_end_soon))
