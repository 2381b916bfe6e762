"""A run that waits for a protected environment: whose yes counts, and what the card says meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.github.adapter import Github
from adapters.github.hub import Hub
from bot.model import Attempt, Identity, Progress, Ref, Secret, Status
from tests.github.town import CD, Town, dispatched, order, town

GUARDED = CD.replace("    needs: build\n", "    needs: build\n    environment: dev\n")


async def waiting(world: Town, adapter: Github, *, approved: bool = True) -> tuple[Attempt, Ref, Progress]:
    """Dispatched, built, and held by the environment."""
    world.runner = False
    one = replace(await order(adapter, world.repo.commit()), approved=approved)
    ref = await adapter.start(one)
    dispatched(world)[-1].advance("build", conclusion="success")
    return one, ref, await adapter.check(one, ref)


def reviews(world: Town) -> list[tuple[str, str]]:
    return [(review.by.login, review.state) for _, review in world.repo.reviews]


async def test_without_a_reviewer_of_ours_the_card_names_who_must_approve_on_github() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul", "minsu"))
        adapter = world.adapter()
        one, ref, seen = await waiting(world, adapter)
        assert (seen.status, seen.switched) == (Status.RUNNING, False)
        step = next(step for step in seen.steps if step.code == "environment")
        assert step.detail == "dev: haneul, minsu"
        world.repo.review(dispatched(world)[-1], "dev", "approved", "haneul")
        world.runner = True
        dispatched(world)[-1].finish()
        world.says = one.to.id
        assert (await adapter.check(one, ref)).status is Status.DONE


async def test_slipways_own_approval_decides_it_by_a_listed_reviewer() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",), prevent_self_review=True)
        await waiting(world, world.adapter(reviewer="haneul"))
        assert reviews(world) == [("haneul", "approved")]
        assert dispatched(world)[-1].status != "waiting"


async def test_a_deploy_that_nobody_approved_is_not_approved_on_github_either() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        _, _, seen = await waiting(world, world.adapter(reviewer="haneul"), approved=False)
        assert (reviews(world), seen.status) == ([], Status.RUNNING)


@pytest.mark.parametrize("reviewer", ["slipway-bot", "stranger"])
async def test_a_reviewer_who_is_the_dispatcher_or_not_listed_decides_nothing(reviewer: str) -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul", "slipway-bot"))
        _, _, seen = await waiting(world, world.adapter(reviewer=reviewer))
        assert (reviews(world), seen.status) == ([], Status.RUNNING)


async def test_a_run_of_another_commit_is_never_approved() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        world.runner = False
        adapter = world.adapter(reviewer="haneul")
        one = replace(await order(adapter, world.repo.commit()), approved=True)
        world.github.faults.next("dispatch", "main_moves")
        world.repo.stubborn = True
        ref = await adapter.start(one)
        dispatched(world)[-1].advance("build", conclusion="success")
        await adapter.check(one, ref)
        assert reviews(world) == []


@pytest.mark.parametrize("fault", ["lost_after_effect", "502"])
async def test_an_approval_whose_answer_was_lost_is_given_once(fault: str) -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter(reviewer="haneul")
        world.github.faults.next("review", fault)
        one, ref, _ = await waiting(world, adapter)
        await adapter.check(one, ref)
        assert reviews(world) == [("haneul", "approved")]


async def test_a_no_on_github_is_told_with_who_said_it() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter()
        one, ref, _ = await waiting(world, adapter)
        world.repo.review(dispatched(world)[-1], "dev", "rejected", "haneul")
        seen = await adapter.check(one, ref)
        assert seen.failure is not None
        assert (seen.status, seen.failure.code, seen.switched) == (Status.FAILED, "environment_rejected", False)
        assert seen.failure.facts == {"environment": "dev", "by": "haneul"}


async def test_a_stop_while_it_waits_says_what_it_waited_for() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter()
        one, ref, _ = await waiting(world, adapter)
        await adapter.stop(one, ref)
        seen = await adapter.check(one, ref)
        assert seen.failure is not None
        assert (seen.status, seen.failure.code, seen.switched) == (Status.STOPPED, "environment_waited", False)
        assert seen.failure.facts == {"environments": "dev", "reviewers": "haneul"}


async def test_an_app_decides_a_protection_rule_of_its_own() -> None:
    async with town(GUARDED) as world:
        app = world.github.app()
        key = Secret("GITHUB_APP_KEY")
        key.fill(app.private_key)
        world.repo.environment("dev", protection_apps=(app.slug,))
        adapter = world.of(Hub(Identity(world.github.api, app=str(app.id), key=key), lambda _: None))
        world.runner = False
        one = replace(await order(adapter, world.repo.commit()), approved=True)
        ref = await adapter.start(one)
        run = world.repo.runs[-1]
        run.advance("build", conclusion="success")
        assert run.status == "waiting"
        await adapter.check(one, ref)
        assert run.status != "waiting"


BY_INPUT = GUARDED.replace("environment: dev\n", "environment: ${{ inputs.environment }}\n")
BY_BRANCH = GUARDED.replace("environment: dev\n", "environment: ${{ github.ref_name }}\n")


async def cancelled(world: Town, adapter: Github, one: Attempt, ref: Ref) -> tuple[Status, str, dict[str, object]]:
    """Stopped by a process of which the next one knows nothing."""
    await adapter.stop(one, ref)
    later = world.adapter()
    seen = await later.check(one, ref)
    return seen.status, seen.failure.code if seen.failure else "", dict(seen.failure.facts) if seen.failure else {}


@pytest.mark.parametrize("yaml", [GUARDED, BY_INPUT])
async def test_what_it_waited_for_is_read_from_github_by_a_process_that_never_saw_it_wait(yaml: str) -> None:
    async with town(yaml) as world:
        world.repo.environment("dev", reviewers=("haneul", "minsu"))
        adapter = world.adapter()
        one, ref, _ = await waiting(world, adapter)
        told = {"environments": "dev", "reviewers": "haneul, minsu"}
        assert await cancelled(world, adapter, one, ref) == (Status.STOPPED, "environment_waited", told)


async def test_a_job_that_was_approved_and_that_no_runner_took_waited_for_a_runner() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        adapter = world.adapter()
        one, ref, _ = await waiting(world, adapter)
        world.repo.review(dispatched(world)[-1], "dev", "approved", "haneul")
        status, code, _ = await cancelled(world, adapter, one, ref)
        assert (status, code) != (Status.STOPPED, "environment_waited")


@pytest.mark.parametrize("rules", [{"protection_apps": ("security",)}, {}])
async def test_where_nobody_can_tell_what_held_it_no_reason_is_made_up(rules: dict[str, tuple[str, ...]]) -> None:
    async with town(GUARDED if rules else BY_BRANCH) as world:
        world.repo.environment("main" if not rules else "dev", **(rules or {"reviewers": ("haneul",)}))
        adapter = world.adapter()
        one, ref, _ = await waiting(world, adapter)
        assert await cancelled(world, adapter, one, ref) == (Status.STOPPED, "", {})


async def test_a_no_that_no_process_saw_coming_is_told_with_who_said_it() -> None:
    async with town(GUARDED) as world:
        world.repo.environment("dev", reviewers=("haneul",))
        one, ref, _ = await waiting(world, world.adapter())
        world.repo.review(dispatched(world)[-1], "dev", "rejected", "haneul")
        seen = await world.adapter().check(one, ref)
        assert seen.failure is not None
        assert (seen.failure.code, seen.failure.facts["by"]) == ("environment_rejected", "haneul")
