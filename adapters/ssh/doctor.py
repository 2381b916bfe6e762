"""For ``slipway doctor``: what is good, what is bad, what should be known, in the order checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.ssh import findings
from adapters.ssh.answers import World
from adapters.ssh.before import Before, Ground, Ready, SaidNo
from adapters.ssh.config import Config
from adapters.ssh.evidence import Rules
from bot.model import Finding, Kind

Line = tuple[str, bool | None, Mapping[str, Any]]

# What a deploy user needs, as sudo -l shows it after "NOPASSWD: ".
START = r"/usr/bin/systemctl \^start slipway-job@\[a-z0-9-\]\{1\\?,40\}\[\.\]service\$"


def lines(seen: Before, config: Config, rules: Rules) -> Iterator[Line]:
    """Everything that could be found out about a host that let us in."""
    to = config.hosts[0]
    yield "login", True, {"host": to.host, "user": seen.user}
    yield "host_key", True, {"host": to.host}
    yield "python", True, {"version": seen.python}
    problems = [*findings.host(seen, config), *findings.unit(seen, config)]
    problems += list(findings.version(seen, Kind.REDEPLOY, "", config))
    problems += list(_model(seen))
    problems += [findings.warn("sudo_too_much", user=seen.user, rule=rule) for rule in too_much(seen, config)]
    good = [line for line in _good(seen, config, rules) if not _contradicted(line[0], problems)]
    yield from good
    yield from ((found.code, False if found.stops else None, found.facts) for found in problems)
    if findings.possible(seen, rules) is None:
        yield "no_proof", False, {"unit": config.unit}


def _good(seen: Before, config: Config, rules: Rules) -> Iterator[Line]:
    yield "git", True, {"version": seen.git}
    yield "disk", True, {"free_mb": seen.free_mb}
    yield from (("env", True, {"file": file.path}) for file in seen.env if file.there)
    yield "sudo", True, {"user": seen.user}
    yield "unit", True, {"unit": config.unit}
    yield "runner", True, {"runner": config.runner}
    if isinstance(seen.version, Ground) and isinstance(seen.world, World):
        yield "tree", True, {"path": config.path}
    if seen.model and isinstance(seen.model.ready, Ready):
        yield "model_key", True, {"key": seen.model.key, "file": seen.model.ready.file}
    proof = findings.possible(seen, rules)
    if proof:
        yield "proof", True, {"proof": proof}


def _model(seen: Before) -> Iterator[Finding]:
    """A key that cannot be written is in the way of ``/deploy … model`` alone."""
    if seen.model and isinstance(seen.model.ready, SaidNo):
        yield findings.warn(seen.model.ready.error, **findings.named(seen.model.ready))


AGAINST = {
    "git": ("git_",),
    "disk": ("disk_full", "inodes_full"),
    "env": ("env_",),
    "sudo": ("sudo_",),
    "unit": ("unit_",),
    "runner": ("runner_",),
    "tree": ("dirty_tree", "unshared_data", "version_unreadable", "path_"),
}


def _contradicted(code: str, problems: list[Finding]) -> bool:
    return any(found.code.startswith(AGAINST[code]) for found in problems if code in AGAINST)


def too_much(seen: Before, config: Config) -> list[str]:
    """Rules of sudo beyond what the template gives. ``NOPASSWD: systemctl`` is root."""
    if seen.root:
        return []
    name = re.escape(config.unit.removesuffix(".service"))
    one = rf"/usr/bin/systemctl (?:restart|stop|reset-failed) {name}(?:\.service)?"
    allowed = re.compile(rf"\(root\) NOPASSWD: (?:(?:{one}|{START})(?:, |$))+")
    return [rule for rule in seen.sudo.rules if not allowed.fullmatch(rule)]
