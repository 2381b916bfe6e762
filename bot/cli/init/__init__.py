"""``slipway init``: a commented configuration file from a workflow file, from an SSH host, or from both.

It never overwrites: where there is a file already it prints the difference. Then it runs ``check``.
"""

from __future__ import annotations

import asyncio
import difflib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from bot import config, redact
from bot.cli.doctor.report import State, line
from bot.cli.init.facts import Application, Discovered, Facts, of_application, together
from bot.cli.init.workflow import NotReadable
from bot.cli.init.workflow import read as read_workflow
from bot.cli.init.writing import Ids, text
from bot.cli.options import PROBLEMS, config_file, stop
from bot.config.fields import NAME
from bot.errors import AdapterError, ConfigErrors
from bot.ports import Kinds
from bot.wording import plain

T = TypeVar("T")


@dataclass(frozen=True)
class Discover:
    """How a host is looked at, before it is in any configuration. Both raise AdapterError.

    ``host_key(host, port)`` → (line to pin, fingerprint); ``applications(user, host, port, host_key, private_key)`` →
    plain data as ``facts.Discovered``.
    """

    host_key: Callable[[str, int], Awaitable[tuple[str, str]]]
    applications: Callable[[str, str, int, str, str], Awaitable[dict[str, Any]]]


def command(kinds: Kinds, discover: Discover) -> click.Command:
    @click.command("init", short_help="Write a configuration file from a workflow or a host.")
    @config_file
    @click.option("--from", "workflow", type=click.Path(path_type=Path, dir_okay=False), help="A GitHub workflow file.")
    @click.option("--ssh", "login", metavar="USER@HOST[:PORT]", help="A host to look at.")
    @click.option("--key", type=click.Path(path_type=Path, dir_okay=False), help="Private key to log in with.")
    @click.option("--unit", help="Which unit of the host, where several could be meant.")
    @click.option("--service", "name", callback=_name, help="The service's name. Default: the unit's.")
    @click.option("--env", default="prod", callback=_name, show_default=True, help="The environment's name.")
    @_id("--guild", "the server")
    @_id("--deploys", "the channel of the cards")
    @_id("--deployer", "the role that may deploy")
    @_id("--approver", "the role that approves")
    @_id("--oncall", "the on-call role")
    def init(
        file: Path, workflow: Path | None, login: str | None, key: Path | None, unit: str | None,
        name: str | None, env: str, **ids: str | None,
    ) -> None:  # fmt: skip
        """Write a commented configuration file, from a workflow file, from an SSH host, or from both.

        Never overwrites: where FILE is there already, the difference is printed. Then `check` is run.
        """
        facts = _from_workflow(workflow) if workflow else Facts()
        if login:
            facts = together(_from_host(discover, login, key, unit), facts)
        _write(file, text(facts, Ids(**ids), name or facts.name, env))
        sys.exit(_check(file, kinds))

    return init


def _id(option: str, whose: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return click.option(option, metavar="ID", help=f"Id of {whose}.")


def _name(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not NAME.fullmatch(value):
        raise click.BadParameter("use lower case letters, digits and -, at most 32")
    return value


def _from_workflow(workflow: Path) -> Facts:
    try:
        return read_workflow(workflow.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        stop([f"{workflow}: cannot be read: {error}"])
    except NotReadable as error:
        stop([f"{workflow}: {error}"])


def _from_host(discover: Discover, login: str, key: Path | None, unit: str | None) -> Facts:
    user, _, rest = login.rpartition("@")
    host, _, port = rest.partition(":")
    if not user or not host or (port and not port.isdecimal()):
        stop([f'--ssh: "{login[:60]}" is not USER@HOST or USER@HOST:PORT'])
    number, private = int(port or 22), _private_key(key)
    try:
        pinned = _confirmed(discover, host, number)
        found = asyncio.run(_awaited(discover.applications(user, host, number, pinned, private)))
    except AdapterError as error:
        stop([str(line(State.FAIL, host, f"{error.kind}.{error.code}", error.facts))])
    one = _chosen(Discovered.model_validate(found).applications, unit)
    known = Facts(host=host, port=number, user=user, host_key=pinned)
    return together(known, of_application(one)) if one else known


async def _awaited(work: Awaitable[T]) -> T:
    return await work


def _private_key(file: Path | None) -> str:
    """From the file that was named, else from the secret's usual name."""
    if file is not None:
        return _read_key(file)
    try:
        found = config.secret("SSH_PRIVATE_KEY", config.environment())
    except ConfigErrors as errors:
        stop(errors.problems)
    return found or stop(["Say --key FILE, or set SSH_PRIVATE_KEY or SSH_PRIVATE_KEY_FILE: a key to log in with."])


def _read_key(file: Path) -> str:
    try:
        value = file.read_text(encoding="utf-8")
        redact.register(value)
    except (OSError, ValueError) as error:
        stop([f"{file}: no private key can be read from it: {error}"])
    return value


def _confirmed(discover: Discover, host: str, port: int) -> str:
    """The key that is pinned from now on, after a person compared it: who answers here is trusted for ever."""
    pinned, fingerprint = asyncio.run(_awaited(discover.host_key(host, port)))
    click.echo(f"{host} shows this host key: {pinned.split()[0]} {fingerprint}", err=True)
    click.echo("Compare it on the host's own console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub", err=True)
    if not click.confirm("Is it the same?", err=True):
        stop(["Nothing was written: without a host key that you know, anybody could be that host."])
    return pinned


def _chosen(found: list[Application], unit: str | None) -> Application | None:
    wanted = [one for one in found if unit in (None, one.unit, one.unit.removesuffix(".service"))]
    if found and len(wanted) != 1:
        stop([f"Say --unit: {', '.join(plain(one.unit) for one in found)}"])
    if not found:
        click.echo("No unit there works in a git tree: path, unit and repository are left to fill in.", err=True)
    return wanted[0] if wanted else None


def _write(file: Path, wanted: str) -> None:
    if not file.exists():
        file.write_text(wanted, encoding="utf-8")
        click.echo(f"{file}: written.")
        return
    there = file.read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(there, wanted.splitlines(), str(file), "what init would write", lineterm="")
    click.echo("\n".join(lines) or f"{file}: there already, and the same.")
    click.echo(f"{file}: there already; nothing was written.", err=True)


def _check(file: Path, kinds: Kinds) -> int:
    try:
        config.load(file, kinds, config.environment())
    except ConfigErrors as errors:
        click.echo("Left to do:")
        click.echo("\n".join(f"  {line}" for line in errors.problems))
        return PROBLEMS
    click.echo(f"{file}: good. Next: slipway doctor")
    return 0
