"""Who may do what on a target: lists of roles become ids, and an approval that nobody could give is found.

Judged on the raw table, so that these problems are found in the same pass as misspelt keys and bad durations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from bot.config.keys import Path
from bot.config.problems import Where
from bot.config.quorum import unmeetable
from bot.config.roles import Roles
from bot.config.shape import ApproveTable, GroupTable, PolicyTable
from bot.model import Approval, Group, Policy
from bot.oncall import OnCall

VERBS = ("deploy", "rollback", "admin", "emergency", "lead")


def judge_policy(table: object, where: Where, roles: Roles, oncall: OnCall | None) -> None:
    """``where``: a place inside the policy table → its place in the file. ``oncall`` None: unreadable, not judged."""
    if not isinstance(table, Mapping):
        return
    groups = _raw_groups(table.get("approve"))
    for place, name in _named_roles(table, groups):
        roles.id(name, where(place))
    for place, why in _break_glass(table):
        roles.problems.add(where(place), why)
    try:
        sound = [GroupTable.model_validate(group) for group in groups]
    except ValidationError:  # has its lines already
        return
    for index, why in unmeetable(sound, oncall) if oncall else ():
        roles.problems.add(where(("approve", "groups", index)), why)


def _break_glass(table: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Whoever may break the glass needs somebody who is paged when nobody stands behind it in time."""
    if not table.get("emergency") or table.get("lead"):
        return
    nobody = "" if table.get("approve") else ", and nobody could countersign it"
    why = f"nobody would be paged when a break-glass deploy is not countersigned in time{nobody}; set lead beside it"
    yield ("emergency",), why


def _raw_groups(approve: object) -> list[Any]:
    groups = approve.get("groups") if isinstance(approve, Mapping) else None
    return groups if isinstance(groups, list) else []


def _named_roles(table: Mapping[str, Any], groups: list[Any]) -> Iterator[tuple[Path, str]]:
    lists: list[tuple[Path, Any]] = [((verb,), table.get(verb)) for verb in VERBS]
    lists += [
        (("approve", "groups", index, "roles"), group.get("roles"))
        for index, group in enumerate(groups)
        if isinstance(group, Mapping)
    ]
    for place, names in lists:
        for name in names if isinstance(names, list) else ():
            if isinstance(name, str):
                yield place, name


def policy(table: PolicyTable, roles: Roles, oncall: OnCall | None) -> Policy:
    """Of a table that was judged."""
    on_call = (oncall.role,) if oncall and oncall.role else ()
    deploy = roles.ids(table.deploy)
    return Policy(
        deploy=deploy,
        rollback=tuple(dict.fromkeys(deploy + on_call)) if table.rollback is None else roles.ids(table.rollback),
        admin=roles.ids(table.admin),
        oncall=on_call,
        approve=_approval(table.approve, roles) if table.approve else None,
        requests=table.requests,
        hold=table.hold,
        auto_rollback=table.auto_rollback,
        lock_after_rollback=table.lock_after_rollback,
        emergency=roles.ids(table.emergency),
        lead=roles.ids(table.lead),
        countersign=table.countersign,
    )


def _approval(table: ApproveTable, roles: Roles) -> Approval:
    groups = (Group(roles.ids(group.roles), group.oncall, group.count) for group in table.groups)
    return Approval(tuple(groups), table.expires, table.cooloff, table.authors)
