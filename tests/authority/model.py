"""Who may do what, written a second time, from PRODUCT.md, SAFETY.md and the issue: it shares no code with the product.

Names are plain words; a policy is a table of lists; nothing here is clever. A lead reads it in ten minutes, and what it
says is what the product is held to (tests/authority/test_rules.py and the tests beside it).
"""

from __future__ import annotations

from itertools import permutations
from typing import NamedTuple

Roles = frozenset[str]
NOBODY: Roles = frozenset()

# ── Verbs (PRODUCT, "Commands", column "who, by default") ─────────────────────────────────────────────────────────────

OPENED_BY = {
    "deploy": ("deploy",),
    "restart": ("deploy",),
    "rollback": ("rollback",),
    "logs": ("deploy", "oncall"),
    "lock": ("deploy", "oncall"),
    "unlock": ("oncall",),  # and the lock's owner
    "cancel": ("deploy", "oncall"),  # and the requester
    "settle": ("deploy", "oncall"),
    "recheck": ("deploy", "oncall"),
    "accept": ("deploy", "oncall"),
    "freeze": ("admin",),
    "override": ("admin",),
    "emergency": ("emergency",),  # break-glass: only roles named for it
}
"""Verb → the lists of the policy whose roles open it. An empty list means nobody."""
OWN = ("cancel", "unlock")
"""What a person may do to what is theirs, whatever their roles."""
ORDERS = {"deploy": "deploy", "redeploy": "deploy", "promote": "deploy", "restart": "restart", "rollback": "rollback"}
"""Kind of order → the verb that it needs."""


def may(verb: str, lists: dict[str, Roles], roles: Roles, *, bot: bool, own: bool, on_call: bool) -> bool:
    """``lists``: deploy, rollback, oncall, admin, emergency → roles. ``on_call``: by the rotation, in person."""
    if bot:
        return False
    if own and verb in OWN:
        return True
    if any(roles & lists[name] for name in OPENED_BY[verb]):
        return True
    return on_call and _as_the_role(verb, lists)


def _as_the_role(verb: str, lists: dict[str, Roles]) -> bool:
    """Being on call in person is as good as the on-call role. Rollback is a list that may leave that role out."""
    if verb == "rollback":
        return not lists["oncall"] or bool(lists["rollback"] & lists["oncall"])
    return "oncall" in OPENED_BY[verb]


# ── Votes (PRODUCT, step 3; the issue, "Approval, complete") ──────────────────────────────────────────────────────────


class Group(NamedTuple):
    roles: Roles
    on_call: bool
    seats: int


class Voter(NamedTuple):
    """One account's standing vote. ``person``: whose it is. ``new``: roles that are younger than the cool-off."""

    account: str
    person: str
    yes: bool
    roles: Roles = NOBODY
    member: bool = True
    bot: bool = False
    on_call: bool = False  # in person, by the rotation
    new: Roles = NOBODY
    git: Roles = NOBODY  # names under which git knows this person


class Request(NamedTuple):
    """``authors``: who wrote the range; None: cannot be read. ``oncall``: the on-call role."""

    requester: str  # a person
    groups: tuple[Group, ...]
    oncall: Roles = NOBODY
    cooloff: bool = False
    ages_known: bool = True
    authors_count: bool = True
    authors: Roles | None = NOBODY
    others_git: Roles = NOBODY  # names of people who are known to git and did not vote


class Judged(NamedTuple):
    counted: tuple[str, ...]  # accounts whose vote counts, in order
    have: int
    need: int
    outcome: str  # cancelled, rejected, approved, waiting


def judge(request: Request, voters: tuple[Voter, ...]) -> Judged:
    counted = [voter for voter in voters if _counts(request, voter, voters)]
    have, need = _seats(request, counted), sum(group.seats for group in request.groups)
    if any(not voter.yes and voter.person == request.requester for voter in voters):
        outcome = "cancelled"  # the requester's own ❌
    elif any(not voter.yes for voter in counted):
        outcome = "rejected"  # an eligible ❌ is final
    else:
        outcome = "approved" if have == need else "waiting"
    return Judged(tuple(voter.account for voter in counted), have, need, outcome)


def signs(request: Request, lead: Roles, voter: Voter) -> bool:
    """Who may countersign a break-glass: whoever could have approved it, or the lead; never its requester."""
    group = Group(lead, on_call=False, seats=1)
    return _counts(request._replace(groups=(*request.groups, group)), voter, (voter,))


REASON = 20  # visible characters of a reason for break-glass


def _counts(request: Request, voter: Voter, voters: tuple[Voter, ...]) -> bool:
    """Members only, no bots, never the requester (nor by a second account), nobody without a seat to fill."""
    if not voter.member or voter.bot or voter.person == request.requester:
        return False
    if not request.authors_count and _may_be_an_author(request, voter, voters):
        return False
    return any(_fits(request, group, voter) for group in request.groups)


def _fits(request: Request, group: Group, voter: Voter) -> bool:
    """By a role that is old enough; on call by the role or in person, where the group says so."""
    roles = voter.roles
    if request.cooloff:
        roles = roles - voter.new if request.ages_known else NOBODY
    return bool(roles & group.roles) or (group.on_call and (voter.on_call or bool(roles & request.oncall)))


