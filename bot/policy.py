"""Who may do what: pure rules over ids, the clock passed in (PRODUCT: commands; SAFETY, rule 8).

``may`` decides every verb; ``count`` decides which votes fill seats. Neither reads nor waits.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model import Approval, Group, Kind, Order, Person, Plan, Policy
from bot.seats import Background, Tally, count

__all__ = [
    "REASON",
    "VERBS",
    "Background",
    "Relation",
    "Tally",
    "Verb",
    "count",
    "countersigners",
    "may",
    "roles_for",
    "says_why",
    "verb_of",
]  # fmt: skip


class Verb(StrEnum):
    DEPLOY = "deploy"
    ROLLBACK = "rollback"
    RESTART = "restart"
    LOGS = "logs"
    LOCK = "lock"
    UNLOCK = "unlock"
    CANCEL = "cancel"
    SETTLE = "settle"
    RECHECK = "recheck"
    FREEZE = "freeze"
    EMERGENCY = "emergency"  # break-glass
    ACCEPT = "accept"  # what runs instead of what is recorded
    OVERRIDE = "override"  # who is on call


VERBS = {
    Kind.DEPLOY: Verb.DEPLOY,
    Kind.REDEPLOY: Verb.DEPLOY,
    Kind.RESTART: Verb.RESTART,
    Kind.ROLLBACK: Verb.ROLLBACK,
    Kind.PROMOTE: Verb.DEPLOY,
}
"""What an order of each kind needs."""


def verb_of(order: Order | Plan) -> Verb:
    """What whoever asks for it must be allowed: the roles named for break-glass open that and nothing else."""
    return Verb.EMERGENCY if order.emergency else VERBS[order.kind]


@dataclass(frozen=True)
class Relation:
    """What a person is to the thing acted on: its requester or owner, and whether on call now."""

    owner: bool = False
    oncall: bool = False


def roles_for(verb: Verb, policy: Policy) -> frozenset[str]:
    """The role ids that open a verb by themselves (PRODUCT, column "who, by default")."""
    deploy, rollback, oncall = set(policy.deploy), set(policy.rollback), set(policy.oncall)
    table: dict[Verb, set[str]] = {
        Verb.DEPLOY: deploy,
        Verb.RESTART: deploy,
        Verb.ROLLBACK: rollback,
        Verb.LOGS: deploy | oncall,
        Verb.LOCK: deploy | oncall,
        Verb.UNLOCK: oncall,
        Verb.CANCEL: deploy | oncall,
        Verb.SETTLE: deploy | oncall,
        Verb.RECHECK: deploy | oncall,
        Verb.FREEZE: set(policy.admin),
        Verb.EMERGENCY: set(policy.emergency),
        Verb.ACCEPT: deploy | oncall,
        Verb.OVERRIDE: set(policy.admin),
    }
    return frozenset(table[verb])


OWNERS_TOO = frozenset({Verb.CANCEL, Verb.UNLOCK})
ONCALL_TOO = frozenset(
    {Verb.ROLLBACK, Verb.LOGS, Verb.LOCK, Verb.UNLOCK, Verb.CANCEL, Verb.SETTLE, Verb.RECHECK, Verb.ACCEPT}
)


def may(verb: Verb, person: Person, policy: Policy, relation: Relation = Relation()) -> bool:
    """Empty lists mean nobody. A person on call by rotation counts where the on-call role would."""
    if person.bot:
        return False
    if verb in OWNERS_TOO and relation.owner:
        return True
    if verb in ONCALL_TOO and relation.oncall and _oncall_opens(verb, policy):
        return True
    return bool(person.roles & roles_for(verb, policy))


def _oncall_opens(verb: Verb, policy: Policy) -> bool:
    """Roll back is a list of its own: where the team took on-call out of it, the rotation does not bring it back."""
    return verb is not Verb.ROLLBACK or bool(set(policy.rollback) & set(policy.oncall)) or not policy.oncall


REASON = 20  # visible characters of a reason for break-glass


def says_why(reason: str | None) -> bool:
    """Is it a reason that somebody can judge afterwards? Spaces that only fill and what nobody sees do not count."""
    return sum(char.isprintable() for char in " ".join((reason or "").split())) >= REASON


def countersigners(policy: Policy) -> Approval:
    """Who may stand behind a break-glass deploy afterwards: whoever could have approved it, or the lead."""
    asked = policy.approve or Approval(())
    return replace(asked, groups=(*asked.groups, Group(policy.lead)))
