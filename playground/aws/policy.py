"""IAM's decision about one action on one resource, as far as identity policies with `*` and plain conditions go."""

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Ask:
    """An action ("ecs:UpdateService") on a resource's ARN; "*" where the action knows no resource."""

    action: str
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)
    """Condition keys with their values ("ecs:cluster", "iam:PassedToService")."""


def allowing(actions: Collection[str] | None) -> list[Mapping[str, Any]]:
    """One statement for these actions on everything; None is every action."""
    return [{"Effect": "Allow", "Action": sorted(actions) if actions is not None else "*", "Resource": "*"}]


def decide(statements: Sequence[Mapping[str, Any]], ask: Ask) -> str:
    """`allowed`, `explicitDeny` or `implicitDeny`, the words of SimulatePrincipalPolicy."""
    fitting = {one["Effect"] for one in statements if _fits(one, ask)}
    if "Deny" in fitting:
        return "explicitDeny"
    return "allowed" if "Allow" in fitting else "implicitDeny"


def _fits(statement: Mapping[str, Any], ask: Ask) -> bool:
    named = any(_like(ask.action.lower(), one.lower()) for one in _several(statement.get("Action", ())))
    reached = any(_like(ask.resource, one) for one in _several(statement.get("Resource", ())))
    return named and reached and all(_holds(how, what, ask) for how, what in statement.get("Condition", {}).items())


def _holds(how: str, what: Mapping[str, Any], ask: Ask) -> bool:
    """A key that the call does not carry fails the condition, unless it is asked with `IfExists`."""
    lenient = how.endswith("IfExists")
    compare = how.removesuffix("IfExists")
    context = {name.lower(): value for name, value in ask.context.items()}
    for key, wanted in what.items():
        value = context.get(key.lower())
        if value is None:
            if not lenient:
                return False
        elif not _compared(compare, value, _several(wanted)):
            return False
    return True


def _compared(how: str, value: str, wanted: Sequence[str]) -> bool:
    if how == "StringEquals":
        return value in wanted
    if how in ("StringLike", "ArnLike", "ArnEquals"):
        return any(_like(value, one) for one in wanted)
    raise ValueError(f"no such condition here: {how}")


def _like(value: str, pattern: str) -> bool:
    """`*` and `?` as IAM has them; a bracket is a plain sign."""
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value
