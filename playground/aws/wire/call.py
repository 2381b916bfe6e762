"""One request on its way to a handler."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.aws.accounts import Keys
from playground.aws.errors import Json, invalid
from playground.aws.policy import Ask
from playground.aws.state import Region, State
from playground.faults import Fault


@dataclass
class Call:
    state: State
    service: str
    action: str
    params: Json
    keys: Keys
    region: Region
    fault: Fault = field(default_factory=Fault)

    def wanted(self, name: str, kind: type = str) -> Any:
        """A field that has to be there."""
        value = self.params.get(name)
        if not isinstance(value, kind) or value in ("", []):
            raise invalid(f"{name} is required.")
        return value

    def arn(self, service: str, rest: str) -> str:
        return self.region.arn(service, rest)


Handler = Callable[[Call], Json | Awaitable[Json]]
Asks = Callable[[Call], Sequence[Ask]]


@dataclass(frozen=True)
class Operation:
    """`asks` is what IAM is asked first, by the service's authorization reference; nothing for a free call."""

    handler: Handler
    asks: Asks
