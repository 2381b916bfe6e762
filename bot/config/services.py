"""A service: its own keys, the chain of its environments, and what those inherit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from bot.config import environments
from bot.config.config import Service
from bot.config.effective import effective
from bot.config.environments import Environment, World
from bot.config.fields import NAME
from bot.config.keys import Path, did_you_mean
from bot.config.problems import Problems, judge
from bot.config.shape import ADAPTERS, INHERITED, ServiceHead


def read(name: str, table: object, world: World) -> tuple[Service | None, list[Environment]]:
    """The service and those of its environments that are sound; everything else became a problem."""
    place: Path = ("services", name)
    if not isinstance(table, Mapping):
        world.problems.add(place, "must be a table")
        return None, []
    _names(place, world.problems)
    shared = {key: value for key, value in table.items() if key in INHERITED or key in ADAPTERS}
    own = {key: value for key, value in table.items() if key not in shared and key != "env"}
    known = ("env", *INHERITED, *ADAPTERS)
    head = judge(ServiceHead, own, world.problems, lambda path: place + path, also=known)
    envs = _envs(table, place, own, world.problems)
    _judge_shared(shared, envs, place, world)
    if head is None:
        head, chain = ServiceHead(), tuple(envs)
    else:
        chain = head.chain
        _judge_chain(head, envs, place, world.problems)
        _judge_recorded(head, place, world)
        _judge_announced(head, envs, place, world.problems)
    service = Service(name, head.title or name, chain, head.side, head.announce)
    order = sorted(envs, key=lambda env: service.envs.index(env) if env in service.envs else len(envs))
    found = (environments.read(service, head, shared, env, envs[env], world) for env in order)
    rows = tuple(effective(head, own, {(key,): (*place, key) for key in own}))
    return service, [replace(one, effective=rows + one.effective) for one in found if one]


def _names(place: Path, problems: Problems) -> None:
    name = str(place[-1])
    if not NAME.fullmatch(name):
        problems.add(place, f'"{name[:40]}" is not a name; use lower case letters, digits and -, at most 32')


def _envs(table: Mapping[str, Any], place: Path, own: Mapping[str, Any], problems: Problems) -> Mapping[str, Any]:
    envs = table.get("env", {})
    if not isinstance(envs, Mapping):
        problems.add((*place, "env"), "must be a table")
        return {}
    if not envs and not any(did_you_mean(key, ["env"]) for key in own):
        problems.add(place, f"has no environment; write one, like [services.{place[-1]}.env.prod]")
    for env in envs:
        _names((*place, "env", env), problems)
    return envs


def _judge_shared(shared: Mapping[str, Any], envs: Mapping[str, Any], place: Path, world: World) -> None:
    """A service's own part of what is inherited: wrong there even where every environment replaces it."""
    used = {str(env.get("adapter")) for env in envs.values() if isinstance(env, Mapping)}
    for key, value in shared.items():
        here = (*place, key)
        kind = world.kinds(key) if key in used else None
        model = INHERITED.get(key) or (kind.config if kind else None)
        if model:
            judge(model, value, world.problems, partial(_below, here), partial=True)
        elif key not in used:
            world.problems.add(here, f'no environment of this service has adapter = "{key}"; take this section out')


def _below(here: Path, path: Path) -> Path:
    return here + path


def _judge_chain(head: ServiceHead, envs: Mapping[str, Any], place: Path, problems: Problems) -> None:
    for key, names in (("chain", head.chain), ("side", head.side)):
        for sentence in _wrong_names(names, envs, head, place):
            problems.add((*place, key), sentence)
    for env in envs:
        if env not in head.chain and env not in head.side:
            hint = did_you_mean(env, [name for name in head.chain + head.side if name not in envs])
            hint = hint or "; add it to one of them"
            problems.add((*place, "env", env), f"stands neither in chain nor in side{hint}")


def _judge_recorded(head: ServiceHead, place: Path, world: World) -> None:
    if head.deployments and not (world.github and head.repository):
        world.problems.add((*place, "deployments"), "needs [github] and the service's repository")
    if head.pull_request_comments and not head.deployments:
        world.problems.add((*place, "pull_request_comments"), "needs deployments = true")


def _judge_announced(head: ServiceHead, envs: Mapping[str, Any], place: Path, problems: Problems) -> None:
    if head.announce is not None and head.announce not in envs:
        hint = did_you_mean(head.announce, envs) or "; write it, or take this line out"
        problems.add((*place, "announce"), f'"{head.announce}" is no environment of this service{hint}')


def _wrong_names(names: tuple[str, ...], envs: Mapping[str, Any], head: ServiceHead, place: Path) -> Iterator[str]:
    everywhere = head.chain + head.side
    for name in dict.fromkeys(names):
        if name not in envs:
            hint = did_you_mean(name, envs) or "; write it, or take the name out"
            yield f'"{name}" has no [services.{place[-1]}.env.{name}]{hint}'
        if everywhere.count(name) > 1:
            yield f'"{name}" stands here more than once, or in both chain and side'
