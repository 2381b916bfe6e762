"""Approvals that nobody could ever give: found when the file is read, not at 3 a.m."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.config.shape import GroupTable
from bot.oncall import OnCall


def unmeetable(groups: Sequence[GroupTable], oncall: OnCall) -> Iterator[tuple[int, str]]:
    """(group's index, why). Whether a role has enough members Discord tells no bot without a privileged intent."""
    only_oncall = [index for index, group in enumerate(groups) if group.oncall and not group.roles]
    for index, group in enumerate(groups):
        if not group.roles and not group.oncall:
            yield index, "nobody can meet this group; name roles, or set oncall = true"
    turns = bool(oncall.rotation) or oncall.calendar is not None
    if only_oncall and not oncall.role and not turns:
        yield only_oncall[0], "nobody can meet this group: nobody is ever on call; set [oncall] role, or name roles"
    wanted = sum(groups[index].count for index in only_oncall)
    if wanted > 1 and turns and not oncall.role:
        which = "rotation" if oncall.rotation else "calendar"
        why = f"{wanted} people on call are wanted, but the {which} puts one on call at a time"
        yield only_oncall[-1], f"nobody can meet this group: {why}; set [oncall] role, or name roles"
