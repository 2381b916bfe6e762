"""The bot's configuration file for this stage, in the words of docs/config."""

from collections.abc import Mapping
from pathlib import Path

from playground.host import Host
from playground.stage import config_llmops
from playground.stage.config_quoting import quoted
from playground.stage.fleet import Fleet
from playground.stage.llmops import Llmops
from playground.stage.world import Language

_HEAD = """\
language = {language}
ledger = {ledger}
timezone = "Asia/Seoul"

[discord]
guild = {guild}
deploys = {deploys}
alerts = {alerts}
security = {security}
board = {board}

[roles]
deployer = {deployer}
approver = {approver}
oncall = {oncall}

[web]
listen = {listen}

[oncall]
role = "oncall"
[oncall.rotation]
start = "2026-01-05T09:00"
every = "7d"
people = [{haneul}]

[services.ai-server]
title = "AI Server"
branch = "main"
chain = ["staging", "prod"]

[services.ai-server.impact.ko]
down = "AI 기능이 약 {{duration}} 동안 중단됩니다."
up = "AI 기능이 정상 동작 중입니다."
[services.ai-server.impact.en]
down = "AI features stop for about {{duration}}."
up = "AI features are working normally."

[services.ai-server.policy]
deploy = ["deployer"]
rollback = ["deployer", "oncall"]
admin = ["approver"]

[services.ai-server.health]
url = "http://127.0.0.1/health"
start_within = "20s"
tries = 3
interval = "1s"
timeout = "2s"

[services.ai-server.ssh]
key = "SSH_PRIVATE_KEY"
repository = "file:///"
path = "/app/ai-server"
unit = "dojangkok-ai"
layout = "releases"
shared = [".env", "chroma_db"]
requirements = "requirements.txt"
"""

_DRILL = """
# Nothing real: a service to try promotion, gates, freeze and queue on.
[services.doc-search]
title = "Doc Search"
branch = "main"
chain = ["staging", "prod"]

[services.doc-search.policy]
deploy = ["deployer"]
rollback = ["deployer", "oncall"]
admin = ["approver"]

[services.doc-search.health]
url = "http://127.0.0.1:9/health"
tries = 3
interval = "1s"

[services.doc-search.env.staging]
adapter = "dry_run"
[services.doc-search.env.staging.dry_run]
world = {staging_world}
running = ""
seconds = 0.5

[services.doc-search.env.prod]
adapter = "dry_run"
page = false
[services.doc-search.env.prod.dry_run]
world = {prod_world}
running = ""
seconds = 0.2
[services.doc-search.env.prod.gates]
verified_in = "staging"
soak = "4s"
evaluation = {{ file = {results} }}
[services.doc-search.env.prod.policy]
hold = "0s"
emergency = ["oncall"]
lead = ["approver"]
[services.doc-search.env.prod.policy.approve]
expires = "30m"
groups = [{{ oncall = true, count = 1 }}, {{ roles = ["approver"], count = 1 }}]
"""

_ENV = """
[services.ai-server.env.{env}]
adapter = "ssh"
timeout = "2m"
[services.ai-server.env.{env}.health]
url = {health}
[services.ai-server.env.{env}.model]
key = "MODEL_ID"
[services.ai-server.env.{env}.ssh]
key = {key}
repository = {repository}
path = {path}
unit = {unit}
python = {python}
hosts = [{{ host = {address}, port = {port}, user = {user}, host_key = {host_key} }}]
"""

_PROD = """[services.ai-server.env.prod.policy]
hold = "2s"
[services.ai-server.env.prod.policy.approve]
expires = "30m"
groups = [{ roles = ["approver"], oncall = true, count = 1 }]
"""


def key_name(env: str) -> str:
    """The environment variable that holds the private key for a target's host."""
    return f"SSH_KEY_{env.upper()}"


def text(
    language: Language,
    ids: Mapping[str, str],
    hosts: Mapping[str, Host],
    listen: str,
    ledger: Path,
    llmops: Llmops,
    prod: Fleet,
) -> str:
    """The whole file. `ids` as `World().ids()` gives them; `listen` is where /healthz answers."""
    facts = {name.lstrip("#@"): value for name, value in ids.items()}
    head = _HEAD.format(**quoted(language=language, ledger=str(ledger), listen=listen, **facts))
    drill = _DRILL.format(
        **quoted(
            staging_world=str(ledger.with_name("doc-search-staging.jsonl")),
            prod_world=str(ledger.with_name("doc-search-prod.jsonl")),
            results=str(results(ledger.parent, "{version}")),
        )
    )
    return head + "".join(_env(env, host) for env, host in hosts.items()) + drill + config_llmops.text(llmops, prod)


def results(folder: Path, version: str) -> Path:
    """Where doc-search's gate looks for the scores of a version, in the bot's folder."""
    return folder / f"results-{version}.json"


def _env(env: str, host: Host) -> str:
    table = _ENV.format(
        env=env,
        port=host.ssh.port,
        **quoted(
            health=f"{host.app_url}/health",
            key=key_name(env),
            repository=str(host.repository.path),
            path=host.app_folder,
            unit=host.setup.unit,
            python=host.python,
            address=host.ssh.address,
            user=host.ssh.user,
            host_key=host.ssh.host_key,
        ),
    )
    return table + (_PROD if env == "prod" else "")
