"""The same walk on AWS: the bot dies at every point of what it sends there; ECS's own history is the oracle."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from playground.aws.ecs.history import ServiceDeployment
from tests.crash import config_file, invariants
from tests.crash.answering import answering
from tests.crash.child import Nursery
from tests.crash.invariants import Effect, Facts
from tests.crash.town import Town, town
from tests.crash.walk import facts
from tests.ecs import town as ecs
from tests.ecs.ours import CLUSTER, CONTAINER, REPOSITORY, SERVICE

CALLS = ("register", "start", "stop")
WHERE = ("before", "sent", "answered")
NAMES = {"cluster": CLUSTER, "service": SERVICE, "container": CONTAINER, "repository": REPOSITORY}
STOPPED = 2  # deploys that are stopped: once ECS has gone back, the next life of a bot has nothing to ask for


@pytest.mark.timeout(300)
async def test_a_bot_killed_at_each_point_of_what_it_sends_to_aws_changes_the_service_once(
    tmp_path: Path, nursery: Nursery
) -> None:
    died = tmp_path / "died"
    async with ecs.town() as world, answering() as health:
        keys = {"AWS_ACCESS_KEY_ID": world.keys.access_key, "AWS_SECRET_ACCESS_KEY": world.keys.secret}
        environment = {**keys, "CRASH_EACH": "ecs.", "CRASH_DIED": str(died)}
        write = partial(config_file.on_ecs, world.aws.endpoint, NAMES, health)
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            ordered = await _deploys(it, world)
        ended = died.read_text().split()
        points = [f"ecs.{call}.{where}" for call in CALLS for where in WHERE]
        assert [point for point in points if ended.count(point) != 1] == []
        assert invariants.broken(ecs_facts(it, world, ordered)) == []
        assert len(world.service.revisions) == 1 + ordered, "an attempt was registered twice"


async def _deploys(it: Town, world: ecs.Town) -> int:
    for _ in range(2):
        number = await it.order(it.jieun, "deploy", "staging", version=world.push())
        assert await it.verdict(number) == "succeeded"
    number = await it.order(it.jieun, "rollback", "staging")
    assert await it.verdict(number) == "succeeded"
    for _ in range(STOPPED):
        await _stopped(it, world)
    await it.quiet()
    return 3 + STOPPED


async def _stopped(it: Town, world: ecs.Town) -> None:
    """While its tasks never come up."""
    world.service.script = "hangs"
    number = await it.order(it.jieun, "deploy", "staging", version=world.push())
    card = await it.card_of(number)
    await it.shows(card, "stop")
    asked = await it.clicked(it.jieun, card, "stop")
    assert asked is not None
    assert asked.message is not None
    await it.clicked(it.jieun, asked.message, "stop_confirm")
    assert await it.verdict(number) == "cancelled"
    world.service.script = "good"


def ecs_facts(it: Town, world: ecs.Town, ordered: int) -> Facts:
    """Each attempt by the tag of its revision, as ECS's own history has it."""
    ours = [each for each in world.service.history if each.target.definition.tag("slipway:attempt")]
    effects = [_effect(each) for each in ours]
    assert len({effect.attempt for effect in effects}) == len(effects), "an attempt changed the service twice"
    digests = {container.digest for task in world.service.tasks for container in task.containers[:1]}
    serving = {"app/staging": str(digests.pop())}
    return replace(facts(it, ordered), effects=effects, serving=serving)


def _effect(each: ServiceDeployment) -> Effect:
    definition = each.target.definition
    image = definition.image(CONTAINER).partition("@")[2]
    attempt = str(definition.tag("slipway:attempt"))
    return Effect("app/staging", attempt, image, each.created_at, each.finished_at)
