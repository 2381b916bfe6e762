"""Clusters and services: describe, list, update."""

from typing import Any

from playground.aws.ecs.api import definitions
from playground.aws.ecs.api.found import asked_cluster, asked_services, cluster, missing, named, page, service
from playground.aws.ecs.definition import Definition
from playground.aws.ecs.service import Service
from playground.aws.errors import AwsError, Json, invalid
from playground.aws.policy import Ask
from playground.aws.wire.call import Call, Operation

MOST = 10
KNOWN = frozenset(
    [
        "cluster",
        "service",
        "desiredCount",
        "taskDefinition",
        "deploymentConfiguration",
        "networkConfiguration",
        "forceNewDeployment",
    ]
)


def describe(call: Call) -> Json:
    """At most ten; what is not there is told in `failures`, which is no error."""
    names = call.params.get("services") or []
    if not names:
        raise invalid("Services cannot be empty.")
    if len(names) > MOST:
        raise invalid(f"Services cannot be more than {MOST}.")
    where = cluster(call)
    told: Json = {"services": [], "failures": []}
    for name in names:
        one = named(where, name)
        if one is None:
            arn = name if name.startswith("arn:") else call.arn("ecs", f"service/{where.name}/{name}")
            told["failures"].append(missing(arn))
            continue
        shape = one.described()
        told["services"].append({**shape, "tags": one.tags} if "TAGS" in call.params.get("include", []) else shape)
    return told


def every(call: Call) -> Json:
    return page(call, "serviceArns", [one.arn for one in cluster(call).services.values()], most=100)


def clusters(call: Call) -> Json:
    told: Json = {"clusters": [], "failures": []}
    for name in call.params.get("clusters") or ["default"]:
        found = call.region.clusters.get(name.removeprefix(call.arn("ecs", "cluster/")))
        if found is None:
            arn = name if name.startswith("arn:") else call.arn("ecs", f"cluster/{name}")
            told["failures"].append(missing(arn))
        else:
            told["clusters"].append(found.shape())
    return told


def update(call: Call) -> Json:
    """A new deployment only where something that its tasks need has changed, or by force."""
    params = call.params
    unknown = sorted(set(params) - KNOWN)
    if unknown:
        raise AwsError("UnsupportedFeatureException", f"the imitation does not know {', '.join(unknown)}")
    one = service(call, active=True)
    wanted = _wanted(call, one)
    if call.fault.has("foreign_before"):
        one.superseded_by(one.primary.definition.image(one.container))
    if "desiredCount" in params:
        one.scale(int(params["desiredCount"]))
    one.configuration |= params.get("deploymentConfiguration", {})
    moved = "networkConfiguration" in params and params["networkConfiguration"] != one.network
    one.network = params.get("networkConfiguration", one.network)
    if wanted is not one.primary.definition or moved or params.get("forceNewDeployment"):
        one.update(wanted, late=call.fault.seconds("late"))
    told = {"service": one.shape()}
    if call.fault.has("foreign_after"):
        one.superseded_by(one.primary.definition.image(one.container))
    return told


def _wanted(call: Call, one: Service) -> Definition:
    name = call.params.get("taskDefinition")
    if name is None:
        return one.primary.definition
    if one.controller != "ECS":
        raise invalid(
            f"Unable to update task definition on services with a {one.controller} deployment controller. Use AWS"
            " CodeDeploy to trigger a new deployment."
        )
    found = definitions.usable(call, name)
    if one.group is not None:
        _behind(one, found)
    return found


def _behind(one: Service, found: Definition) -> None:
    """The load balancer's container and port have to be in it."""
    container: Any = next((each for each in found.containers if each["name"] == one.container), None)
    if container is None:
        raise invalid(f"The container {one.container} does not exist in the task definition.")
    port = one.group.port if one.group is not None else 0
    if port not in [each.get("containerPort") for each in container.get("portMappings", [])]:
        raise invalid(f"The container {one.container} did not have a container port {port} defined.")


def _of_service(call: Call) -> list[Ask]:
    context = {"ecs:cluster": asked_cluster(call)}
    return [Ask(f"ecs:{call.action}", arn, context) for arn in asked_services(call)]


OPERATIONS = {
    "DescribeServices": Operation(describe, _of_service),
    "UpdateService": Operation(update, _of_service),
    "ListServices": Operation(every, lambda call: [Ask("ecs:ListServices", "*", {"ecs:cluster": asked_cluster(call)})]),
    "DescribeClusters": Operation(
        clusters,
        lambda call: [
            Ask("ecs:DescribeClusters", one if one.startswith("arn:") else call.arn("ecs", f"cluster/{one}"))
            for one in call.params.get("clusters") or ["default"]
        ],
    ),
}
