"""The team of the crash stories and its configuration: one service, staging without and prod with approval."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.discord import ChannelSpec, MemberSpec, RoleSpec, World

WORLD = World(
    channels=(ChannelSpec("deploys"), ChannelSpec("alerts"), ChannelSpec("fallback")),
    roles=(RoleSpec("deployer"), RoleSpec("approver"), RoleSpec("oncall", mentionable=True), RoleSpec("admin")),
    people=(
        MemberSpec("jieun", ("deployer",)),
        MemberSpec("minsu", ("deployer", "approver")),
        MemberSpec("haneul", ("approver", "oncall")),
        MemberSpec("admin", ("admin",)),
        MemberSpec("visitor"),
    ),
)
FIRST = "0" * 40  # what runs before anything was deployed


@dataclass(frozen=True)
class Options:
    seconds: float = 0.0  # of each pretended step
    hold: str = "0s"
    expires: str = "30m"
    auto_rollback: bool = False
    fail_at: str = "install"
    approvals: int = 1
    watch: str = "1h"


_TEXT = """
language = "en"
ledger = {ledger}
[discord]
guild = {guild}
deploys = {deploys}
alerts = {alerts}
fallback = {fallback}
[roles]
deployer = {deployer}
approver = {approver}
oncall = {oncall}
admin = {admin}
[web]
listen = {listen}
[oncall]
role = "oncall"

[services.app]
title = "App"
branch = "main"
chain = ["staging", "prod"]
[services.app.policy]
deploy = ["deployer"]
admin = ["admin"]
[services.app.watch]
every = {watch}
[services.app.health]
url = "http://127.0.0.1:9/health"
start_within = "2s"
interval = "0s"
tries = 2

[services.app.env.staging]
adapter = "dry_run"
[services.app.env.staging.policy]
auto_rollback = {auto_rollback}
[services.app.env.staging.dry_run]
world = {staging}
seconds = {seconds}
fail_at = {fail_at}

[services.app.env.prod]
adapter = "dry_run"
[services.app.env.prod.policy]
hold = {hold}
[services.app.env.prod.policy.approve]
expires = {expires}
groups = [{{ roles = ["approver"], count = {approvals} }}]
[services.app.env.prod.dry_run]
world = {prod}
seconds = {seconds}
"""


def text(folder: Path, port: int, options: Options, ids: Mapping[str, str] | None = None) -> str:
    """The whole file. TOML's basic strings, numbers and booleans are JSON's."""
    named = {name.lstrip("#"): value for name, value in (ids or WORLD.ids()).items() if name[0] != "@"}
    roles = {role.name: WORLD.ids()[f"@{role.name}"] for role in WORLD.roles}
    places = {env: str(folder / f"{env}.jsonl") for env in ("staging", "prod")}
    listen = f"127.0.0.1:{port}"
    values = {**named, **vars(options), **places, **roles, "ledger": str(folder / "slipway.db"), "listen": listen}
    return _TEXT.format(**{name: json.dumps(value) for name, value in values.items()})
