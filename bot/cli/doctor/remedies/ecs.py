"""A service of ECS: how it is set up, and what its task definition says."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

ECS = {
    "ecs.service_missing": Check(
        "there is no service {service} in the cluster {cluster} ({region})", "check `service`, `cluster` and `region`"
    ),
    "ecs.repository_missing": Check("there is no repository {repository} in ECR", "check `repository` and `region`"),
    "ecs.container_missing": Check(
        "the task definition {revision} has no container {container} (there is: {known})", "check `container`"
    ),
    "ecs.digest_untold": Check(
        "the tasks do not tell one image of the container {container} (tasks: {tasks})",
        "look at the service's tasks: ECS tells no digest for images that it did not pull itself",
    ),
    "ecs.no_log_group": Check(
        "the container {container} does not write to CloudWatch Logs ({driver})",
        "use the awslogs driver with a group and a stream prefix, or do without /logs",
    ),
    "ecs.secret_in_plain": Check(
        "the task definition {revision} holds credentials in plain text: {names}",
        "move them to Secrets Manager or Parameter Store (`secrets`), or name them in `plain_secrets_ok`",
    ),
    "ecs.controller_other": Check(
        "the service is deployed by another controller: {controller}", "use a service with the controller ECS"
    ),
    "ecs.strategy_other": Check("the service's strategy is {strategy}", "set the deployment strategy to ROLLING"),
    "ecs.no_tasks_wanted": Check(
        "the desired count of {service} is 0: nothing would prove a version", "raise it before the first deploy"
    ),
    "ecs.rollout_untold": Check(
        "ECS tells no rollout state of {service} (Classic Load Balancer)", "put it behind a target group"
    ),
    "ecs.no_room": Check(
        "no task may stop and none may start in addition (minimum {least} %, maximum {most} %)",
        "raise the maximum, or lower the minimum",
    ),
    "ecs.breaker_off": Check(
        "the circuit breaker is off: ECS would try a bad version until the deadline", "turn it on, with rollback"
    ),
    "ecs.breaker_stays": Check("the circuit breaker stops a bad version and does not go back", "turn its rollback on"),
    "ecs.nothing_to_fall_back": Check(
        "no deployment of this service has completed yet: ECS has nothing to go back to",
        "nothing, for the first deploy",
    ),
    "ecs.spot_only": Check("all tasks run on Fargate Spot", "keep at least one task on Fargate where that matters"),
}
