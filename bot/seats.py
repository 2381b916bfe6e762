"""Which votes fill seats: one seat a person, every group met, and whoever may not count does not (PRODUCT, step 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.model import Approval, Choice, Group, Person, Seats, Vote

Accounts = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Background:
    """What is known of people beside their roles, where an approval asks for it. None: nobody can tell.

    ``fresh``: user → role ids granted within the cool-off. ``authors``: git mails and logins of the plan's range, in
    lower case; ``git``: account → the names under which git knows its person.
    """

    fresh: Accounts | None = None
    authors: frozenset[str] | None = None
    git: Accounts = field(default_factory=dict)


UNREAD = Background()


def united(asked: Iterable[Approval | None]) -> Approval | None:
    """What several targets ask for at once: every group of each (an equal one once, with its largest count), and the
    strictest of the rest. Whoever meets it meets each of them.
    """
    found = [one for one in asked if one is not None]
    if len(found) < 2:
        return found[0] if found else None
    groups: dict[tuple[frozenset[str], bool], Group] = {}
    for group in (group for one in found for group in _summed(one.groups)):
        key = (frozenset(group.roles), group.oncall)
        groups[key] = max(groups.get(key, group), group, key=lambda one: one.count)
    cooloffs = [one.cooloff for one in found if one.cooloff is not None]
    return replace(
        found[0],
        groups=tuple(groups.values()),
        expires=min(one.expires for one in found),
        cooloff=max(cooloffs, default=None),
        authors=all(one.authors for one in found),
    )


def _summed(groups: Iterable[Group]) -> Iterable[Group]:
    """Equal groups of one approval are as many seats as all of them together."""
    found: dict[tuple[frozenset[str], bool], Group] = {}
    for group in groups:
        key = (frozenset(group.roles), group.oncall)
        before = found[key].count if key in found else 0
        found[key] = replace(group, count=before + group.count)
    return found.values()


@dataclass(frozen=True)
class Tally:
    """Votes judged: ``groups`` say which seats are filled, ``approvers`` who may fill one."""

    have: int
    need: int
    approvers: tuple[str, ...]
    rejected_by: tuple[str, ...]
    cancelled_by_requester: bool
    votes: tuple[Vote, ...]  # each with ``counts``: None or the reason why not
    groups: tuple[Seats, ...] = ()

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
    linked: Accounts | None = None,
    known: Background = UNREAD,
) -> Tally:
    """Judge standing votes. One seat per person; requester, linked accounts, bots and the unauthorised never count.

    What ``approval`` asks for and ``known`` cannot tell counts against the vote (SAFETY, INV15).
    """
    bench = _Bench(people, approval, requester, oncall, oncall_roles, linked or {}, known)
    judged = [replace(vote, counts=bench.reason(vote.user)) for vote in votes]
    counting = [vote for vote in judged if vote.counts is None]
    yes = _unique(vote.user for vote in counting if vote.choice is Choice.APPROVE)
    first = {user: next(one for one in yes if one in bench.accounts(user)) for user in yes}
    eligible = [frozenset(first[user] for user in yes if bench.fits(group, user)) for group in approval.groups]
    filled = _filled(approval.groups, eligible)
    return Tally(
        have=sum(filled),
        need=sum(group.count for group in approval.groups),
        approvers=_unique(first.values()),
        rejected_by=_unique(vote.user for vote in counting if vote.choice is Choice.REJECT),
        cancelled_by_requester=any(vote.user in bench.own and vote.choice is Choice.REJECT for vote in judged),
        votes=tuple(judged),
        groups=tuple(
            Seats(group.roles, group.oncall, have, group.count)
            for group, have in zip(approval.groups, filled, strict=True)
        ),
    )


@dataclass(frozen=True)
class _Bench:
    people: Mapping[str, Person | None]
    approval: Approval
    requester: str
    oncall: frozenset[str]
    oncall_roles: frozenset[str]
    linked: Accounts
    known: Background

    @property
    def own(self) -> frozenset[str]:
        return self.accounts(self.requester)

    def accounts(self, user: str) -> frozenset[str]:
        return self.linked.get(user, frozenset()) | {user}

    def reason(self, user: str) -> str | None:
        """Why this person's vote does not count; the most lasting reason first."""
        person = self.people.get(user)
        if person is None:
            return "not_member"
        if person.bot:
            return "bot"
        if user in self.own:
            return "requester"
        if not any(self._admits(group, person, person.roles) for group in self.approval.groups):
            return "no_role"
        return self._authorship(user) or self._age(user)

    def _authorship(self, user: str) -> str | None:
        """An author of the range never counts; nor who could be one for all that anybody knows."""
        if self.approval.authors:
            return None
        if self.known.authors is None:
            return "authors_unknown"
        names = frozenset[str]().union(*(self.known.git.get(one, frozenset()) for one in self.accounts(user)))
        if names & self.known.authors:
            return "author"
        strangers = self.known.authors.difference(*self.known.git.values())
        return "author_unlinked" if strangers and not names else None

    def _age(self, user: str) -> str | None:
        if any(self.fits(group, user) for group in self.approval.groups):
            return None
        return "role_age_unknown" if self.known.fresh is None else "new_role"

    def fits(self, group: Group, user: str) -> bool:
        """By the roles that are old enough, or by being on call in person."""
        person = self.people.get(user)
        return person is not None and self._admits(group, person, self._roles(person))

    def _roles(self, person: Person) -> frozenset[str]:
        if self.approval.cooloff is None:
            return person.roles
        if self.known.fresh is None:
            return frozenset()
        return person.roles - self.known.fresh.get(person.id, frozenset())

    def _admits(self, group: Group, person: Person, roles: frozenset[str]) -> bool:
        on_call = group.oncall and (person.id in self.oncall or bool(roles & self.oncall_roles))
        return on_call or bool(roles & set(group.roles))


def _filled(groups: Sequence[Group], eligible: Sequence[frozenset[str]]) -> list[int]:
    """Seats filled of each group, as many as possible, one a person: maximum matching by augmenting paths."""
    seats = [index for index, group in enumerate(groups) for _ in range(group.count)]
    taken: dict[str, int] = {}

    def place(seat: int, seen: set[str]) -> bool:
        for user in sorted(eligible[seats[seat]] - seen):
            seen.add(user)
            if user not in taken or place(taken[user], seen):
                taken[user] = seat
                return True
        return False

    for seat in range(len(seats)):
        place(seat, set())
    return [sum(seats[seat] == index for seat in taken.values()) for index in range(len(groups))]


def _unique(users: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(users))
