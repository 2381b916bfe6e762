"""What of the host's facts stands in the way of a deploy, or should be known before one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from adapters.ssh import unitfiles, wants
from adapters.ssh.answers import World
from adapters.ssh.before import Before, File, Ground, SaidNo
from adapters.ssh.codes import CODES
from adapters.ssh.config import Config
from adapters.ssh.evidence import Rules
from bot.model import Change, Finding, Kind, ModelWrite, Preflight

NEED_MB, NEED_INODES = 200, 2000
NAMES = 5


def preflight(seen: Before, change: Change, config: Config, rules: Rules) -> Preflight:
    version_says = version(seen, change.kind, change.to.label, config)
    found = (*host(seen, config), *unit(seen, config), *model(seen, change.model), *version_says)
    proof = possible(seen, rules)
    if proof is None:
        found = (*found, Finding("no_proof", True, {"unit": config.unit}))
    back = isinstance(seen.version, Ground) and seen.version.back
    return Preflight(found, proof, rollback=back)


def stop(code: str, **facts: Any) -> Finding:
    return Finding(code, True, facts)


def warn(code: str, **facts: Any) -> Finding:
    return Finding(code, False, facts)


def host(seen: Before, config: Config) -> Iterator[Finding]:
    """Folder, disk, files, programs."""
    if not seen.exists:
        yield stop("path_missing", path=config.path, user=seen.user)
    elif not seen.writable:
        yield stop("path_not_writable", path=config.path, user=seen.user)
    if seen.free_mb < NEED_MB:
        yield stop("disk_full", path=config.path, free_mb=seen.free_mb, need_mb=NEED_MB)
    if seen.inodes is not None and seen.inodes < NEED_INODES:
        yield stop("inodes_full", path=config.path, free=seen.inodes)
    if not seen.git:
        yield stop("git_missing")
    elif _older(seen.git, (2, 30)):
        yield stop("git_old", version=seen.git)
    if config.requirements:
        yield from _python(seen, config)
    if seen.exists:
        yield from _files(seen, config)


def _python(seen: Before, config: Config) -> Iterator[Finding]:
    if not seen.app_python:
        yield stop("python_missing", python=config.python)
    elif not seen.app_venv:
        yield stop("venv_missing", python=config.python)


def _files(seen: Before, config: Config) -> Iterator[Finding]:
    for file in seen.shared:
        if file.there:
            continue
        if file.env:
            yield stop("env_missing", file=file.path)
        elif config.layout == "releases":
            yield stop("shared_missing", name=file.name, path=f"{config.path}/shared")
    for file in seen.env:
        yield from _mode(file, seen.user)


def _mode(file: File, user: str) -> Iterator[Finding]:
    if file.mode is None:
        return
    if not file.readable:
        yield warn("env_unreadable", file=file.path, user=user)
    elif file.mode & 0o022:
        yield stop("env_mode", file=file.path, mode=f"{file.mode:04o}")
    elif file.mode & 0o004:
        yield warn("env_mode", file=file.path, mode=f"{file.mode:04o}")


def unit(seen: Before, config: Config) -> Iterator[Finding]:
    """The service's unit, the rights to restart it, and the way to run a job."""
    if seen.unit.load != "loaded":
        yield stop("unit_missing", unit=config.unit)
        return
    if config.layout == "releases":
        yield from _current(seen, config)
    for command in seen.sudo.missing:
        yield stop("sudo_missing", user=seen.user, command=command)
    yield from _runner(seen, config)


def _current(seen: Before, config: Config) -> Iterator[Finding]:
    drop_in = unitfiles.drop_in(seen.unit, config)
    if drop_in:
        file = f"/etc/systemd/system/{config.unit}.d/slipway.conf"
        yield stop("unit_not_current", unit=config.unit, file=file, attachment=drop_in)
    elif config.requirements and f"{config.path}/current/.venv/" not in seen.unit.argv:
        yield warn("venv_unused", unit=config.unit)


def _runner(seen: Before, config: Config) -> Iterator[Finding]:
    if config.runner == "detached":
        if seen.runner.killed:
            yield stop("runner_killed", user=seen.user)
        return
    wanted = unitfiles.job_argv(seen.home, "preflight-0-0")
    right = (seen.runner.load, seen.runner.user, seen.runner.argv) == ("loaded", seen.user, wanted)
    if not right or seen.runner.type != "exec":
        text = unitfiles.job_unit(seen.user, seen.home)
        yield stop("runner_missing", unit="slipway-job@.service", attachment=text)


def version(seen: Before, kind: Kind, to: str, config: Config) -> Iterator[Finding]:
    """What the tree and the new version say about each other. A rollback is not held up by data that it hides."""
    ground = seen.version
    if isinstance(ground, SaidNo):
        yield stop(ground.error if ground.error in CODES else "host_failed", **named(ground))
        return
    if ground is None:
        return
    if not ground.there:
        yield stop("version_not_found", wanted=to)
    if ground.dirty:
        yield stop("dirty_tree", path=config.path, files=ground.dirty, attachment=ground.diff)
    if kind is Kind.RESTART:
        return
    lost = ground.hidden or ground.unshared
    if lost:
        going_back = kind is Kind.ROLLBACK and not ground.hidden
        yield Finding("unshared_data", not going_back, {"names": ", ".join(lost[:NAMES]), "count": len(lost)})
    for name in ground.tracked:
        yield stop("shared_tracked", name=name)
    if not ground.requirements:
        yield stop("requirements_missing", file=config.requirements)
    if config.layout == "in_place" and config.requirements and not ground.live:
        yield stop("venv_elsewhere", unit=config.unit, path=config.path)


def model(seen: Before, wanted: ModelWrite | None) -> Iterator[Finding]:
    """Why the ordered model could not be written. Nothing is in the way of what stands there already."""
    said = seen.model
    if wanted is None or said is None or said.value == wanted.id or not isinstance(said.ready, SaidNo):
        return
    yield stop(said.ready.error, **named(said.ready))


def named(no: SaidNo) -> dict[str, Any]:
    return {name: value for name, value in no.facts.items() if name in CODES.get(no.error, ())}


def possible(seen: Before, rules: Rules) -> str | None:
    """The proof that a deploy will be able to have, by what can be read now."""
    if not rules.asked:
        return rules.weakest
    named = "answer" if rules.health and rules.health.version else None
    socket = seen.world.socket if isinstance(seen.world, World) and seen.world.unit.up else "nobody"
    if socket == "ours":
        return "socket"
    if socket == "foreign":
        return named
    readable = seen.root or seen.unit.user == seen.user
    if rules.health and wants.local(rules.health) and readable and socket != "unknown":
        return "socket"
    return named or "instance"


def _older(version: str, than: tuple[int, int]) -> bool:
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return len(numbers) < 2 or tuple(numbers) < than
