"""What the emulator with real containers really does, by hand: the ground on which the adapter's own tests stand."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.ecs.real.emulator import ministack
from tests.ecs.real.process import until
from tests.ecs.real.world import CONTAINER, Service, World

pytestmark = [pytest.mark.needs("docker"), pytest.mark.needs("ministack")]


def answered(service: Service, path: str) -> str:
    """Empty where nobody answers."""
    try:
        with urllib.request.urlopen(service.url + path, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def over(service: Service, arn: str) -> bool:
    primary = service.primary()
    return bool(primary["taskDefinition"] == arn and primary["rolloutState"] == "COMPLETED")


def test_a_crashing_image_is_rolled_back_by_the_breaker_and_the_service_looks_stable(service: Service) -> None:
    before = service.revisions[0]
    ours = service.update(service.register(f"{service.world.uri}@{service.world.digests['v3']}"))

    until(lambda: over(service, before), "no rollback")

    described = service.described()
    (failed,) = (one for one in described["deployments"] if one["id"] == ours["id"])
    assert failed["rolloutState"] == "FAILED"
    assert "circuit breaker" in failed["rolloutStateReason"]
    assert described["runningCount"] == described["desiredCount"], "what waits for stability is content"
    assert any("rolled back" in one["message"] for one in described["events"])
    stopped = [one for one in service.tasks("STOPPED") if one["taskDefinitionArn"] != before]
    assert {one["stoppedReason"] for one in stopped} == {"Essential container exited"}
    assert {box["exitCode"] for one in stopped for box in one["containers"]} == {3}
    assert answered(service, "/version") == "v1"


def test_an_image_that_is_not_there_fails_with_its_reason(service: Service) -> None:
    ours = service.update(service.register(f"{service.world.uri}@sha256:{'0' * 64}"))

    until(lambda: over(service, service.revisions[0]), "no rollback")

    (failed,) = (one for one in service.described()["deployments"] if one["id"] == ours["id"])
    assert failed["rolloutState"] == "FAILED"
    reasons = {one["stoppedReason"] for one in service.tasks("STOPPED")}
    assert any(reason.startswith("CannotPullContainerError") for reason in reasons), reasons


def test_an_unknown_cluster_service_or_revision_is_named(service: Service) -> None:
    ecs = service.world.ecs
    for code, call, asked in (
        ("ClusterNotFoundException", ecs.describe_services, {"cluster": "nope", "services": [service.name]}),
        ("ServiceNotFoundException", ecs.update_service, {"cluster": "prod-llmops-cluster", "service": "nope"}),
        ("ClientException", ecs.describe_task_definition, {"taskDefinition": f"{service.name}:999"}),
    ):
        with pytest.raises(ClientError) as refused:
            call(**asked)
        assert refused.value.response["Error"]["Code"] == code


def test_a_rollout_replaces_the_containers_and_its_logs_are_read(service: Service) -> None:
    old = {one["taskArn"] for one in service.tasks("RUNNING")}
    ours = service.update(service.register(f"{service.world.uri}@{service.world.digests['v2']}"))
    assert ours["rolloutState"] == "IN_PROGRESS"

    until(lambda: over(service, service.revisions[-1]), "the rollout is not over")
    assert service.primary()["id"] == ours["id"]
    until(lambda: answered(service, "/version") == "v2", "the old one answers")

    (task,) = service.tasks("RUNNING")
    assert task["taskArn"] not in old
    assert task["containers"][0]["imageDigest"] == service.world.digests["v2"]
    stream = f"app/{CONTAINER}/{task['taskArn'].rpartition('/')[2]}"
    logs = service.world.logs

    def lines() -> list[str]:
        events = logs.get_log_events(logGroupName=service.log_group, logStreamName=stream)["events"]
        return [one["message"] for one in events]

    assert until(lines, "no log") == ["version v2 starts"]


def test_nothing_listens_beyond_this_machine_and_nothing_is_left_behind(tmp_path: Path) -> None:
    def ours() -> list[psutil.Process]:
        return [one for one in psutil.Process().children(recursive=True) if one.name() != "ss"]

    before, mounts = {one.pid for one in ours()}, Path("/proc/mounts").read_text()
    with ministack(tmp_path) as emulator:
        world = World(emulator)
        service = world.service()
        assert len(emulator.daemon.containers()) == 1
        started = [one for one in ours() if one.pid not in before]
        listening = [line for one in started for line in one.net_connections() if line.status == psutil.CONN_LISTEN]
        assert {line.laddr.ip for line in listening} == {"127.0.0.1"}
        assert service.port in {line.laddr.port for line in listening}
        cgroup = emulator.daemon.cgroup
    assert {one.pid for one in ours()} <= before
    assert not [one for one in started if one.is_running()]
    assert Path("/proc/mounts").read_text() == mounts
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{cgroup}"))


def test_what_asks_for_another_host_is_refused(world: World) -> None:
    with pytest.raises(RuntimeError, match="docker pull"):
        world.emulator.daemon.docker("pull", "registry.example.com/other:latest")
    assert [one for one in world.emulator.way_out.refused if "registry.example.com" in one]
    world.emulator.way_out.refused.clear()