def _may_be_an_author(request: Request, voter: Voter, voters: tuple[Voter, ...]) -> bool:
    """Cannot verify: deny (INV15). Whoever is unknown to git may be any author whom nobody else is known to be."""
    if request.authors is None:
        return True
    if voter.git:
        return bool(voter.git & request.authors)
    known = request.others_git.union(*(other.git for other in voters))
    return bool(request.authors - known)


def _seats(request: Request, counted: list[Voter]) -> int:
    """The most seats that can be filled, one a person: simply every way to seat them."""
    people = sorted({voter.person for voter in counted if voter.yes})
    seats = [group for group in request.groups for _ in range(group.seats)]
    fits = {
        (person, index): any(v.yes and v.person == person and _fits(request, group, v) for v in counted)
        for person in people
        for index, group in enumerate(seats)
    }
    chairs = [*range(len(seats)), *[-1] * len(people)]
    ways = set(permutations(chairs, len(people)))
    return max(sum(chair >= 0 and fits[who, chair] for who, chair in zip(people, way, strict=True)) for way in ways)


# ── Holds (PRODUCT, step 8; the issue, "Freeze") ──────────────────────────────────────────────────────────────────────


class Lock(NamedTuple):
    """``keeps_out``: the version that a rollback withdrew; None: a person's lock, which keeps everything out."""

    keeps_out: str | None = None


class Order(NamedTuple):
    """``unlocking``: *Unlock and deploy*. ``glass``: break-glass, which passes gates and approval but never a lock."""

    kind: str
    on_call: bool = False
    unlocking: bool = False
    glass: bool = False


def held(order: Order, version: str, locks: tuple[Lock, ...], *, frozen: bool, overdue: bool) -> str:
    """What stands in the way: "" (nothing), locked_version, locked, countersign_overdue, frozen.

    ``overdue``: nobody countersigned a break-glass in time, which freezes deploys there.
    """
    found = [_lock(order, version, lock) for lock in locks]
    if "locked_version" in found:
        return "locked_version"
    if "locked" in found:
        return "locked"
    if order.kind == "rollback" or order.glass:  # both stay open whatever is frozen
        return ""
    return "countersign_overdue" if overdue else "frozen" if frozen else ""


def _lock(order: Order, version: str, lock: Lock) -> str:
    if lock.keeps_out is None:  # on-call may go on with a rollback, nobody with anything else
        return "" if order.kind == "rollback" and order.on_call else "locked"
    if order.kind in ("rollback", "restart"):  # neither brings a version back that was left
        return ""
    if lock.keeps_out == version:
        return "locked_version"
    return "" if order.unlocking or order.kind == "redeploy" else "locked"


def opens(kind: str, version: str, locks: tuple[Lock, ...]) -> bool:
    """May this order's own confirm release the locks? Only those that rollbacks left, for another version."""
    mine = kind in ("deploy", "redeploy", "promote")
    return mine and bool(locks) and all(lock.keeps_out not in (None, version) for lock in locks)


# ── A deploy and what people do with it (PRODUCT, "The life of a deploy"; INV9) ───────────────────────────────────────

BEFORE = ("confirmed", "awaiting", "hold", "starting")
"""States without an intent. "begun" is starting with one."""
OVER = ("succeeded", "failed", "cancelled")


def needs_approval(kind: str, *, approve: bool) -> bool:
    """A rollback to a verified version needs the role and one own confirm, nothing else; break-glass asks nobody."""
    return approve and kind not in ("rollback", "emergency")


def displaces(kind: str, state: str) -> bool:
    """Only a rollback or break-glass, and only what has no intent yet."""
    return kind in ("rollback", "emergency") and state in BEFORE


def order(kind: str, state: str, *, allowed: bool) -> str:
    """A new order on a target whose newest deploy is in ``state``: "" (planned), role, target_busy, result_unknown."""
    if not allowed:
        return "emergency_role" if kind == "emergency" else "role"
    if state in ("planned", *OVER) or displaces(kind, state):
        return ""
    return "result_unknown" if state == "unknown" else "target_busy"


def cancel(state: str, *, allowed: bool) -> str:
    """Before the intent it is cancelled; afterwards stopping is another question."""
    if not allowed:
        return "role"
    if state in OVER:
        return "already_over"
    if state == "planned":
        return "not_open"  # a private plan: its own Cancel closes it
    return "" if state in BEFORE else "running"


def settle(state: str, *, allowed: bool, looked_long: bool, readable: bool) -> str:
    """A person ends an unknown after five minutes of looking; a readable platform overrules the person."""
    if not allowed:
        return "role"
    if state != "unknown":
        return "already_over"
    if not looked_long:
        return "too_early"
    return "reachable" if readable else ""


def confirm(state: str, *, allowed: bool, requester: bool, expired: bool) -> str:
    """The plan's own requester, once, in time, with the role."""
    if not requester:
        return "not_yours"
    if state != "planned":
        return "already_confirmed"
    if expired:
        return "plan_expired"
    return "" if allowed else "role"


def press(state: str, *, yes: bool, requester: bool, counts: bool, bot: bool = False) -> str:
    """Approve or Reject by button: refused at once where it cannot count; the requester's ❌ is a cancel."""
    if state not in ("awaiting", "hold", "starting"):
        return "not_open"
    if bot:
        return "not_counted"
    if requester:
        return "self" if yes else ""
    return "" if counts else "role"
