"""One request to AWS, as plain data: all that the rest of the package knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

READ, SEND = 10.0, 12.0  # seconds for one request
PREFIXES = {"elbv2": "elasticloadbalancing"}  # where IAM calls a service by another name than boto3
ROLE_SESSION = "slipway"


@dataclass(frozen=True)
class Asked:
    """``call`` names it in errors and named points; ``operation`` as boto3 writes it; ``seconds`` bound all of it.

    ``wants``: what the answer must hold, else it is none of AWS's. ``session``: what a role's session is called.
    """

    call: str
    service: str
    operation: str
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds: float = READ
    wants: str | None = None
    writes: bool = False
    session: str = ROLE_SESSION

    @property
    def action(self) -> str:
        """As IAM calls it: ``ecs:UpdateService``."""
        name = "".join(word.capitalize() for word in self.operation.split("_"))
        return f"{PREFIXES.get(self.service, self.service)}:{name}"


@dataclass(frozen=True)
class Where:
    """``endpoint`` None: AWS itself."""

    region: str
    endpoint: str | None = None


@dataclass(frozen=True, repr=False)
class Keys:
    """What signs a request. ``until``: epoch seconds after which AWS takes it no more; None: nobody said."""

    access: str
    secret: str
    token: str | None = None
    until: float | None = None


class Unread(Exception):
    """An answer that cannot be AWS's: not JSON, cut off, or without what it must hold."""
