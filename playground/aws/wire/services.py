"""Every service that is imitated, and in which protocol it speaks."""

from playground.aws.ecr import OPERATIONS as ECR
from playground.aws.ecs.api import OPERATIONS as ECS
from playground.aws.elb import OPERATIONS as ELB
from playground.aws.logs import OPERATIONS as LOGS
from playground.aws.sqs import OPERATIONS as SQS
from playground.aws.sts import IAM, STS
from playground.aws.wire.call import Operation

SERVICES: dict[str, tuple[str, dict[str, Operation]]] = {
    "ecs": ("ecs", ECS),
    "ecr": ("ecr", ECR),
    "elasticloadbalancing": ("elbv2", ELB),
    "logs": ("logs", LOGS),
    "sts": ("sts", STS),
    "iam": ("iam", IAM),
    "sqs": ("sqs", SQS),
}
"""By the name that a request is signed for: boto3's name, and what it can do."""
QUERY = ("sts", "iam", "elbv2")
