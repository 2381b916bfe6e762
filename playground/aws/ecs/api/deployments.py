"""Service deployments and service revisions: list, describe, stop."""

from collections.abc import Iterator

from playground.aws.ecs.api.found import asked_services, missing, page, service
from playground.aws.ecs.deployment import Deployment
from playground.aws.ecs.history import ServiceDeployment
from playground.aws.ecs.service import Service
from playground.aws.errors import AwsError, Json, invalid
from playground.aws.policy import Ask
from playground.aws.wire.call import Call, Operation

MOST = 20


def every(call: Call) -> Json:
    """Newest first."""
    one = service(call)
    wanted, between = call.params.get("status"), call.params.get("createdAt", {})
    found = [
        each.brief()
        for each in reversed(one.history)
        if (not wanted or each.status in wanted)
        and between.get("after", 0) <= each.created_at <= between.get("before", each.created_at)
    ]
    return page(call, "serviceDeployments", found)


def describe(call: Call) -> Json:
    told: Json = {"serviceDeployments": [], "failures": []}
    for arn in _named(call, "serviceDeploymentArns"):
        found = _deployment(call, arn)
        if found is None:
            told["failures"].append(missing(arn))
        else:
            told["serviceDeployments"].append(found[1].whole(found[0].counted()))
    return told


def revisions(call: Call) -> Json:
    told: Json = {"serviceRevisions": [], "failures": []}
    known = {each.revision_arn(one): (each, one, owner) for owner in _services(call) for each, one in _deployed(owner)}
    for arn in _named(call, "serviceRevisionArns"):
        if arn in known:
            each, one, owner = known[arn]
            told["serviceRevisions"].append(_revision(each, one, owner, arn))
        else:
            told["failures"].append(missing(arn))
    return told


def _deployed(owner: Service) -> Iterator[tuple[ServiceDeployment, Deployment]]:
    for each in owner.history:
        yield each, each.target


def _revision(each: ServiceDeployment, one: Deployment, owner: Service, arn: str) -> Json:
    images = [{"containerName": part["name"], "image": part["image"]} for part in one.definition.containers]
    return {
        "serviceRevisionArn": arn,
        "serviceArn": each.service,
        "clusterArn": each.cluster,
        "taskDefinition": one.definition.arn,
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "platformFamily": "Linux",
        "networkConfiguration": one.network,
        "containerImages": images,
        "guardDutyEnabled": False,
        "createdAt": one.created_at,
        "loadBalancers": owner.shape()["loadBalancers"],
    }


def stop(call: Call) -> Json:
    """Rolls back to the last completed revision; ABORT is for blue/green services."""
    arn, how = call.wanted("serviceDeploymentArn"), call.params.get("stopType", "ROLLBACK")
    found = _deployment(call, arn)
    if found is None:
        raise AwsError("ServiceDeploymentNotFoundException", "The service deploy ARN that you specified doesn't exist.")
    owner, one = found
    if how not in ("ROLLBACK", "ABORT"):
        raise invalid("Invalid stopType.")
    if one.status not in ("PENDING", "IN_PROGRESS"):
        raise AwsError("ConflictException", f"The service deployment is {one.status} and cannot be stopped.")
    if how == "ROLLBACK" and owner.completed is None:
        raise invalid("There is no completed service revision to roll back to.")
    owner.asked_to_stop(roll_back=how == "ROLLBACK")
    return {"serviceDeploymentArn": arn}


def _services(call: Call) -> list[Service]:
    return [one for each in call.region.clusters.values() for one in each.services.values()]


def _deployment(call: Call, arn: str) -> tuple[Service, ServiceDeployment] | None:
    for owner in _services(call):
        for one in owner.history:
            if one.arn == arn:
                return owner, one
    return None


def _named(call: Call, key: str) -> list[str]:
    names: list[str] = call.wanted(key, list)
    if len(names) > MOST:
        raise invalid(f"{key} cannot be more than {MOST}.")
    return names


def _listed(call: Call) -> list[Ask]:
    return [Ask("ecs:ListServiceDeployments", arn) for arn in asked_services(call)]


def _by_arn(key: str, call: Call) -> list[Ask]:
    names = call.params.get(key) or ["*"]
    return [Ask(f"ecs:{call.action}", arn) for arn in ([names] if isinstance(names, str) else names)]


OPERATIONS = {
    "ListServiceDeployments": Operation(every, _listed),
    "DescribeServiceDeployments": Operation(describe, lambda call: _by_arn("serviceDeploymentArns", call)),
    "DescribeServiceRevisions": Operation(revisions, lambda call: _by_arn("serviceRevisionArns", call)),
    "StopServiceDeployment": Operation(stop, lambda call: _by_arn("serviceDeploymentArn", call)),
}
