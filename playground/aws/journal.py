"""Everything that crossed the wire, oldest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.aws.policy import Ask


@dataclass(frozen=True)
class Seen:
    """One exchange: `service` as boto3 calls it ("ecs"), `action` as the model does ("UpdateService")."""

    at: float
    service: str
    action: str
    params: Mapping[str, Any]
    status: int
    """0 when the answer was lost on purpose."""
    got: Any = None
    """The answer's fields, or the error's."""
    code: str | None = None
    """The error's."""
    region: str = ""
    who: str = ""
    """The caller's ARN; empty when the keys were refused."""
    fault: str | None = None
    asks: Sequence[Ask] = field(default_factory=tuple)
    """What IAM was asked before it was done: actions on resources."""
    body: bytes = b""
    """The answer as it went over the wire."""
