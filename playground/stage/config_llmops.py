"""What the bot's file says of llmops: dev on GitHub, prod on ECS."""

from playground.stage import fleet
from playground.stage.config_quoting import quoted
from playground.stage.fleet import Fleet
from playground.stage.llmops import REPOSITORY, WORKFLOW, Llmops

_TABLES = """
[github]
api = {api}

# A service whose dev environment is a workflow on GitHub.
[services.llmops]
title = "LLMOps"
branch = "main"
chain = ["dev", "prod"]
repository = {repository}

[services.llmops.policy]
deploy = ["deployer"]
rollback = ["deployer", "oncall"]
admin = ["approver"]

[services.llmops.health]
url = {health}
version = "/version"
tries = 3
interval = "1s"

[services.llmops.env.dev]
adapter = "github"
timeout = "3m"
[services.llmops.env.dev.policy]
hold = "0s"
[services.llmops.env.dev.github]
workflow = {workflow}
ref = "main"
inputs = {{ version = "{{version}}", attempt = "{{attempt}}" }}
deploy_jobs = ["deploy"]
jobs_every = "1s"

# And whose prod is a service on ECS, whose events lie in a queue.
[aws.queues.ecs]
url = {queue}
region = {region}

[services.llmops.env.prod]
adapter = "ecs"
timeout = "3m"
[services.llmops.env.prod.policy]
hold = "0s"
[services.llmops.env.prod.health]
url = {prod}
[services.llmops.env.prod.ecs]
region = {region}
cluster = {cluster}
service = {ecs_service}
container = {container}
repository = {ecr}
endpoint = {aws}
"""


def text(one: Llmops, prod: Fleet) -> str:
    """The part of the file that is about llmops."""
    dev = {"api": one.github.api, "repository": REPOSITORY, "health": f"{one.url}/health", "workflow": WORKFLOW}
    names = {"cluster": fleet.CLUSTER, "ecs_service": fleet.SERVICE, "container": fleet.CONTAINER}
    where = {"region": fleet.REGION, "ecr": fleet.REPOSITORY, "aws": prod.aws.endpoint, "queue": prod.queue.url}
    return _TABLES.format(**quoted(**dev, **names, **where, prod=f"{prod.url}/api/health"))
