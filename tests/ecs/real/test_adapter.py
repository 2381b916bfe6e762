"""The adapter deploys real containers: what it says is compared with what the containers do."""

from __future__ import annotations

import pytest

from bot.errors import AdapterError
from bot.model import Attempt, Kind, Progress, Ref, Running, Status
from playground.host.net import get, until
from tests.ecs.real.bot import bot
from tests.ecs.real.world import CONTAINER, Service
from tests.ecs.town import order, watch

pytestmark = [pytest.mark.needs("docker"), pytest.mark.needs("ministack")]


async def answers(service: Service, version: str) -> None:
    async def does() -> bool:
        return await get(f"{service.url}/version") == (200, version)

    await until(does, 10, f"{version} does not answer")


async def carry_out(service: Service, version: str, n: int = 1, kind: Kind = Kind.DEPLOY) -> tuple[Attempt, Progress]:
    async with bot(service) as ours:
        one = await order(ours, version, n, kind=kind)
        return one, await watch(ours, one, await ours.start(one))


async def test_what_ecs_rolled_back_is_never_called_a_success(service: Service) -> None:
    _, over = await carry_out(service, "v3")

    assert (over.status, over.evidence) == (Status.FAILED, None)
    assert over.failure is not None
    assert over.failure.code == "rolled_back_by_ecs"
    assert over.failure.facts["revision"] == f"{service.name}:1"
    assert "version v3 cannot read its settings" in over.failure.log
    assert f"Essential container exited · {CONTAINER}: exit code 3" in over.failure.log
    await answers(service, "v1")


async def test_an_unknown_tag_registers_nothing(service: Service) -> None:
    async with bot(service) as ours:
        with pytest.raises(AdapterError) as refused:
            await ours.resolve("v9")
    assert refused.value.code == "version_not_found"
    assert service.described()["taskDefinition"] == service.revisions[0]


async def test_an_image_that_is_deleted_meanwhile_is_rolled_back_with_its_reason(service: Service) -> None:
    digest = service.world.push("gone")
    async with bot(service) as ours:
        one = await order(ours, "gone")
        service.world.delete(digest)
        over = await watch(ours, one, await ours.start(one))
    assert over.failure is not None
    assert over.failure.code == "rolled_back_by_ecs"
    assert "CannotPullContainerError" in "\n".join(over.failure.log)


async def test_a_rollout_is_proved_by_the_digest_that_runs(service: Service) -> None:
    one, over = await carry_out(service, "v2")

    assert over.status is Status.DONE
    assert over.evidence is not None
    assert over.evidence.version == service.world.digests["v2"] == one.to.id
    await answers(service, "v2")
    async with bot(service) as another:
        seen = await another.running()
        assert isinstance(seen, Running)
        assert seen.version.id == one.to.id
        assert await another.logs(10) == "version v2 starts"
        found = await another.find(one)
        assert isinstance(found, Ref)
        assert (await another.check(one, found)).status is Status.DONE


async def test_going_back_uses_the_revision_that_ran_before(service: Service) -> None:
    await carry_out(service, "v2")
    back, over = await carry_out(service, "v1", 2, Kind.ROLLBACK)

    assert over.evidence is not None
    assert back.effect["copies"] == f"{service.name}:1"
    await answers(service, "v1")


async def test_a_rollout_is_stopped_where_the_platform_lists_no_service_deployments(service: Service) -> None:
    async with bot(service) as ours:
        one = await order(ours, "v2")
        ref = await ours.start(one)
        await ours.stop(one, ref)
        over = await watch(ours, one, ref)
    assert over.status is Status.STOPPED
    await answers(service, "v1")


async def test_an_update_that_is_sent_again_starts_no_second_deployment(service: Service) -> None:
    async with bot(service) as ours:
        one = await order(ours, "v2")
        first = await ours.start(one)
    async with bot(service) as another:
        again = await another.start(one)
        over = await watch(another, one, again)
    assert again.data["deployment"] == first.data["deployment"] == service.primary()["id"]
    assert over.evidence is not None
    revisions = service.world.ecs.list_task_definitions(familyPrefix=service.name)["taskDefinitionArns"]
    assert len(revisions) == 2
