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
