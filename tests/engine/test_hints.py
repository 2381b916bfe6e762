"""Hints from outside: they shorten a wait of whoever waits for that, and change nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Check, Gates, Phase, RepositoryHint, ServiceHint, Verdict
from tests.engine.life import PROD, Life
from tests.engine.workflow import REPOSITORY, SERVICE, Workflow, hearing


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with hearing(tmp_path) as found:
        yield found


def run(life: Life) -> int:
    assert isinstance(life.platform, Workflow)
    return life.platform.run


async def test_a_hint_about_its_run_wakes_the_deploy_that_follows_it(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, run=run(life)))) == [deploy.number]
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY.upper(), run=run(life)))) == [deploy.number]


async def test_a_hint_about_another_run_or_repository_wakes_nobody(life: Life) -> None:
    await life.until(await life.order(), Phase.RUNNING)
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, run=run(life) + 1))) == []
    assert list(await life.engine.hint(RepositoryHint("org/other", run=run(life)))) == []
    assert list(await life.engine.hint(RepositoryHint("", run=run(life)))) == []


async def test_a_hint_changes_no_state_whatever_it_says(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    for _ in range(20):
        await life.engine.hint(RepositoryHint(REPOSITORY, run=run(life), sha="b" * 40))
        assert (await life.step(deploy)) is not None
    assert (await life.now(deploy)).phase is Phase.RUNNING
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert len(life.platform.begun()) == 1


async def test_who_waits_for_people_is_not_woken_by_machines(life: Life) -> None:
    await life.until(await life.order(PROD), Phase.AWAITING)
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, sha="b" * 40))) == []


async def test_a_gate_that_said_not_yet_is_asked_again_when_its_commit_is_hinted_at(life: Life) -> None:
    life.specs[PROD] = replace(life.specs[PROD], gates=Gates(checks=("test",)))
    life.restart()
    life.platform.ci = [Check("test", "actions", "success", 1.0)]
    deploy = await life.order(PROD)
    life.platform.ci = [Check("test", "actions", None, 2.0)]
    assert (await life.step(deploy) or 0.0) > 1.0
    assert (await life.now(deploy)).phase is Phase.CONFIRMED
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, sha="c" * 40))) == []
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, sha="b" * 40))) == [deploy.number]
    life.platform.ci = [Check("test", "actions", "success", 3.0)]
    await life.step(deploy)
    assert (await life.now(deploy)).phase is Phase.AWAITING


async def test_a_settled_deploy_hears_nothing(life: Life) -> None:
    await life.settled(await life.order())
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, run=run(life)))) == []


async def test_a_target_whose_adapter_does_not_listen_is_not_woken(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.restart(repository="org/other")
    assert list(await life.engine.hint(RepositoryHint(REPOSITORY, run=run(life)))) == []
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_hint_about_a_clouds_service_wakes_whose_adapter_knows_it(life: Life) -> None:
    deploy = await life.until(await life.order(), Phase.RUNNING)
    place = ("123456789012", "ap-northeast-2", "cluster")
    assert list(await life.engine.hint(ServiceHint(*place, SERVICE))) == [deploy.number]
    assert list(await life.engine.hint(ServiceHint(*place, "another-service"))) == []


async def test_it_is_known_whether_a_hint_concerns_any_target_here(life: Life) -> None:
    place = ("123456789012", "ap-northeast-2", "cluster")
    assert life.engine.concerned(ServiceHint(*place, SERVICE))
    assert not life.engine.concerned(ServiceHint(*place, "another-service"))
    assert life.engine.concerned(RepositoryHint(REPOSITORY))
    assert not life.engine.concerned(RepositoryHint("org/other"))


async def test_a_hint_about_a_clouds_service_wakes_nobody_who_has_not_begun(life: Life) -> None:
    deploy = await life.order()
    assert deploy.phase is Phase.CONFIRMED
    assert list(await life.engine.hint(ServiceHint("123456789012", "ap-northeast-2", "cluster", SERVICE))) == []
