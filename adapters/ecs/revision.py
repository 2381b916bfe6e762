"""The new task definition: the current one with another image, another model, and our tags; nothing else.

Pure: from what DescribeTaskDefinition answers to what RegisterTaskDefinition takes.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import AdapterError

Definition = Mapping[str, Any]
"""``taskDefinition`` as DescribeTaskDefinition answers it."""

Tags = Sequence[Mapping[str, str]]

TAKEN = (
    "family",
    "taskRoleArn",
    "executionRoleArn",
    "networkMode",
    "containerDefinitions",
    "volumes",
    "placementConstraints",
    "requiresCompatibilities",
    "cpu",
    "memory",
    "pidMode",
    "ipcMode",
    "proxyConfiguration",
    "inferenceAccelerators",
    "ephemeralStorage",
    "runtimePlatform",
    "enableFaultInjection",
    "trustedExecutionConfiguration",
)
"""What RegisterTaskDefinition takes of what is described; the rest is ECS's own."""

ATTEMPT, LABEL, COPIES = "slipway:attempt", "slipway:version", "slipway:copies"
OURS = "slipway:"
RESERVED = "aws:"  # keys that nobody may set


def changed(
    current: Definition, *, container: str, image: str, model: tuple[str, str] | None = None, tags: Tags = ()
) -> dict[str, Any]:
    """The parameters of RegisterTaskDefinition. ``model``: key and id. Raises AdapterError container_missing."""
    _container(current, container)
    made = {name: copy.deepcopy(current[name]) for name in TAKEN if current.get(name) is not None}
    ours = _container(made, container)
    ours["image"] = image
    if model is not None:
        _write(ours, *model)
    return {**made, **({"tags": list(tags)} if tags else {})}


def tagged(kept: Tags, attempt: str, label: str, copies: str) -> list[dict[str, str]]:
    """The copied revision's own tags, and ours. ``copies``: its name."""
    others = [dict(tag) for tag in kept if not tag["key"].startswith((OURS, RESERVED))]
    ours = {ATTEMPT: attempt, LABEL: label, COPIES: copies}
    return [*others, *({"key": key, "value": value} for key, value in ours.items())]


def mark(definition: Definition, container: str, model_key: str | None) -> str:
    """Of all that the code runs in: another one whenever anything but the image, the model and the tags differs."""
    made = changed(definition, container=container, image="", model=(model_key, "") if model_key else None)
    return hashlib.sha256(json.dumps(made, sort_keys=True, default=str).encode()).hexdigest()[:12]


def tag(tags: Tags, key: str) -> str | None:
    return next((one.get("value") for one in tags if one["key"] == key), None)


def image(definition: Definition, container: str) -> str:
    """Raises AdapterError container_missing."""
    return str(_container(definition, container).get("image", ""))


def environment(definition: Definition, container: str) -> dict[str, str]:
    """The container's plain variables. Raises AdapterError container_missing."""
    found = _container(definition, container).get("environment") or []
    return {str(one["name"]): str(one.get("value", "")) for one in found}


def short(arn: str) -> str:
    """``arn:aws:ecs:…:task-definition/llmops:57`` → ``llmops:57``."""
    return arn.rpartition("/")[2]


def architecture(definition: Definition) -> str | None:
    """``amd64`` or ``arm64``; None: the definition leaves it to where the task is placed."""
    named = (definition.get("runtimePlatform") or {}).get("cpuArchitecture")
    if named is None and "FARGATE" in (definition.get("requiresCompatibilities") or []):
        named = "X86_64"  # Fargate's own default
    return {"X86_64": "amd64", "ARM64": "arm64"}.get(str(named))


def _container(definition: Definition, name: str) -> Any:
    found = definition.get("containerDefinitions") or []
    for one in found:
        if one.get("name") == name:
            return one
    known = ", ".join(str(one.get("name")) for one in found)
    arn = f"{definition.get('family', '?')}:{definition.get('revision', '?')}"
    raise AdapterError("ecs", "container_missing", retry=False, container=name, revision=arn, known=known)


def _write(container: dict[str, Any], key: str, value: str) -> None:
    variables = [dict(one) for one in container.get("environment") or []]
    ours = [one for one in variables if one["name"] == key]
    for one in ours:
        one["value"] = value
    container["environment"] = variables if ours else [*variables, {"name": key, "value": value}]
