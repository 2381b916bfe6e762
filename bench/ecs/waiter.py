"""What a team writes with boto3: a new revision, UpdateService, and the waiter that comes with boto3.

Environment: as boto3 reads it. Arguments: cluster, service, container, image.
"""

import sys

import boto3

TAKEN = (
    "family",
    "containerDefinitions",
    "networkMode",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "executionRoleArn",
)


def main() -> None:
    cluster, service, container, image = sys.argv[1:]
    ecs = boto3.client("ecs")
    (found,) = ecs.describe_services(cluster=cluster, services=[service])["services"]
    current = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    wanted = {name: current[name] for name in TAKEN if name in current}
    for one in wanted["containerDefinitions"]:
        one["image"] = image if one["name"] == container else one["image"]
    revision = ecs.register_task_definition(**wanted)["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=cluster, service=service, taskDefinition=revision)
    ecs.get_waiter("services_stable").wait(cluster=cluster, services=[service])


if __name__ == "__main__":
    main()
