"""Tasks: list and describe."""

from playground.aws.ecs.api.found import asked_cluster, cluster, missing, named, page
from playground.aws.ecs.task import Task
from playground.aws.errors import AwsError, Json, invalid
from playground.aws.policy import Ask
from playground.aws.wire.call import Call, Operation

MOST = 100


def every(call: Call) -> Json:
    """Tasks that are wanted RUNNING, unless `desiredStatus` is STOPPED: then also those that are about to stop."""
    where, params = cluster(call), call.params
    services = list(where.services.values())
    if params.get("serviceName"):
        one = named(where, params["serviceName"])
        if one is None:
            raise AwsError("ServiceNotFoundException", "Service not found.")
        services = [one]
    wanted = params.get("desiredStatus", "RUNNING")
    if wanted not in ("RUNNING", "PENDING", "STOPPED"):
        raise invalid("Invalid desiredStatus.")
    found: list[Task] = []
    for one in services:
        found += [task for task in one.tasks if task.desired == wanted]
        found += one.stopped_tasks if wanted == "STOPPED" else []
    family, by = params.get("family"), params.get("startedBy")
    return page(
        call,
        "taskArns",
        [task.arn for task in found if family in (None, task.definition.family) and by in (None, task.started_by)],
    )


def describe(call: Call) -> Json:
    """By ARN or id."""
    names = call.params.get("tasks") or []
    if not names:
        raise invalid("Tasks cannot be empty.")
    if len(names) > MOST:
        raise invalid(f"Tasks cannot be more than {MOST}.")
    where = cluster(call)
    known = {task.id: task for one in where.services.values() for task in [*one.tasks, *one.stopped_tasks]}
    told: Json = {"tasks": [], "failures": []}
    for name in names:
        found = known.get(name.rpartition("/")[2])
        if found is None:
            told["failures"].append(missing(_arn(call, name)))
        else:
            told["tasks"].append(found.shape())
    return told


def _arn(call: Call, name: str) -> str:
    where = asked_cluster(call).rpartition("/")[2]
    return name if name.startswith("arn:") else call.arn("ecs", f"task/{where}/{name}")


def _described(call: Call) -> list[Ask]:
    context = {"ecs:cluster": asked_cluster(call)}
    return [Ask("ecs:DescribeTasks", _arn(call, one), context) for one in call.params.get("tasks") or ["*"]]


OPERATIONS = {
    "ListTasks": Operation(every, lambda call: [Ask("ecs:ListTasks", "*", {"ecs:cluster": asked_cluster(call)})]),
    "DescribeTasks": Operation(describe, _described),
}
