"""Target groups and the health of their targets."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.aws.errors import AwsError, Json
from playground.aws.policy import Ask
from playground.aws.state import Region
from playground.aws.wire.call import Call, Operation

REASONS: Mapping[str, tuple[str, str]] = {
    "initial": ("Elb.RegistrationInProgress", "Target registration is in progress"),
    "unhealthy": ("Target.ResponseCodeMismatch", "Health checks failed with these codes: [503]"),
    "draining": ("Target.DeregistrationInProgress", "Target deregistration is in progress"),
}


@dataclass
class Target:
    ip: str
    port: int
    state: str = "initial"
    reason: tuple[str, str] | None = None
    """Another one than the state's usual."""

    def shape(self) -> Json:
        told: Json = {
            "Target": {"Id": self.ip, "Port": self.port, "AvailabilityZone": "ap-northeast-2a"},
            "HealthCheckPort": str(self.port),
            "TargetHealth": {"State": self.state},
        }
        reason = self.reason or REASONS.get(self.state)
        if reason is not None:
            told["TargetHealth"] |= {"Reason": reason[0], "Description": reason[1]}
        return told


@dataclass
class TargetGroup:
    region: Region = field(repr=False)
    name: str
    port: int = 8000
    path: str = "/api/health"
    targets: dict[str, Target] = field(default_factory=dict)
    """By address."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def arn(self) -> str:
        return self.region.arn("elasticloadbalancing", f"targetgroup/{self.name}/{self.id}")

    def register(self, ip: str) -> None:
        self.targets[ip] = Target(ip, self.port)

    def becomes(self, ip: str, state: str, reason: tuple[str, str] | None = None) -> None:
        if ip in self.targets:
            self.targets[ip].state, self.targets[ip].reason = state, reason

    def forget(self, ip: str) -> None:
        self.targets.pop(ip, None)

    def healthy(self, ip: str) -> bool:
        return ip in self.targets and self.targets[ip].state == "healthy"

    def shape(self) -> Json:
        return {
            "TargetGroupArn": self.arn,
            "TargetGroupName": self.name,
            "Protocol": "HTTP",
            "Port": self.port,
            "VpcId": "vpc-0a1b2c3d",
            "HealthCheckProtocol": "HTTP",
            "HealthCheckPort": "traffic-port",
            "HealthCheckEnabled": True,
            "HealthCheckIntervalSeconds": 30,
            "HealthCheckTimeoutSeconds": 5,
            "HealthyThresholdCount": 5,
            "UnhealthyThresholdCount": 2,
            "HealthCheckPath": self.path,
            "Matcher": {"HttpCode": "200"},
            "LoadBalancerArns": [],
            "TargetType": "ip",
            "ProtocolVersion": "HTTP1",
            "IpAddressType": "ipv4",
        }


def _found(call: Call, arn: str) -> TargetGroup:
    found = call.region.groups.get(arn)
    if found is None:
        raise AwsError("TargetGroupNotFound", f"Target groups '{arn}' not found")
    return found


def describe_target_health(call: Call) -> Json:
    """Of the named targets, or of all. One that is not registered is `unused`."""
    if not call.params.get("TargetGroupArn"):
        raise AwsError("ValidationError", "1 validation error detected: TargetGroupArn must not be null")
    group = _found(call, call.params["TargetGroupArn"])
    named = call.params.get("Targets")
    if named is None:
        return {"TargetHealthDescriptions": [one.shape() for one in group.targets.values()]}
    unused = ("Target.NotRegistered", "Target is not registered to the target group")
    every = [
        group.targets.get(one["Id"]) or Target(one["Id"], int(one.get("Port", group.port)), "unused", unused)
        for one in named
    ]
    return {"TargetHealthDescriptions": [one.shape() for one in every]}


def describe_target_groups(call: Call) -> Json:
    arns, names = call.params.get("TargetGroupArns"), call.params.get("Names")
    if arns:
        return {"TargetGroups": [_found(call, one).shape() for one in arns]}
    every = [one for one in call.region.groups.values() if not names or one.name in names]
    if names and len(every) < len(names):
        raise AwsError("TargetGroupNotFound", "One or more target groups not found")
    return {"TargetGroups": [one.shape() for one in every]}


OPERATIONS = {
    "DescribeTargetHealth": Operation(
        describe_target_health, lambda _: [Ask("elasticloadbalancing:DescribeTargetHealth")]
    ),
    "DescribeTargetGroups": Operation(
        describe_target_groups, lambda _: [Ask("elasticloadbalancing:DescribeTargetGroups")]
    ),
}
"""Neither knows a resource: IAM is asked about "*"."""
