"""What happens every day: deploy, approve, roll back, restart, lock, look."""

from __future__ import annotations

import aiohttp

from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.town import TRIES, Town


async def staging_is_deployed(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    return 1


async def production_is_approved_by_reaction(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    await town.haneul.react(await town.asking(number), "✅")
    assert await town.verdict(number) == "succeeded"
    return 1


async def it_is_rolled_back(town: Town) -> int:
    """The second deploy brings a model with it, and the rollback puts the first one back."""
    for given in ({"version": "v1"}, {"version": "v2", "model": "large-2"}):
        await town.verdict(await town.order(town.jieun, "deploy", "staging", **given))
    number = await town.order(town.jieun, "rollback", "staging")
    assert await town.verdict(number) == "succeeded"
    models = [line["model"]["id"] for line in town.effects("staging") if line["model"]]
    assert models in ([], ["large-2", "small-1"]), models
    return 3


async def what_staging_proved_is_promoted(town: Town) -> int:
    """As a set, of which there is one: a plan that is put away, another one, one Confirm, one yes."""
    await town.verdict(await town.order(town.jieun, "deploy", "staging", version="v1"))
    await town.clicked(town.jieun, await town.typed(town.jieun, "promote", to="prod"), "set_close")
    plan = await town.typed(town.jieun, "promote", to="prod")
    answer = await town.clicked(town.jieun, plan, "set_confirm")
    assert answer is None or "Accepted" in answer.text or "already confirmed" in answer.text, answer.text
    number = town.confirmed()[-1]
    await town.haneul.react(await town.asking(number), "✅")
    assert await town.verdict(number) == "succeeded"
    assert [line["to"] for line in town.effects("prod")] == [town.effects("staging")[0]["to"]]
    return 2


async def it_is_restarted(town: Town) -> int:
    await town.verdict(await town.order(town.jieun, "deploy", "staging", version="v1"))
    number = await town.order(town.jieun, "restart", "staging")
    assert await town.verdict(number) == "succeeded"
    return 2


async def staging_is_locked_frozen_and_opened_again(town: Town) -> int:
    """A hold that was recorded but never answered is made a second time; what was taken away stays away."""
    await town.typed(town.haneul, "lock", service="app", env="staging", reason="drill", for_="1h")
    await town.typed(town.admin, "freeze", env="staging", reason="release night", until="1h")
    said = await town.typed(town.jieun, "deploy", service="app", env="staging", version="v1")
    assert "Cannot deploy" in said.text
    for who, verb, given in (
        (town.haneul, "unlock", {"service": "app", "env": "staging"}),
        (town.admin, "unfreeze", {"env": "staging"}),
    ):
        await town.typed(who, verb, **given)
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    return 1


async def people_only_look(town: Town) -> int:
    """Reads, a refusal, a plan that is put away, and the machine that asks whether the ledger still writes."""
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    await town.typed(town.jieun, "logs", service="app", env="staging")
    await town.suggested(town.visitor, "rollback", "version", service="app", env="staging")
    refused = await town.typed(town.visitor, "deploy", service="app", env="staging")
    assert "You may not deploy" in refused.text, refused.text
    await town.clicked(town.jieun, await town.typed(town.jieun, "deploy", service="app", env="staging"), "close")
    await _healthy(town)
    return 1


async def health_is_asked_from_here(town: Town) -> int:
    return await staging_is_deployed(town)


async def the_board_is_pinned_and_somebody_deletes_it(town: Town) -> int:
    """What is deleted while the bot is dead is missed at its next edit, a minute later at most."""
    await town.come_true(lambda: any(one.pinned for one in town.boards()), "there is no pinned board")
    await town.present()
    town.discord.delete(town.boards()[-1])
    await town.come_true(lambda: any(one.pinned for one in town.boards()), "there is no pinned board any more")
    await town.verdict(await town.order(town.jieun, "deploy", "staging", version="v1"))

    def changed() -> bool:
        """By an edit; after a kill perhaps by the message that was sent anew."""
        anew = "SELECT 1 FROM posts WHERE kind = 'board' AND drawn > 1"
        return town.came_by("ledger.posts.drawn.committed") or bool(town.rows(anew))

    await town.come_true(changed, "it stays")
    return 1


async def _healthy(town: Town) -> None:
    """Until it answers: whoever asks a dead bot asks again."""
    async with aiohttp.ClientSession() as session:
        for _ in range(TRIES):
            await town.present()
            try:
                async with session.get(f"http://{town.listen}/healthz") as answer:
                    assert answer.status == 200, await answer.text()
                    return
            except aiohttp.ClientError:
                continue
    raise AssertionError("never healthy")


USUAL = (
    Story(staging_is_deployed),
    Story(production_is_approved_by_reaction),
    Story(it_is_rolled_back),
    Story(what_staging_proved_is_promoted),
    Story(it_is_restarted),
    Story(staging_is_locked_frozen_and_opened_again),
    Story(health_is_asked_from_here, Options(ask="bot")),
    Story(the_board_is_pinned_and_somebody_deletes_it, Options(board=True)),
    Story(people_only_look, Options(watch="1s")),
)
