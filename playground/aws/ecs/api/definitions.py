"""Task definitions: register, describe, list, deregister."""

import re

from playground.aws.ecs import definition
from playground.aws.ecs.api.found import page
from playground.aws.ecs.definition import ACTIVE, Definition
from playground.aws.errors import Json, client, invalid
from playground.aws.policy import Ask
from playground.aws.wire.call import Call, Operation

FAMILY = re.compile(r"[A-Za-z0-9_-]{1,255}")
ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
FARGATE_CPU = ("256", "512", "1024", "2048", "4096", "8192", "16384")
MOST_TAGS = 50


def register(call: Call) -> Json:
    """The next revision: always a new one, even of the same content."""
    params = call.params
    _check(params)
    tags = params.get("tags", [])
    made = definition.register(
        call.region, params["family"], params, tags=tags, by=call.keys.arn, late=call.fault.seconds("late")
    )
    return {"taskDefinition": made.shape(), "tags": made.tags}


def _check(params: Json) -> None:
    if not FAMILY.fullmatch(params.get("family") or ""):
        raise client("Family contains invalid characters.")
    containers = params.get("containerDefinitions") or []
    if not containers:
        raise client("Container list cannot be empty.")
    for one in containers:
        _container(one, bool(params.get("memory")))
    if len({one["name"] for one in containers}) < len(containers):
        raise client("Duplicate container name.")
    for role in ("taskRoleArn", "executionRoleArn"):
        if params.get(role) is not None and not ROLE.fullmatch(params[role]):
            raise client("Role is not valid")
    _tags(params.get("tags", []))
    if "FARGATE" in params.get("requiresCompatibilities", []):
        _fargate(params, containers)


def _container(one: Json, bounded: bool) -> None:
    """`bounded`: the task as a whole has its memory."""
    for name in ("image", "name"):
        if not one.get(name):
            raise client(f"Container.{name} should not be null or empty.")
    if not bounded and not one.get("memory") and not one.get("memoryReservation"):
        some = "At least one of 'memory' or 'memoryReservation' must be specified."
        raise client(f"Invalid setting for container '{one['name']}'. {some}")


def _tags(tags: list[Json]) -> None:
    keys = [one.get("key", "") for one in tags]
    if len(keys) > MOST_TAGS or len(set(keys)) < len(keys):
        raise invalid("Tags can not be more than 50, and each key once.")
    for one in tags:
        if not 1 <= len(one.get("key", "")) <= 128 or len(one.get("value", "")) > 256:
            raise invalid("Tag key or value is too long or too short.")
        if one["key"].lower().startswith("aws:"):
            raise invalid("Tag keys with the prefix aws: are reserved.")


def _fargate(params: Json, containers: list[Json]) -> None:
    if params.get("networkMode") != "awsvpc":
        raise client("Fargate only supports network mode ‘awsvpc’.")
    if not params.get("cpu") or not params.get("memory"):
        raise client("Fargate requires that 'cpu' and 'memory' be defined at the task level.")
    if params["cpu"] not in FARGATE_CPU:
        raise client("No Fargate configuration exists for given values.")
    if params.get("executionRoleArn") is None:
        if any(".dkr.ecr." in one["image"] for one in containers):
            raise client("Fargate requires task definition to have execution role ARN to support ECR images.")
        if any(one.get("logConfiguration") for one in containers):
            raise client("Fargate requires task definition to have execution role ARN to support log driver awslogs.")


def describe(call: Call) -> Json:
    """An INACTIVE revision too. The tags only with `include`."""
    one = definition.find(call.region, call.wanted("taskDefinition"), missing="Unable to describe task definition.")
    told: Json = {"taskDefinition": one.shape()}
    return {**told, "tags": one.tags} if "TAGS" in call.params.get("include", []) else told


def every(call: Call) -> Json:
    """ARNs, by family and number; of one family where `familyPrefix` names it. ACTIVE ones by default."""
    family, status = call.params.get("familyPrefix"), call.params.get("status", ACTIVE)
    now = call.state.now()
    found = [
        one
        for name in sorted(call.region.families)
        if family in (None, name)
        for one in call.region.families[name]
        if one.status == status and one.visible_at <= now
    ]
    if call.params.get("sort", "ASC") == "DESC":
        found.reverse()
    return page(call, "taskDefinitionArns", [one.arn for one in found])


def families(call: Call) -> Json:
    prefix = call.params.get("familyPrefix", "")
    return page(call, "families", [one for one in sorted(call.region.families) if one.startswith(prefix)])


def deregister(call: Call) -> Json:
    """What runs of it goes on running."""
    name = call.wanted("taskDefinition")
    if ":" not in name:
        raise client("Revision is missing.")
    one = definition.find(call.region, name, missing="The specified task definition does not exist.")
    one.deregister()
    return {"taskDefinition": one.shape()}


def usable(call: Call, name: str) -> Definition:
    """For a deployment: it has to be ACTIVE."""
    one = definition.find(call.region, name)
    if one.status != ACTIVE:
        raise client("TaskDefinition is inactive")
    return one


def _registering(call: Call) -> list[Ask]:
    """The roles are handed to tasks; tags are an action of their own. The revision itself is asked for on "*"."""
    params = call.params
    where = call.arn("ecs", f"task-definition/{params.get('family')}:*")
    asks = [Ask("ecs:RegisterTaskDefinition")]
    if params.get("tags"):
        asks.append(Ask("ecs:TagResource", where, {"ecs:CreateAction": "RegisterTaskDefinition"}))
    passed = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    roles = [params.get("taskRoleArn"), params.get("executionRoleArn")]
    return asks + [Ask("iam:PassRole", role, passed) for role in dict.fromkeys(roles) if role]


def _describing(call: Call) -> list[Ask]:
    """Tags are an action of their own."""
    asks = [Ask("ecs:DescribeTaskDefinition")]
    if "TAGS" in call.params.get("include", []):
        name = str(call.params.get("taskDefinition"))
        arn = name if name.startswith("arn:") else call.arn("ecs", f"task-definition/{name}")
        asks.append(Ask("ecs:ListTagsForResource", arn))
    return asks


OPERATIONS = {
    "RegisterTaskDefinition": Operation(register, _registering),
    "DescribeTaskDefinition": Operation(describe, _describing),
    "ListTaskDefinitions": Operation(every, lambda _: [Ask("ecs:ListTaskDefinitions")]),
    "ListTaskDefinitionFamilies": Operation(families, lambda _: [Ask("ecs:ListTaskDefinitionFamilies")]),
    "DeregisterTaskDefinition": Operation(deregister, lambda _: [Ask("ecs:DeregisterTaskDefinition")]),
}
