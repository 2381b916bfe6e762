"""A strict local imitation of AWS (ECS and what a deploy asks besides), misbehaving on request.

async with LocalAws() as aws:
    keys = aws.keys()                                    # or allowed={"ecs:DescribeServices", …}, policy={…}
    aws.role("arn:aws:iam::123456789012:role/deploy", external_id="slipway")
    repository = aws.repository("prod-llmops-app")
    first = repository.push("v1")                        # → digest; .move(tag, digest); .delete(digest); .image(what)
    service = aws.cluster("prod").service("llmops", containers=["app"], image=repository.image(first))
    # the client, in any process: endpoint_url aws.endpoint, any region, these keys
    service.place(); service.run(); service.healthy(); service.complete()      # moved by the test, step by step
    service.fail("Essential container in task exited", 1); service.breaker(); service.hang()
    service.superseded_by(image)                         # somebody else deploys
    service.script, service.pace = "good", 0.2           # or it moves by itself: see playground.aws.ecs.scripts
    aws.faults.next("UpdateService", "lost_after_effect")   # see playground.aws.faults; names: the API's own
    aws.queue("slipway-events").messages                 # EventBridge → SQS; aws.told: every event
    aws.now = lambda: later                              # the clock
    aws.requests, service.deployments, service.events, service.tasks, service.stopped_tasks    # what really happened
"""

from playground.aws.accounts import Keys, Role
from playground.aws.ecs.cluster import Cluster
from playground.aws.ecs.definition import Definition
from playground.aws.ecs.deployment import Deployment
from playground.aws.ecs.service import Service
from playground.aws.ecs.task import Task
from playground.aws.errors import PlaygroundError
from playground.aws.journal import Seen
from playground.aws.policy import Ask, decide
from playground.aws.registry import Repository
from playground.aws.server import LocalAws
from playground.aws.sqs import Queue
from playground.faults import Faults

__all__ = [
    "Ask",
    "Cluster",
    "Definition",
    "Deployment",
    "Faults",
    "Keys",
    "LocalAws",
    "PlaygroundError",
    "Queue",
    "Repository",
    "Role",
    "Seen",
    "Service",
    "Task",
    "decide",
]
