"""Whether IAM allows what a deploy will ask, by IAM's own simulation: nothing is done, and nothing is asked of ECS.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from adapters.ecs import iam
from adapters.ecs.account import Caller, Region
from adapters.ecs.config import Config

SESSION = re.compile(r"arn:(aws[a-z-]*):sts::([0-9]{12}):assumed-role/([^/]+)/.*")
EXAMPLE = "slipway-doctor"  # stands for what is not made yet: a revision, a task


async def denied(region: Region, config: Config, caller: Caller) -> tuple[list[str], int]:
    """The actions that are not allowed, and how many were simulated. Raises AdapterError where one may not simulate."""
    found: list[str] = []
    count = 0
    for statement in iam.policy([iam.Lying("", config, caller.account)])["Statement"]:
        asked: dict[str, Any] = {
            "PolicySourceArn": principal(config, caller),
            "ActionNames": _several(statement["Action"]),
            "ResourceArns": [_one(resource) for resource in _several(statement["Resource"])],
            "ContextEntries": list(_context(statement.get("Condition", {}))),
        }
        results = await region.pages("iam", "simulate_principal_policy", "EvaluationResults", **asked)
        count += len(asked["ActionNames"])
        found += [str(one["EvalActionName"]) for one in results if one.get("EvalDecision") != "allowed"]
    return sorted(set(found)), count


def principal(config: Config, caller: Caller) -> str:
    """Whose policies count. A session does not tell its role's path: the file does, where it names the role."""
    session = SESSION.fullmatch(caller.arn)
    if session is None:
        return caller.arn
    partition, account, name = session.groups()
    return config.role_arn or f"arn:{partition}:iam::{account}:role/{name}"


def _context(condition: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What AWS would tell its policies of such a call."""
    for keys in condition.values():
        for key, value in keys.items():
            yield {"ContextKeyName": key, "ContextKeyValues": _several(value), "ContextKeyType": "string"}


def _one(resource: str) -> str:
    return resource if resource == iam.ANY else resource.replace("*", EXAMPLE)


def _several(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
