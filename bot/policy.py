"""Who may do what: pure rules over ids, the clock passed in (PRODUCT: commands; SAFETY, rule 8).

``may`` decides every verb; ``count`` decides which votes fill seats. Neither reads nor waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.model import Approval, Choice, Group, Person, Policy, Vote


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
    ACCEPT = "accept"  # what runs instead of what is recorded
    OVERRIDE = "override"  # who is on call


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


@dataclass(frozen=True)
class Tally:
    """Votes judged: ``seats`` are the people who fill one, ``missing`` how many are still wanted."""

    have: int
    need: int
    approvers: tuple[str, ...]
    rejected_by: tuple[str, ...]
    cancelled_by_requester: bool
    votes: tuple[Vote, ...]  # each with ``counts``: None or the reason why not

    @property
    def met(self) -> bool:
        return self.have >= self.need


def count(
    votes: Sequence[Vote],
    people: Mapping[str, Person | None],
    approval: Approval,
    requester: str,
    oncall: frozenset[str],
    oncall_roles: frozenset[str] = frozenset(),
    linked: Mapping[str, frozenset[str]] | None = None,
) -> Tally:
    """Judge standing votes. One seat per person; requester, linked accounts, bots and the unauthorised never count."""
    accounts = linked or {}
    own = {requester} | accounts.get(requester, frozenset())
    judged = [replace(vote, counts=_reason(vote, people, approval, own, oncall, oncall_roles)) for vote in votes]
    counting = [vote for vote in judged if vote.counts is None]
    yes = _unique(vote.user for vote in counting if vote.choice is Choice.APPROVE)
    first = {user: next(one for one in yes if one == user or one in accounts.get(user, ())) for user in yes}
    eligible = [_eligible(group, yes, people, oncall, oncall_roles) for group in approval.groups]
    groups = [frozenset(first[user] for user in users) for users in eligible]
    return Tally(
        have=_filled(approval.groups, groups),
        need=sum(group.count for group in approval.groups),
        approvers=_unique(first.values()),
        rejected_by=_unique(vote.user for vote in counting if vote.choice is Choice.REJECT),
        cancelled_by_requester=any(vote.user in own and vote.choice is Choice.REJECT for vote in judged),
        votes=tuple(judged),
    )


def _reason(
    vote: Vote,
    people: Mapping[str, Person | None],
    approval: Approval,
    own: set[str],
    oncall: frozenset[str],
    oncall_roles: frozenset[str],
) -> str | None:
    person = people.get(vote.user)
    if person is None:
        return "not_member"
    if person.bot:
        return "bot"
    if vote.user in own:
        return "requester"
    if not any(_fits(group, person, oncall, oncall_roles) for group in approval.groups):
        return "no_role"
    return None


def _fits(group: Group, person: Person, oncall: frozenset[str], oncall_roles: frozenset[str]) -> bool:
    on_call = group.oncall and (person.id in oncall or bool(person.roles & oncall_roles))
    return on_call or bool(person.roles & set(group.roles))


def _eligible(
    group: Group,
    users: Iterable[str],
    people: Mapping[str, Person | None],
    oncall: frozenset[str],
    oncall_roles: frozenset[str],
) -> frozenset[str]:
    found = ((user, people.get(user)) for user in users)
    return frozenset(user for user, person in found if person and _fits(group, person, oncall, oncall_roles))


def _filled(groups: Sequence[Group], eligible: Sequence[frozenset[str]]) -> int:
    """Most seats that these people fill, one each: maximum matching by augmenting paths (groups are few)."""
    seats = [index for index, group in enumerate(groups) for _ in range(group.count)]
    taken: dict[str, int] = {}

    def place(seat: int, seen: set[str]) -> bool:
        for user in sorted(eligible[seats[seat]] - seen):
            seen.add(user)
            if user not in taken or place(taken[user], seen):
                taken[user] = seat
                return True
        return False

    return sum(place(seat, set()) for seat in range(len(seats)))


def _unique(users: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(users))
