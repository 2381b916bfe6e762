"""What a request names: its cluster, its service, pages of a list."""

from collections.abc import Sequence
from typing import Any

from playground.aws.ecs.cluster import Cluster
from playground.aws.ecs.service import Service
from playground.aws.errors import AwsError, Json, invalid
from playground.aws.wire.call import Call

MOST = 100


def cluster(call: Call) -> Cluster:
    """By name or ARN; `default` where none is named."""
    name = call.params.get("cluster") or "default"
    found = call.region.clusters.get(_tail(call, name, "cluster/"))
    if found is None:
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return found


def service(call: Call, *, active: bool = False) -> Service:
    """By name or ARN. An INACTIVE one can be described, not updated."""
    found = named(cluster(call), call.wanted("service"))
    if found is None:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if active and found.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    return found


def named(one: Cluster, name: str) -> Service | None:
    prefix = one.region.arn("ecs", f"service/{one.name}/")
    return one.services.get(name.removeprefix(prefix))


def page(call: Call, key: str, every: Sequence[Any], most: int = MOST) -> Json:
    """At most `maxResults`, and the token for what is left."""
    limit = int(call.params.get("maxResults", most))
    token = call.params.get("nextToken", "")
    if not 1 <= limit <= most:
        raise invalid(f"maxResults must be between 1 and {most}.")
    if token and not (token.startswith("page-") and token[5:].isdigit()):
        raise invalid("Invalid token.")
    begin = int(token[5:]) if token else 0
    more = {"nextToken": f"page-{begin + limit}"} if begin + limit < len(every) else {}
    return {key: list(every[begin : begin + limit]), **more}


def missing(arn: str) -> Json:
    return {"arn": arn, "reason": "MISSING"}


def asked_cluster(call: Call) -> str:
    """Its ARN, whether it exists or not: IAM is asked first."""
    return call.arn("ecs", f"cluster/{_tail(call, call.params.get('cluster') or 'default', 'cluster/')}")


def asked_services(call: Call) -> list[str]:
    """The ARNs of what is named."""
    where = _tail(call, call.params.get("cluster") or "default", "cluster/")
    names = call.params.get("services") or [call.params.get("service") or call.params.get("serviceName") or "*"]
    return [one if str(one).startswith("arn:") else call.arn("ecs", f"service/{where}/{one}") for one in names]


def _tail(call: Call, name: str, prefix: str) -> str:
    return name.removeprefix(call.arn("ecs", prefix))
