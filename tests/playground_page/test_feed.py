"""What a browser is told: only what this face sees, and only what is new."""

from typing import Any

from playground.discord import posting
from playground.page.feed import Feed
from playground.page.targets import Targets
from playground.stage import Stage
from playground.stage.trouble import Trouble


def told(feed: Feed) -> dict[str, Any]:
    return {part["t"]: part for part in feed.news()}


def feed(stage: Stage) -> Feed:
    return Feed(stage, Trouble(stage), Targets(stage))


def privately(stage: Stage, key: str, text: str) -> None:
    state = stage.discord.state
    channel = stage.discord.channel("deploys")
    posting.post(state, channel, state.bot, {"content": text}, [], only_for=stage.person(key).id)


async def test_a_private_answer_reaches_the_eyes_it_is_for_and_no_others(stage: Stage) -> None:
    eyes = feed(stage)
    privately(stage, "jieun", "for jieun")
    assert [one["content"] for one in told(eyes)["messages"]["upsert"]] == ["for jieun"]
    for other in ("haneul", "visitor"):
        eyes.wear(other)
        seen = told(eyes)["messages"]
        assert seen["face"] == other
        assert seen["reset"]
        assert seen["upsert"] == []


async def test_what_was_told_is_not_told_again_and_what_went_is_said(stage: Stage) -> None:
    eyes = feed(stage)
    message = await stage.person("haneul").say("deploys", "hello")
    assert "messages" in told(eyes)
    assert told(eyes) == {}
    await stage.person("jieun").react(message, "✅")
    changed = told(eyes)["messages"]
    assert [one["reactors"] for one in changed["upsert"]] == [{"✅": ["jieun"]}]
    assert not changed["reset"]
    stage.discord.delete(message)
    assert told(eyes)["messages"]["gone"] == [message.id]


async def test_a_face_that_is_not_in_the_cast_cannot_be_worn(stage: Stage) -> None:
    eyes = feed(stage)
    eyes.wear("minsu")
    assert told(eyes)["messages"]["face"] == "jieun"
