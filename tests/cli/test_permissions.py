"""What a member may do in a channel, as Discord computes it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.doctor.permissions import missing, permissions


@pytest.mark.parametrize(
    ("overwrites", "lacks"),
    [
        ([{"id": "1", "type": 0, "allow": "0", "deny": str(1 << 14)}], ["Embed Links"]),
        (
            [
                {"id": "1", "type": 0, "allow": "0", "deny": str(1 << 14)},
                {"id": "2", "type": 0, "allow": str(1 << 14), "deny": "0"},
            ],
            [],
        ),
        (
            [
                {"id": "2", "type": 0, "allow": str(1 << 14), "deny": "0"},
                {"id": "9", "type": 1, "allow": "0", "deny": str(1 << 14)},
            ],
            ["Embed Links"],
        ),
        ([{"id": "3", "type": 0, "allow": "0", "deny": str(1 << 14)}], []),
        ([{"id": "8", "type": 1, "allow": "0", "deny": str(1 << 14)}], []),
    ],
)
def test_overwrites_count_in_discords_order(overwrites: list[dict[str, Any]], lacks: list[str]) -> None:
    everything = str((1 << 39) - 1 - (1 << 3))
    roles = [{"id": "1", "permissions": everything}, {"id": "2", "permissions": "0"}]
    guild = {"id": "1", "owner_id": "7", "roles": roles}
    member = {"user": {"id": "9"}, "roles": ["2"]}
    assert missing(permissions(guild, member, {"permission_overwrites": overwrites})) == lacks


@pytest.mark.parametrize(("bits", "owner"), [(1 << 3, "7"), (0, "9")])
def test_administrators_and_owners_may_everything(bits: int, owner: str) -> None:
    guild = {"id": "1", "owner_id": owner, "roles": [{"id": "1", "permissions": str(bits)}]}
    denied = [{"id": "1", "type": 0, "allow": "0", "deny": str(1 << 10)}]
    member = {"user": {"id": "9"}, "roles": []}
    assert missing(permissions(guild, member, {"permission_overwrites": denied})) == []
