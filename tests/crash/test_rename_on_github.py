"""The team renames its repository while a deploy runs: it ends well, the next one is refused until the file knows."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.crash import config_file
from tests.crash.child import Nursery
from tests.crash.test_kill_on_github import CD, service
from tests.crash.town import Town, town
from tests.github import town as github

NEW = "acme/serving"


@pytest.mark.timeout(240)
async def test_a_rename_ends_no_deploy_and_begins_none(tmp_path: Path, nursery: Nursery) -> None:
    async with github.town(CD) as world, service(world) as health:
        world.runner = False
        environment = {"GITHUB_TOKEN": world.github.classic_token("slipway-bot")}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, "head_sha")
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            await _renamed_while_it_runs(it, world)
            await _refused_until_the_file_knows(it, world)
            await it.quiet()


async def _renamed_while_it_runs(it: Town, world: github.Town) -> None:
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.phase(number, "running")
    world.github.rename(world.repo, NEW)
    await it.bot.kill()
    world.carry_out(github.dispatched(world)[-1])
    assert await it.verdict(number) == "succeeded"


async def _refused_until_the_file_knows(it: Town, world: github.Town) -> None:
    version = world.repo.commit()
    answer = await it.typed(it.jieun, "deploy", service="app", env="staging", version=version)
    assert "The repository has moved: acme/serving" in str(answer)
    assert len(github.dispatched(world)) == 1
    file = it.folder / "config.toml"
    file.write_text(file.read_text().replace(github.REPOSITORY, NEW))
    await it.bot.kill()
    world.runner = True
    number = await it.order(it.jieun, "deploy", "staging", version=version)
    assert await it.verdict(number) == "succeeded"
    assert [run.head_sha for run in github.dispatched(world)][1:] == [version]
