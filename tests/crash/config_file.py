"""The team of the crash stories and its configuration: one service, staging without and prod with approval."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.discord import ChannelSpec, MemberSpec, Permission, RoleSpec, World
from playground.discord.rights import INVITE
from playground.host import Host

WORLD = World(
    channels=(ChannelSpec("deploys"), ChannelSpec("alerts"), ChannelSpec("fallback"), ChannelSpec("board")),
    roles=(RoleSpec("deployer"), RoleSpec("approver"), RoleSpec("oncall", mentionable=True), RoleSpec("admin")),
    people=(
        MemberSpec("jieun", ("deployer",)),
        MemberSpec("minsu", ("deployer", "approver")),
        MemberSpec("haneul", ("approver", "oncall")),
        MemberSpec("admin", ("admin",)),
        MemberSpec("visitor"),
    ),
    bot_permissions=int(INVITE | Permission.VIEW_AUDIT_LOG | Permission.PIN_MESSAGES),
)
LEDGER = "ledger/slipway.db"  # in a folder of its own, which may be a small disk
ELSEWHERE = "http://prometheus.invalid"  # the town puts its own Prometheus' address there
GATE = "http://gate.invalid"  # and its own webhook's here
CALENDAR = "http://127.0.0.1:9/calendar.ics"  # the town puts its own calendar's address there
FIRST = "0" * 40  # what runs before anything was deployed


@dataclass(frozen=True)
class Options:
    seconds: float = 0.0  # of each pretended step
    hold: str = "0s"
    expires: str = "30m"
    auto_rollback: bool = False
    fail_at: str = "install"
    approvals: int = 1
    cooloff: str = "0s"  # none
    countersign: str = "12h"
    watch: str = "1h"
    board: bool = False
    ask: str = "host"  # from where health is asked; "bot": the bot asks itself, at /healthz
    gated: bool = False  # prod, by every gate
    calendar: bool = False  # who is on call stands in an iCalendar
    watched: bool = False  # staging's metric, for a second after each deploy


_HEAD = """
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
chain = {chain}
[services.app.policy]
deploy = ["deployer"]
admin = ["admin"]
[services.app.health]
url = {health}
from = {ask}
start_within = {start_within}
interval = "0s"
tries = 2
"""
_PRETENDED = """
[services.app.watch]
every = {watch}
[services.app.env.staging]
adapter = "dry_run"
[services.app.env.staging.policy]
auto_rollback = {auto_rollback}
[services.app.env.staging.dry_run]
world = {staging}
seconds = {seconds}
fail_at = {fail_at}
environment = {{ MODEL_ID = "small-1" }}
[services.app.env.staging.model]
key = "MODEL_ID"

