"""What the gates are asked about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.ledger import Ledger
from bot.model import GateAnswer, Gates, Kind, Says, Version
from bot.ports import Site

PROVED_BEFORE = ("verified_in", "soak")


@dataclass(frozen=True)
class Question:
    """One order for one version at one instant. ``number`` None: a plan that has no number yet."""

    ledger: Ledger
    site: Site
    kind: Kind
    to: Version
    before: Version | None
    requester: str  # user id
    now: float
    number: int | None = None
    emergency: bool = False

    @property
    def gates(self) -> Gates:
        """What is asked for. A promotion means what is verified in the environment before, asked for or not."""
        spec = self.site.spec
        if self.kind is Kind.PROMOTE and spec.gates.verified_in is None:
            return replace(spec.gates, verified_in=spec.previous)
        return spec.gates

    @property
    def wanted(self) -> tuple[str, ...]:
        """The gates that must answer: none for a rollback, a restart or break-glass; in the order shown.

        A redeploy builds again what runs here: that it was proved elsewhere is of no use.
        """
        if self.emergency or self.kind in (Kind.ROLLBACK, Kind.RESTART):
            return ()
        named = configured(self.gates)
        return tuple(name for name in named if self.kind is not Kind.REDEPLOY or name not in PROVED_BEFORE)


def configured(gates: Gates) -> tuple[str, ...]:
    """Names of the gates that a target has."""
    asked = {
        "verified_in": gates.verified_in,
        "soak": gates.verified_in and gates.soak,
        "on_branch": gates.on_branch,
        "signed": gates.signed,
        "checks": gates.checks,
        "evaluation": gates.evaluation,
        "metric": gates.metric,
        "webhook": gates.webhook,
    }
    return tuple(name for name, value in asked.items() if value)


def yes(gate: str, code: str, **facts: object) -> GateAnswer:
    return GateAnswer(gate, Says.YES, code, facts)


def no(gate: str, code: str, **facts: object) -> GateAnswer:
    return GateAnswer(gate, Says.NO, code, facts)


def not_yet(gate: str, code: str, **facts: object) -> GateAnswer:
    return GateAnswer(gate, Says.NOT_YET, code, facts)
