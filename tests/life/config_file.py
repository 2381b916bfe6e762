"""The configuration of a house: one table of general things, and a service of its own for every story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

HEAD = """
language = "{language}"
ledger = "{folder}/slipway.db"

[discord]
guild = "{guild}"
deploys = "{deploys}"
alerts = "{alerts}"
fallback = "{fallback}"
security = "{security}"

[roles]
deployer = "{deployer}"
approver = "{approver}"
oncall = "{oncall}"
admin = "{admin}"
lead = "{lead}"

[web]
listen = "127.0.0.1:{port}"
webhooks = "127.0.0.1:{hooks}"

[oncall]
role = "oncall"

[people."{haneul}"]
git = ["haneul@example.org"]

[people."{jieun}"]
also = ["{second}"]
"""
SERVICE = """
[services.{service}]
title = "App"
branch = "main"
chain = ["staging", "prod"]
{head}
[services.{service}.policy]
deploy = ["deployer"]
admin = ["admin"]
[services.{service}.watch]
every = "{watch}"
[services.{service}.health]
url = "http://127.0.0.1:9/health"
start_within = "1s"
interval = "0s"
tries = 2

[services.{service}.env.staging]
adapter = "dry_run"
page = {page}
timeout = "{timeout}"
[services.{service}.env.staging.policy]
auto_rollback = {auto_rollback}
[services.{service}.env.staging.dry_run]
world = "{folder}/world/{service}/staging.jsonl"
seconds = {seconds}
running = "{running}"
fail_at = "{fail_at}"
missing = ["no-such-branch"]
environment = {{ MODEL_ID = "small-1" }}
infra = "c0ffee0011"
[services.{service}.env.staging.model]
key = "MODEL_ID"
adapters = ["lora-1"]

[services.{service}.env.prod]
adapter = "dry_run"
[services.{service}.env.prod.policy]
emergency = ["oncall"]
lead = ["lead"]
countersign = "{countersign}"
hold = "{hold}"
requests = {requests}
[services.{service}.env.prod.policy.approve]
expires = "{expires}"
{approve}
groups = [{groups}]
[services.{service}.env.prod.dry_run]
world = "{folder}/world/{service}/prod.jsonl"
seconds = {seconds}
authors = {authors}
[services.{service}.env.prod.gates]
{gates}
"""


@dataclass(frozen=True)
class Options:
    """What a story's own service is like. ``language`` is the whole house's."""

    language: str = "en"
    head: str = ""  # further keys of the service
    seconds: str = "0"
    running: str = "0" * 40
    fail_at: str = "install"
    hold: str = "0s"
    expires: str = "30m"
    countersign: str = "12h"
    auto_rollback: str = "false"
    page: str = "false"
    watch: str = "1h"
    timeout: str = "15m"
    requests: str = "100"  # everybody's stories are one jieun's
    approve: str = ""  # further keys of the approval
    gates: str = ""  # of prod
    authors: str = "[]"  # who wrote whatever is deployed to prod
    groups: str = '{ roles = ["approver"], oncall = true, count = 1 }'


def text(folder: Path, ids: Mapping[str, str], ports: tuple[int, int], services: Mapping[str, Options]) -> str:
    """``ids``: name → id of guild, channels and roles, without their signs. ``ports``: of probes and webhooks."""
    first = next(iter(services.values()))
    head = HEAD.format(**ids, folder=folder, port=ports[0], hooks=ports[1], language=first.language)
    return head + "".join(SERVICE.format(**vars(one), folder=folder, service=name) for name, one in services.items())
