"""GitHub makes a deployment for each job that names an environment: which attempts those are, and that it is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.github.account import recorder
from adapters.github.adapter import Github
from bot.model import Attempt, Kind, Record, Recorded, Ref
from bot.ports import RecordsItself
from tests.github.town import CD, REPOSITORY, TARGET, Town, dispatched, order, town

NAMED = CD.replace("    needs: build\n", "    needs: build\n    environment: ${{ inputs.environment }}\n")
FOR_PROD = NAMED.replace("    needs: build\n", "    needs: build\n    if: inputs.environment == 'prod'\n")
BY_BRANCH = NAMED.replace("inputs.environment }}\n", "github.ref_name }}\n")


async def begun(world: Town) -> tuple[Github, Attempt, Ref, Record]:
    world.runner = False
    adapter = world.adapter()
    one = await order(adapter, world.repo.commit())
    ref = await adapter.start(one)
    page = adapter.link(one, ref)
    return adapter, one, ref, Record("abcd2345-7", one.to.id, "dev", "deploy", f"Slipway #7 · {TARGET}", page=page)


@pytest.mark.parametrize(("yaml", "names"), [(NAMED, {"dev"}), (CD, set()), (FOR_PROD, set()), (BY_BRANCH, set())])
async def test_only_what_is_certain_from_the_file_and_our_inputs_counts(yaml: str, names: set[str]) -> None:
    async with town(yaml) as world:
        adapter = world.adapter()
        assert isinstance(adapter, RecordsItself)
        assert set(await adapter.records(await order(adapter, world.repo.commit()))) == names


async def test_a_rollback_from_the_newest_file_is_recorded_there_as_another_commit() -> None:
    async with town(NAMED) as world:
        adapter, old = world.adapter(), world.repo.branch("main")
        world.repo.commit()
        back = await order(adapter, old, kind=Kind.ROLLBACK)
        assert await adapter.records(back) == ()


async def test_the_runs_own_deployment_is_found_and_no_other_runs() -> None:
    async with town(NAMED) as world:
        _, _, _, record = await begun(world)
        pages = recorder(world.hubs[-1], REPOSITORY)
        assert await pages.find(record) is None
        dispatched(world)[-1].advance("build", conclusion="success")
        (made,) = [one for one in world.repo.deployments if one.sha == record.commit]
        assert await pages.find(record) == str(made.id)
        other = replace(record, page=f"{record.page}0")
        strange = replace(record, page="https://platform.example/7")
        assert [await pages.find(one) for one in (other, strange, replace(record, page=None))] == [None] * 3


async def test_a_deployment_of_somebody_who_names_the_run_is_not_the_runs_own() -> None:
    async with town(CD) as world:
        _, _, _, record = await begun(world)
        forged = world.repo.deploy(record.commit, "main", "dev", world.github.state.user("minsu"))
        world.repo.deployment_status(forged, "success", forged.by, log_url=str(record.page))
        assert await recorder(world.hubs[-1], REPOSITORY).find(record) is None


async def test_one_that_github_made_in_our_name_counts_and_is_still_known_once_we_told_it_something() -> None:
    async with town(CD) as world:
        _, _, _, record = await begun(world)
        us, pages = world.github.state.user("slipway-bot"), recorder(world.hubs[-1], REPOSITORY)
        made = world.repo.deploy(record.commit, "main", "dev", us)
        world.repo.deployment_status(made, "in_progress", us, log_url=f"{record.page}/job/9")
        await pages.tell(str(made.id), replace(record, url="https://discord.com/channels/1/2/3"), Recorded.FAILURE)
        assert await pages.find(record) == str(made.id)


async def test_another_deploys_record_of_ours_is_not_the_runs_own() -> None:
    async with town(CD) as world:
        _, _, _, record = await begun(world)
        pages = recorder(world.hubs[-1], REPOSITORY)
        other = await pages.open(replace(record, mark="abcd2345-6"))
        await pages.tell(other, replace(record, url=record.page), Recorded.SUCCESS)
        assert await pages.find(record) is None
