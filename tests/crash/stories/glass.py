"""Break-glass: the alarm and what is owed are there before the effect, the page comes once, a late word opens again."""

from __future__ import annotations

from playground.discord import Seen
from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.town import Town

WHY = "payments fail for everybody since 02:40"


async def the_glass_is_broken_and_signed_too_late(town: Town) -> int:
    """What waited is displaced; a deploy after it is refused until a second person stands behind it."""
    waiting = await town.order(town.jieun, "deploy", "prod", version="v1")
    number = await town.order(town.haneul, "deploy", "prod", version="v2", emergency=True, reason=WHY)
    assert await town.verdict(waiting) == "superseded"
    assert await town.verdict(number) == "succeeded"
    await town.come_true(lambda: _is(town, "overdue_at"), "nobody is paged")
    refused = await town.typed(town.jieun, "deploy", service="app", env="prod", version="v3")
    assert "not countersigned in time" in refused.text, refused.text
    await town.clicked(town.minsu, await _page(town), "countersign")
    await town.come_true(lambda: _is(town, "signed_at"), "nobody stands behind it")
    plan = await town.typed(town.jieun, "deploy", service="app", env="prod", version="v3")
    assert town.offers(plan, "confirm"), plan.text
    return 2


def _is(town: Town, column: str) -> bool:
    return bool(town.rows(f"SELECT 1 FROM countersigns WHERE {column} IS NOT NULL"))


async def _page(town: Town) -> Seen:
    def found() -> Seen | None:
        return next((one for one in town.cards() if "not countersigned" in one.content), None)

    return await town.discord.until(found, 40.0)


GLASS = (Story(the_glass_is_broken_and_signed_too_late, Options(countersign="1s")),)
