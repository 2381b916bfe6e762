"""A small company on the emulator: a cluster, a repository with three versions, services in real containers."""

from __future__ import annotations

import http.client
import secrets
from dataclasses import dataclass, field
from typing import Any

from playground.host.net import free_ports
from tests.ecs.real.emulator import Emulator
from tests.ecs.real.images import CRASHES, GOOD, push
from tests.ecs.real.process import until

CLUSTER, REPOSITORY, CONTAINER = "prod-llmops-cluster", "prod-llmops-app", "llmops-app"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


class World:
    """``digests``: by version; v1 and v2 answer, v3 crashes."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.ecs, self.ecr, self.logs = (emulator.client(name) for name in ("ecs", "ecr", "logs"))
        self.ecs.create_cluster(clusterName=CLUSTER)
        repository = self.ecr.create_repository(repositoryName=REPOSITORY)["repository"]
        self.uri = str(repository["repositoryUri"])
        self.digests = {
            version: push(emulator.daemon, self.uri, version, script)
            for version, script in (("v1", GOOD), ("v2", GOOD), ("v3", CRASHES))
        }

    def push(self, version: str) -> str:
        """Another version that crashes; its digest. Only the registry has it afterwards."""
        daemon = self.emulator.daemon
        digest = push(daemon, self.uri, version, CRASHES)
        daemon.docker("rmi", "--force", daemon.docker("inspect", "--format", "{{.Id}}", f"{self.uri}:{version}"))
        return digest

    def delete(self, digest: str) -> None:
        """As a lifecycle rule of ECR does it."""
        host, _, name = self.uri.partition("/")
        line = http.client.HTTPConnection("127.0.0.1", self.emulator.port, timeout=10)
        line.request("DELETE", f"/v2/{name}/manifests/{digest}", headers={"Host": host})
        answer = line.getresponse()
        line.close()
        if answer.status != 202:
            raise RuntimeError(f"the registry keeps {digest}: {answer.status}")

    def service(self, *, desired: int = 1, breaker: bool = True) -> Service:
        """One that runs v1, each with a name and a port of its own."""
        (port,) = free_ports(1)
        made = Service(self, f"llmops-{secrets.token_hex(4)}", port)
        self.logs.create_log_group(logGroupName=made.log_group)
        first = made.register(f"{self.uri}@{self.digests['v1']}")
        self.ecs.create_service(
            cluster=CLUSTER,
            serviceName=made.name,
            taskDefinition=first,
            desiredCount=desired,
            launchType="EC2",
            deploymentConfiguration=BREAKER if breaker else {},
        )
        until(lambda: len(made.running(first)) == desired, f"{made.name} does not start: {made.described()}")
        return made


@dataclass
class Service:
    world: World
    name: str
    port: int
    revisions: list[str] = field(default_factory=list)

    @property
    def log_group(self) -> str:
        return f"/ecs/{self.name}"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def register(self, image: str) -> str:
        """A revision as somebody makes it by hand; its ARN."""
        logging = {
            "logDriver": "awslogs",
            "options": {"awslogs-group": self.log_group, "awslogs-stream-prefix": "app"},
        }
        container = {
            "name": CONTAINER,
            "image": image,
            "memory": 64,
            "essential": True,
            "environment": [{"name": "PORT", "value": str(self.port)}],
            "logConfiguration": logging,
        }
        answer = self.world.ecs.register_task_definition(
            family=self.name, networkMode="host", containerDefinitions=[container]
        )
        self.revisions.append(answer["taskDefinition"]["taskDefinitionArn"])
        return self.revisions[-1]

    def update(self, revision: str) -> dict[str, Any]:
        """By hand; the new deployment."""
        answer = self.world.ecs.update_service(cluster=CLUSTER, service=self.name, taskDefinition=revision)
        (primary,) = (one for one in answer["service"]["deployments"] if one["status"] == "PRIMARY")
        return dict(primary)

    def described(self) -> dict[str, Any]:
        (found,) = self.world.ecs.describe_services(cluster=CLUSTER, services=[self.name])["services"]
        return dict(found)

    def primary(self) -> dict[str, Any]:
        (found,) = (one for one in self.described()["deployments"] if one["status"] == "PRIMARY")
        return dict(found)

    def tasks(self, status: str) -> list[dict[str, Any]]:
        arns = self.world.ecs.list_tasks(cluster=CLUSTER, serviceName=self.name, desiredStatus=status)["taskArns"]
        return list(self.world.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]) if arns else []

    def running(self, revision: str) -> list[dict[str, Any]]:
        found = self.tasks("RUNNING")
        return [one for one in found if one["taskDefinitionArn"] == revision and one["lastStatus"] == "RUNNING"]

    def stop(self) -> None:
        """Its containers end with it."""
        self.world.ecs.delete_service(cluster=CLUSTER, service=self.name, force=True)
