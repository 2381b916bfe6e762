"""What EventBridge tells of ECS, as far as it says which service moved. What it says of a state is not looked at.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_cwe_events.html. Newer events have more fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.model import ServiceHint

ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
_WHERE = r"arn:aws(?:-[a-z]+)*:ecs:([a-z0-9-]{1,40}):([0-9]{12})"
SERVICE = re.compile(rf"{_WHERE}:service/(?:([A-Za-z0-9_-]{{1,255}})/)?([A-Za-z0-9_-]{{1,255}})", re.ASCII)
CLUSTER = re.compile(rf"{_WHERE}:cluster/([A-Za-z0-9_-]{{1,255}})", re.ASCII)
GROUP = re.compile(r"service:([A-Za-z0-9_-]{1,255})", re.ASCII)


@dataclass(frozen=True)
class Event:
    """``name``: for the metrics. ``hint`` None: nobody waits for such an event, or it names no service."""

    id: str
    name: str = "other"
    hint: ServiceHint | None = None


def read(found: object) -> Event:
    """Raises ValueError: this is no event of ECS."""
    if not isinstance(found, Mapping) or found.get("source") != "aws.ecs":
        raise ValueError("no event of ECS")
    name, detail = found.get("id"), found.get("detail")
    if not isinstance(name, str) or not ID.fullmatch(name) or not isinstance(detail, Mapping):
        raise ValueError("an event without its parts")
    kind = found.get("detail-type")
    if not isinstance(kind, str) or kind not in KINDS:
        return Event(name)
    label, about = KINDS[kind]
    return Event(name, label, about(found, detail))


def _of_service(event: Mapping[str, object], detail: Mapping[str, object]) -> ServiceHint | None:
    """ARNs of before 2018 name no cluster; some of these events name it beside."""
    resources = event.get("resources")
    match = _match(SERVICE, resources[0] if isinstance(resources, list) and resources else None)
    beside = _match(CLUSTER, detail.get("clusterArn"))
    if match is None:
        return None
    cluster = match[3] or (beside[3] if beside else None)
    return ServiceHint(match[2], match[1], cluster, match[4]) if cluster else None


def _of_task(event: Mapping[str, object], detail: Mapping[str, object]) -> ServiceHint | None:
    cluster, group = _match(CLUSTER, detail.get("clusterArn")), _match(GROUP, detail.get("group"))
    if cluster is None or group is None:
        return None
    return ServiceHint(cluster[2], cluster[1], cluster[3], group[1])


KINDS: Mapping[str, tuple[str, Callable[[Mapping[str, object], Mapping[str, object]], ServiceHint | None]]] = {
    "ECS Deployment State Change": ("deployment", _of_service),
    "ECS Service Action": ("service", _of_service),
    "ECS Task State Change": ("task", _of_task),
}
NAMES = frozenset(name for name, _ in KINDS.values())


def _match(form: re.Pattern[str], value: object) -> re.Match[str] | None:
    return form.fullmatch(value) if isinstance(value, str) else None
