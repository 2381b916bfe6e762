"""What IAM must allow so that Slipway can deploy to these targets, and nothing else. Pure, and without the SDK.

Resources and condition keys as the Service Authorization Reference has them for each action: DescribeTaskDefinition,
ListTaskDefinitions and DescribeTargetHealth know no resource, ListTasks only the cluster. RegisterTaskDefinition was
refused "on resource: *" where only a family was allowed (decision 0021); the roles that it may pass bound it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.ecs.config import Config

Statement = dict[str, Any]
VERSION = "2012-10-17"  # of the language
ANY = "*"


@dataclass(frozen=True)
class Lying:
    """One section, and the number of its account. ``name``: where it stands in the file."""

    name: str
    config: Config
    account: str

    @property
    def partition(self) -> str:
        """By how the region begins (docs.aws.amazon.com, "Amazon Resource Names")."""
        return next((f"aws-{start}" for start in ("cn", "us-gov") if self.config.region.startswith(f"{start}-")), "aws")

    def arn(self, service: str, what: str) -> str:
        return f"arn:{self.partition}:{service}:{self.config.region}:{self.account}:{what}"

    @property
    def cluster(self) -> str:
        return self.arn("ecs", f"cluster/{self.config.cluster}")

    @property
    def here(self) -> str:
        """As ARNs of what belongs to the service go on."""
        return f"{self.config.cluster}/{self.config.service}"

    @property
    def family(self) -> str:
        return self.arn("ecs", f"task-definition/{self.config.family or ANY}:*")

    @property
    def logs(self) -> str:
        """Streams of the container: prefix/container/task."""
        group = self.config.log_group or ANY
        return self.arn("logs", f"log-group:{group}:log-stream:*/{self.config.container}/*")


def policy(targets: Sequence[Lying], queues: Sequence[str] = (), roles: Sequence[str] = ()) -> dict[str, Any]:
    """For one principal. ``queues``: their ARNs; ``roles``: what it assumes to reach other targets."""
    found = [*_services(targets), *_reading(targets), *_registering(targets)] if targets else []
    if queues:
        actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
        found.append(_allow("HearHints", actions, queues))
    if roles:
        found.append(_allow("SpeakAsTheTargetsRole", ("sts:AssumeRole",), roles))
    return {"Version": VERSION, "Statement": found}


def untold(targets: Iterable[Lying]) -> list[tuple[str, str]]:
    """(where, key) of what the file does not say, so that the policy is wider or lets less be done than it might."""
    found = []
    for one in targets:
        said = {"family": one.config.family, "log_group": one.config.log_group, "pass_roles": one.config.pass_roles}
        found += [(one.name, key) for key, value in said.items() if not value]
    return found


def _services(targets: Sequence[Lying]) -> list[Statement]:
    clusters = [one.cluster for one in targets]
    services = [one.arn("ecs", f"service/{one.here}") for one in targets]
    within = {"ArnEquals": {"ecs:cluster": _several(clusters)}}
    follow = ("ecs:DescribeServices", "ecs:UpdateService")
    stopped = [one.arn("ecs", f"service-deployment/{one.here}/*") for one in targets]
    revisions = [one.arn("ecs", f"service-revision/{one.here}/*") for one in targets]
    tasks = [one.arn("ecs", f"task/{one.config.cluster}/*") for one in targets]
    return [
        _allow("MoveServices", follow, services, within),
        _allow("ListRollouts", ("ecs:ListServiceDeployments",), services),
        _allow("StopRollouts", ("ecs:StopServiceDeployment",), stopped),
        _allow("ReadWhatWasRolledOut", ("ecs:DescribeServiceRevisions",), revisions),
        _allow("ListTasks", ("ecs:ListTasks",), [ANY], within),
        _allow("ReadTasks", ("ecs:DescribeTasks",), tasks, within),
    ]


def _reading(targets: Sequence[Lying]) -> list[Statement]:
    regions = {"StringEqualsIfExists": {"aws:RequestedRegion": _several(one.config.region for one in targets)}}
    plain = ("ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions", "elasticloadbalancing:DescribeTargetHealth")
    images = ("ecr:BatchGetImage", "ecr:DescribeImages", "ecr:DescribeRepositories", "ecr:GetDownloadUrlForLayer")
    repositories = [one.arn("ecr", f"repository/{one.config.repository}") for one in targets]
    return [
        _allow("ReadWhatHasNoResource", plain, [ANY], regions),
        _allow("ReadImages", images, repositories),
        _allow("ReadLogs", ("logs:GetLogEvents",), [one.logs for one in targets]),
    ]


def _registering(targets: Sequence[Lying]) -> list[Statement]:
    families = [one.family for one in targets]
    regions = {"StringEqualsIfExists": {"aws:RequestedRegion": _several(one.config.region for one in targets)}}
    made = {"StringEquals": {"ecs:CreateAction": "RegisterTaskDefinition"}}
    found = [
        _allow("RegisterRevisions", ("ecs:RegisterTaskDefinition",), [ANY], regions),
        _allow("ReadTheirTags", ("ecs:ListTagsForResource",), families),
        _allow("TagThemAsTheyAreRegistered", ("ecs:TagResource",), families, made),
    ]
    roles = [role for one in targets for role in one.config.pass_roles]
    if roles:
        to = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        found.append(_allow("PassTheTasksRoles", ("iam:PassRole",), roles, to))
    return found


def _allow(name: str, actions: Iterable[str], resources: Iterable[str], only: Statement | None = None) -> Statement:
    plain = {"Sid": name, "Effect": "Allow", "Action": _several(actions), "Resource": _several(resources)}
    return {**plain, "Condition": only} if only else plain


def _several(values: Iterable[str]) -> str | list[str]:
    """Sorted and each once; one stands alone, as IAM itself writes it."""
    found = sorted(set(values))
    return found[0] if len(found) == 1 else found