[services.app.env.prod]
adapter = "dry_run"
[services.app.env.prod.policy]
requests = 100
emergency = ["oncall"]
lead = ["admin"]
countersign = {countersign}
hold = {hold}
[services.app.env.prod.policy.approve]
expires = {expires}
{cool}groups = [{{ roles = ["approver"], count = {approvals} }}]
[services.app.env.prod.dry_run]
world = {prod}
seconds = {seconds}
"""
_WATCHED = """
[services.app.env.staging.gates.watch_after]
for = "1s"
query = "error_rate"
bound = "< 0.01"
samples = 5
count = "requests"
prometheus = "{elsewhere}"
"""
_GATED = """
[services.app.env.prod.dry_run.checks]
test = "success"
[services.app.env.prod.gates]
verified_in = "staging"
checks = ["test"]
on_branch = true
signed = true
[services.app.env.prod.gates.evaluation]
file = "{{version}}.json"
[services.app.env.prod.gates.metric]
query = "error_rate"
bound = "< 0.01"
samples = 5
count = "requests"
prometheus = "{elsewhere}"
[services.app.env.prod.gates.webhook]
url = "{gate}/allow?key=of-the-town"
"""
_CALENDAR = """
[oncall.calendar]
url = "{calendar}"
"""
_REAL = """
[services.app.env.staging]
adapter = "ssh"
timeout = "1m"
[services.app.env.staging.ssh]
key = "SSH_KEY"
repository = {repository}
path = {path}
unit = {unit}
runner = {runner}
layout = {layout}
shared = [".env", "chroma_db"]
requirements = "requirements.txt"
hosts = [{{ host = {address}, port = {port}, user = {user}, host_key = {host_key} }}]
"""
_ON_GITHUB = """
[github]
api = {api}
[services.app.env.staging]
adapter = "github"
timeout = "1m"
[services.app.env.staging.github]
workflow = "cd.yml"
ref = "main"
pin = {pin}
deploy_jobs = ["deploy"]
appears_within = "2s"
[services.app.env.staging.github.inputs]
environment = "{{env}}"
image_tag = "{{version}}"
deploy_id = "{{attempt}}"
"""
_ON_ECS = """
[services.app.env.staging]
adapter = "ecs"
timeout = "1m"
[services.app.env.staging.ecs]
region = "ap-northeast-2"
cluster = {cluster}
service = {service}
container = {container}
repository = {repository}
endpoint = {endpoint}
"""


def pretended(options: Options, folder: Path, listen: str) -> str:
    """staging without and prod with approval, on two pretended platforms."""
    places = {env: str(folder / f"{env}.jsonl") for env in ("staging", "prod")}
    health = f"http://{listen}/healthz" if options.ask == "bot" else "http://127.0.0.1:9/health"
    head = _head(folder, listen, ["staging", "prod"], health, "2s", options.ask)
    if options.board:
        head = head.replace("[roles]", f'board = "{WORLD.ids()["#board"]}"\n[roles]', 1)
    cool = "" if options.cooloff == "0s" else f'cooloff = "{options.cooloff}"\n'
    asked = _WATCHED.format(elsewhere=ELSEWHERE) if options.watched else ""
    asked += _GATED.format(elsewhere=ELSEWHERE, gate=GATE) if options.gated else ""
    asked += _CALENDAR.format(calendar=CALENDAR) if options.calendar else ""
    return head + _filled(_PRETENDED.replace("{cool}", cool), **vars(options), **places) + asked


def recorded(api: str, repository: str, folder: Path, listen: str) -> str:
    """As ``pretended``; GitHub is told of every deploy."""
    asked = f'repository = "{repository}"\ndeployments = true\npull_request_comments = true\n'
    head = '[services.app]\ntitle = "App"\n'
    file = pretended(Options(), folder, listen)
    assert head in file
    return file.replace(head, f'[github]\napi = "{api}"\n{head}{asked}')


def heard(hooks: int, folder: Path, listen: str) -> str:
    """As ``pretended``; a new head of the branch is offered, and a door for webhooks is open."""
    head = '[services.app]\ntitle = "App"\n'
    file = pretended(Options(), folder, listen)
    door = f'[web]\nwebhooks = "127.0.0.1:{hooks}"\n'
    assert head in file
    assert "[web]\n" in file
    return file.replace(head, f'{head}announce = "staging"\n').replace("[web]\n", door)


def real(host: Host, folder: Path, listen: str) -> str:
    """staging on a host, by SSH."""
    head = _head(folder, listen, ["staging"], f"{host.app_url}/health", "20s")
    return head + _filled(
        _REAL,
        repository=str(host.repository.path),
        path=host.app_folder,
        unit=host.setup.unit,
        runner=host.setup.job_runner,
        layout=host.setup.layout,
        address=host.ssh.address,
        port=host.ssh.port,
        user=host.ssh.user,
        host_key=host.ssh.host_key,
    )


def on_github(api: str, repository: str, health: str, pin: str, folder: Path, listen: str) -> str:
    """staging by a workflow; the service names its version. A run that is not there after two seconds never is."""
    head = _head(folder, listen, ["staging"], health, "5s", "bot")
    head = head.replace('title = "App"', f'title = "App"\nrepository = "{repository}"')
    head = head.replace("tries = 2", 'tries = 2\nversion = "/version"')
    return head + _filled(_ON_GITHUB, api=api, pin=pin)


def approved(api: str, repository: str, health: str, folder: Path, listen: str) -> str:
    """As ``on_github``; one other person approves each deploy."""
    asks = '[services.app.env.staging.policy.approve]\ngroups = [{ roles = ["approver"] }]\n'
    return on_github(api, repository, health, "head_sha", folder, listen) + asks


def on_ecs(endpoint: str, names: Mapping[str, str], health: str, folder: Path, listen: str) -> str:
    """staging on a service of ECS. ``names``: cluster, service, container, repository."""
    return _head(folder, listen, ["staging"], health, "5s", "bot") + _filled(_ON_ECS, endpoint=endpoint, **names)


def hinted(
    hints: str, hooks: int, endpoint: str, names: Mapping[str, str], health: str, folder: Path, listen: str
) -> str:
    """As ``on_ecs``, with a door for webhooks, and ``hints``: the table of who tells of ECS."""
    file = on_ecs(endpoint, names, health, folder, listen)
    assert "[web]\n" in file
    return file.replace("[web]\n", f'[web]\nwebhooks = "127.0.0.1:{hooks}"\n') + f"\n{hints}"


def _head(folder: Path, listen: str, chain: list[str], health: str, start_within: str, ask: str = "host") -> str:
    ids = {name.lstrip("#@"): value for name, value in WORLD.ids().items()}
    roles = {role.name: WORLD.ids()[f"@{role.name}"] for role in WORLD.roles}
    return _filled(
        _HEAD,
        **{**ids, **roles},
        ledger=str(folder / LEDGER),
        listen=listen,
        chain=chain,
        health=health,
        start_within=start_within,
        ask=ask,
    )


def _filled(text: str, **values: object) -> str:
    """TOML's basic strings, numbers, lists of them and booleans are JSON's."""
    return text.format(**{name: json.dumps(value) for name, value in values.items()})
