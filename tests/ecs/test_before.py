"""What a plan refuses before anything is registered, and what it warns of."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import AdapterError
from bot.model import Change, Finding, Kind, ModelWrite, Preflight, Version
from tests.ecs.ours import REPOSITORY
from tests.ecs.town import MODEL_KEY, Town, town

CHANGES = ("RegisterTaskDefinition", "UpdateService")


async def preflight(world: Town, tag: str = "", kind: Kind = Kind.DEPLOY, **how: Any) -> Preflight:
    adapter = world.adapter(**{name: how.pop(name) for name in ("container", "plain_secrets_ok") if name in how})
    to = await adapter.resolve(tag or world.push(**how.pop("image", {})))
    return await adapter.preflight(Change(kind, Version(world.first, "0000000"), to, how.get("model")))


def codes(seen: Preflight, *, stops: bool) -> list[str]:
    return [one.code for one in seen.findings if one.stops is stops]


def found(seen: Preflight, code: str) -> Finding:
    return next(one for one in seen.findings if one.code == code)


async def test_a_service_as_it_should_be_has_nothing_to_be_told(world: Town) -> None:
    seen = await preflight(world)
    assert (seen.findings, seen.proof, seen.rollback, seen.interrupts) == ((), "tasks", True, False)
    assert world.sent(*CHANGES) == []


async def test_a_plain_password_stops_the_plan_and_its_value_is_never_told() -> None:
    async with town(environment={"DB_PASSWORD": "hunter22"}) as world:
        seen = await preflight(world)
        assert codes(seen, stops=True) == ["secret_in_plain"]
        assert found(seen, "secret_in_plain").facts["names"] == "llmops-app.DB_PASSWORD"
        assert "hunter22" not in str(seen)
        assert codes(await preflight(world, plain_secrets_ok=["DB_PASSWORD"]), stops=True) == []


@pytest.mark.parametrize("index", [False, True])
async def test_an_image_for_another_architecture_stops_the_plan(world: Town, index: bool) -> None:
    seen = await preflight(world, image={"arch": "ARM64", "index": index})
    assert codes(seen, stops=True) == ["wrong_architecture"]
    assert found(seen, "wrong_architecture").facts["image"] == "arm64"
    assert codes(await preflight(world, image={"index": index}), stops=True) == []


async def test_an_architecture_that_cannot_be_read_is_a_warning(world: Town) -> None:
    tag = world.push()
    world.repository.blobs.clear()
    world.aws.faults.next("GetDownloadUrlForLayer", "denied", 10)
    seen = await preflight(world, tag)
    assert codes(seen, stops=True) == []
    assert codes(seen, stops=False) == ["architecture_untold"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("cluster", "not_found"),
        ("service", "service_missing"),
        ("repository", "repository_missing"),
    ],
)
async def test_what_does_not_exist_is_named(world: Town, key: str, code: str) -> None:
    adapter = world.adapter(**{key: "no-such-thing"})
    to = Version(world.digest(world.push()), "1")
    with pytest.raises(AdapterError) as refused:
        await adapter.preflight(Change(Kind.DEPLOY, None, to))
    assert (refused.value.code, refused.value.retry) == (code, False)
    assert "no-such-thing" in str(refused.value) or refused.value.facts["what"] == key


async def test_another_region_has_no_such_cluster(world: Town) -> None:
    with pytest.raises(AdapterError) as refused:
        await world.adapter(region="eu-west-1").effect(Change(Kind.DEPLOY, None, Version(world.first, "0")))
    assert (refused.value.code, refused.value.facts["what"]) == ("not_found", "cluster")


async def test_keys_that_have_expired_are_told_as_that(world: Town) -> None:
    world.aws.faults.next("*", "expired", 10)
    with pytest.raises(AdapterError) as refused:
        await world.adapter().resolve("main")
    assert refused.value.code == "expired"


async def test_a_container_that_is_not_in_the_revision_stops_the_plan(world: Town) -> None:
    seen = await preflight(world, container="app")
    assert codes(seen, stops=True) == ["container_missing"]
    assert found(seen, "container_missing").facts["known"] == "llmops-app, router"


async def test_a_model_key_that_is_not_in_the_environment_stops_the_plan(world: Town) -> None:
    assert codes(await preflight(world, model=ModelWrite("NO_KEY", "org/a")), stops=True) == ["model_key_missing"]
    assert codes(await preflight(world, model=ModelWrite(MODEL_KEY, "org/a")), stops=True) == []


async def test_an_image_that_is_gone_stops_the_plan(world: Town) -> None:
    adapter = world.adapter()
    to = await adapter.resolve(world.push())
    world.repository.delete(to.id)
    seen = await world.adapter().preflight(Change(Kind.DEPLOY, None, to))
    assert codes(seen, stops=True) == ["image_gone"]


async def test_without_the_image_that_runs_now_nothing_could_be_put_back(world: Town) -> None:
    tag = world.push()
    world.repository.delete(world.first)
    seen = await preflight(world, tag)
    assert (codes(seen, stops=False), seen.rollback) == (["image_before_gone"], False)


async def test_a_revision_that_was_deregistered_is_told(world: Town) -> None:
    world.service.primary.definition.deregister()
    seen = await preflight(world)
    assert (codes(seen, stops=False), seen.rollback) == (["revision_inactive"], False)


@pytest.mark.parametrize(
    ("setup", "warned"),
    [
        ({"circuit_breaker": False}, "breaker_off"),
        ({"rollback": False}, "breaker_stays"),
        ({"completed": False, "script": None}, "nothing_to_fall_back"),
    ],
)
async def test_what_ecs_would_not_do_by_itself_is_warned_of(setup: dict[str, Any], warned: str) -> None:
    async with town(**setup) as world:
        assert warned in codes(await preflight(world), stops=False)


async def test_a_rollout_of_somebody_else_stops_a_deploy_and_not_a_rollback(world: Town) -> None:
    world.service.script = "hangs"
    world.service.superseded_by(world.repository.image(world.push()))
    assert codes(await preflight(world), stops=True) == ["other_rollout"]
    assert codes(await preflight(world, kind=Kind.ROLLBACK), stops=True) == []


async def test_no_wanted_tasks_would_prove_nothing(world: Town) -> None:
    world.service.scale(0)
    assert codes(await preflight(world), stops=True) == ["no_tasks_wanted"]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"minimumHealthyPercent": 100, "maximumPercent": 100}, "no_room"),
        ({"strategy": "BLUE_GREEN"}, "strategy_other"),
    ],
)
async def test_a_service_that_cannot_roll_stops_the_plan(world: Town, rules: dict[str, Any], code: str) -> None:
    world.service.configuration |= rules
    assert codes(await preflight(world), stops=True) == [code]


async def test_codedeploy_s_services_are_left_to_it(world: Town) -> None:
    world.service.controller = "CODE_DEPLOY"
    assert codes(await preflight(world), stops=True) == ["controller_other"]


async def test_a_service_whose_tasks_may_all_stop_at_once_is_interrupted(world: Town) -> None:
    world.service.configuration |= {"minimumHealthyPercent": 0}
    assert (await preflight(world)).interrupts
    world.service.configuration |= {"minimumHealthyPercent": 50}
    assert not (await preflight(world)).interrupts


async def test_an_image_from_elsewhere_is_told_before_it_is_replaced(world: Town) -> None:
    elsewhere = world.aws.repository("other-app")
    elsewhere.push("v1")
    world.service.superseded_by(elsewhere.image("v1"))
    world.service.complete()
    seen = await preflight(world)
    assert found(seen, "repository_other").facts["repository"].endswith(REPOSITORY)


async def test_a_name_is_a_tag_the_beginning_of_a_commit_s_or_a_digest(world: Town) -> None:
    adapter, sha = world.adapter(), "a1b2c3d" + "e" * 33
    world.push(sha)
    digest = world.digest(sha)
    world.repository.move("latest", digest)
    named = [await adapter.resolve(wanted) for wanted in (sha, "a1b2c3d", "latest", digest)]
    assert {(one.id, one.label) for one in named} == {(digest, "a1b2c3d")}
    world.push("a1b2c3d" + "f" * 33)
    with pytest.raises(AdapterError) as refused:
        await adapter.resolve("a1b2c3d")
    assert refused.value.code == "ambiguous_ref"


async def test_versions_are_the_tagged_images_the_newest_first(world: Town) -> None:
    world.repository.push("v1.0")
    second = world.repository.push("v1.1", "latest")
    shown = await world.adapter().versions()
    assert [one.label for one in shown] == ["v1.1", "v1.0", "0000000"]
    assert shown[0].id == second


async def test_logs_are_those_of_the_newest_task(world: Town) -> None:
    adapter = world.adapter()
    assert await adapter.logs(10) == ""
    world.service.said(world.service.tasks[0], "listening on 8000")
    assert await adapter.logs(10) == "listening on 8000"
