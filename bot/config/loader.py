"""``load``: file and environment become a Config, or every problem at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from bot.config import aws_keys, freezes, github, hints, later, oncall, people, services, web
from bot.config.addresses import addresses
from bot.config.config import Config, Discord, Service
from bot.config.environments import Environment, World
from bot.config.problems import Problems, judge
from bot.config.roles import Roles
from bot.config.secrets import fill, named_in, refuse_written_down
from bot.config.shape import DiscordTable, Head
from bot.errors import ConfigErrors
from bot.model import Secret
from bot.ports import Kinds


def load(path: FilePath, kinds: Kinds, environ: Mapping[str, str]) -> Config:
    """Raises ConfigErrors with every problem of the file and of the environment, one line each.

    A relative ``ledger`` is meant from the file's folder, so that every command finds the same one.
    """
    return build(_parse(path), path, kinds, environ)


def ledger_of(path: FilePath) -> FilePath:
    """Only where the ledger is, for tools that need no secret and no sound rest of the file. Raises ConfigErrors."""
    name = _parse(path).get("ledger", Head.model_fields["ledger"].default)
    if not isinstance(name, str) or not name:
        raise ConfigErrors(["ledger: must be text, in quotes"])
    return path.parent / name


def reads_audit_log(path: FilePath) -> bool:
    """Whether some approval of the file has a cool-off, however sound the rest of it is. Raises ConfigErrors."""
    services = _parse(path).get("services", {})
    return "cooloff" in _keys(services)


def pins_a_board(path: FilePath) -> bool:
    """Whether the file names a channel for the board, however sound the rest of it is. Raises ConfigErrors."""
    discord = _parse(path).get("discord", {})
    return isinstance(discord, Mapping) and bool(discord.get("board"))


def _keys(table: object) -> set[str]:
    inner = [_keys(value) for value in table.values()] if isinstance(table, Mapping) else []
    return set(table if isinstance(table, Mapping) else ()).union(*inner)


def build(file: dict[str, Any], path: FilePath, kinds: Kinds, environ: Mapping[str, str]) -> Config:
    """``load`` for a file that was parsed already."""
    problems = Problems()
    refuse_written_down(file, problems)
    file, too_early = later.take_out(file)
    for place in too_early:
        problems.add(place, later.SENTENCE)
    head = judge(Head, _without_services(file), problems, lambda place: place, also=("services",))
    roles = Roles(_aliases(file), problems)
    identity = github.identity(head.github if head else None, environ, problems)
    rota, prometheus = oncall.read(file, roles), head.prometheus.url if head else None
    world = World(kinds, roles, rota, problems, prometheus, path.parent, "github" in file)
    read = _services(file, world)
    token = Secret("DISCORD_TOKEN")
    on_aws = [env for _, envs in read for env in envs if (kind := kinds(env.adapter)) and kind.aws]
    keys = aws_keys.keys(environ, problems) if on_aws else None
    signing = web.secrets(head, environ) if head else []
    ours = [(("github",), secret) for secret in identity.secrets] if identity else []
    ours += [((secret.name,), secret) for secret in keys.secrets] if keys else []
    named = [*(named_in(head) if head else ()), *ours, *signing]
    named += [secret for _, envs in read for env in envs for secret in env.secrets]
    fill([(("discord",), token), *named], environ, problems)
    api, gateway = addresses(head.discord if head else None, environ, problems)
    envs = [(env.spec, env.effective) for _, found in read for env in found if env.spec]
    specs = {spec.target: spec for spec, _ in envs}
    people.judge(head.people if head else {}, specs.values(), problems)
    closed = freezes.windows(head.freeze, specs, head.timezone, problems) if head else []
    schedule = oncall.calendar(head, problems) if head else None
    if head:
        web.judge(head.web, problems)
        hints.judge(head, bool(on_aws), problems)
    if problems.lines or head is None or world.oncall is None:
        raise ConfigErrors(problems.lines)
    accounts = oncall.linked(head.people)
    return Config(
        path=path,
        language=head.language,
        ledger=path.parent / head.ledger,
        timezone=head.timezone,
        discord=_discord(head.discord, token, api, gateway),
        web=web.read(head.web, signing),
        oncall=replace(world.oncall, linked=accounts),
        calendar=schedule,
        roles=head.roles,
        linked=accounts,
        git=people.git(head.people),
        logins=people.logins(head.people),
        github=identity,
        aws_keys=keys,
        aws=hints.read(head.aws),
        services={service.name: service for service, _ in read if service},
        targets=freezes.applied(specs, closed),
        secrets=(token, *(secret for _, secret in named)),
        effective={spec.target: rows + freezes.effective(spec.target, closed) for spec, rows in envs},
    )


def _parse(path: FilePath) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigErrors([f"{path}: there is no such file; `init` writes one"]) from None
    except OSError as error:
        raise ConfigErrors([f"{path}: cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ConfigErrors([f"{path}: is not UTF-8 text"]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigErrors([f"{path}: is not TOML: {error}"]) from None


def _without_services(file: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in file.items() if key != "services"}


def _services(file: Mapping[str, Any], world: World) -> list[tuple[Service | None, list[Environment]]]:
    table = file.get("services", {})
    if not isinstance(table, Mapping):
        world.problems.add("services", "must be a table")
        return []
    if not table:
        world.problems.add("services", "there is none; write one, like [services.ai-server]")
    return [services.read(name, one, world) for name, one in table.items()]


def _aliases(file: Mapping[str, Any]) -> dict[str, str]:
    """Read before the head is known to be sound, so that the services' problems are found in the same pass."""
    table = file.get("roles", {})
    return {name: str(value) for name, value in table.items()} if isinstance(table, Mapping) else {}


def _discord(table: DiscordTable, token: Secret, api: str | None, gateway: str | None) -> Discord:
    ids = table.model_dump(exclude={"api", "gateway", "allow_remote_api"})
    return Discord(token=token, api=api, gateway=gateway, **ids)
