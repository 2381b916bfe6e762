"""The commented file that ``init`` writes. What could not be found out is left open, and ``check`` names it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.cli.init.facts import Facts

OPEN = "FILL IN"


@dataclass(frozen=True)
class Ids:
    """Of the Discord server; None: to be filled in."""

    guild: str | None = None
    deploys: str | None = None
    deployer: str | None = None
    approver: str | None = None
    oncall: str | None = None


def text(facts: Facts, ids: Ids, name: str, env: str) -> str:
    """A whole configuration file for one service in one environment."""
    parts = [_notes(facts), HEAD.format_map(_quoted(vars(ids))), _service(facts, name, env), _target(facts, name, env)]
    return "\n".join(part for part in parts if part)


def _toml(value: object) -> str:
    """A value as TOML writes it. JSON's way is TOML's but for two things: DEL, and halves of surrogate pairs."""
    text = json.dumps(OPEN if value is None else value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x7f", "\\u007f")


def _quoted(values: Mapping[str, object]) -> dict[str, str]:
    return {key: _toml(value) for key, value in values.items()}


def _notes(facts: Facts) -> str:
    lines = ["Written by `slipway init`. Every option: config.example.toml. Then: slipway check, slipway doctor."]
    return "".join(f"# {line}\n" for line in [*lines, *(f"- {_one_line(note)}" for note in facts.notes)])


def _one_line(note: str) -> str:
    """Notes quote what a host or a workflow says: nothing of it may leave the comment."""
    return "".join(char if char.isprintable() else " " for char in note)


HEAD = """\
language = "ko"                                   # of public messages: "ko" or "en"
ledger = "data/slipway.db"
timezone = "Asia/Seoul"

[discord]                                         # secret: DISCORD_TOKEN, from the environment
guild = {guild}
deploys = {deploys}

[roles]                                           # aliases; ids decide
deployer = {deployer}
approver = {approver}
oncall = {oncall}

[oncall]
role = "oncall"
"""


def _service(facts: Facts, name: str, env: str) -> str:
    lines = [
        f"[services.{name}]",
        f"branch = {_toml(facts.branch or 'main')}",
        f"chain = [{_toml(env)}]",
        "",
        f"[services.{name}.policy]",
        'deploy = ["deployer"]                             # rollback: deployer and oncall, unless you say otherwise',
        "",
        f"[services.{name}.health]",
        f"url = {_toml(facts.url)}",
        'from = "host"                                     # asked on the host itself',
        f"tries = {facts.tries or 5}",
        f'interval = "{facts.interval or 5}s"',
        f'timeout = "{facts.timeout or 3}s"',
        'start_within = "60s"                              # until the first answer',
        '# version = "/version"                            # where the answer names its version: the best evidence',
        "",
    ]
    return "\n".join(lines)


def _target(facts: Facts, name: str, env: str) -> str:
    at = f"[services.{name}.env.{env}"
    lines = [
        f"{at}]",
        'adapter = "ssh"',
        "",
        f"{at}.policy.approve]             # take it out, and nobody is asked",
        'groups = [{ roles = ["approver"], oncall = true, count = 1 }]',
        "",
        f"{at}.ssh]",
        f"hosts = [{{ {_host(facts)} }}]",
        f"key = {_toml(facts.secret or 'SSH_PRIVATE_KEY')}                           # the name of the secret",
        *_values(facts),
    ]
    return "\n".join([*lines, ""])


def _host(facts: Facts) -> str:
    said = {"host": facts.host, "port": facts.port or 22, "user": facts.user, "host_key": facts.host_key}
    return ", ".join(f"{key} = {value}" for key, value in _quoted(said).items())


def _values(facts: Facts) -> Iterable[str]:
    yield f"repository = {_toml(facts.remote)}"
    yield f"path = {_toml(facts.path)}"
    yield f"unit = {_toml(facts.unit)}"
    yield f'layout = "{facts.layout or "in_place"}"                             # "releases" for a new host'
    yield f"shared = {_toml(list(facts.shared) or ['.env'])}"
    if facts.requirements:
        yield f"requirements = {_toml(facts.requirements)}"
    if facts.logs:
        yield f"logs = {_toml(list(facts.logs))}"
