"""One environment of a service: its table and what it inherits become a TargetSpec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from bot.config.authority import judge_policy, policy
from bot.config.config import Effective, Service
from bot.config.effective import effective
from bot.config.gates import Around, gates
from bot.config.inherit import inherit, origin
from bot.config.keys import Path, did_you_mean, dotted, meant
from bot.config.problems import Problems, Where, judge
from bot.config.roles import Roles
from bot.config.secrets import named_in
from bot.config.shape import ADAPTERS, INHERITED, EnvTable, HealthTable, ModelTable, ServiceHead
from bot.model import HealthCheck, ModelSource, Secret, Target, TargetSpec, Watch
from bot.oncall import OnCall
from bot.ports import AdapterKind, Kinds

Secrets = tuple[tuple[Path, Secret], ...]
"""Each with the place in the file that names it."""


@dataclass(frozen=True)
class World:
    """What the rest of the file says, for judging an environment. ``oncall`` None: unreadable, so not judged.

    ``prometheus``: base URL for gates that name none. ``folder``: the file's own, from which files are meant.
    ``github``: the file has an identity there.
    """

    kinds: Kinds
    roles: Roles
    oncall: OnCall | None
    problems: Problems
    prometheus: str | None = None
    folder: FilePath = FilePath()
    github: bool = False


@dataclass(frozen=True)
class Environment:
    """``spec`` None: there were problems."""

    adapter: str
    spec: TargetSpec | None
    effective: tuple[Effective, ...]
    secrets: Secrets


def env_model(adapter: str, section: type[BaseModel] | None) -> type[EnvTable]:
    """The environment's table with its adapter's section in it."""
    if section is None:
        return EnvTable
    fields: dict[str, Any] = {adapter: (section, ...)}
    return create_model(f"EnvTable_{adapter}", __base__=EnvTable, **fields)


def read(
    service: Service, head: ServiceHead, general: Mapping[str, Any], env: str, table: object, world: World
) -> Environment | None:
    """None after its problems were added."""
    place: Path = ("services", service.name, "env", env)
    if not isinstance(table, Mapping):
        world.problems.add(place, "must be a table")
        return None
    adapter = str(table.get("adapter", ""))
    kind = _kind(adapter, place, world) if "adapter" in table else None
    own = _own_sections_only(table, adapter, kind, place, world.problems)
    above = {key: value for key, value in general.items() if key in INHERITED or (kind and key == adapter)}
    merged, origins = inherit(above, own, (place[:2], place))
    model = env_model(adapter, _section(kind, adapter, merged, place, world.problems))
    checked = judge(model, merged, world.problems, lambda path: origin(origins, path), also=(adapter,))
    judge_policy(merged.get("policy"), lambda path: origin(origins, ("policy", *path)), world.roles, world.oncall)
    if checked is None or kind is None or adapter not in merged:
        secrets = _secrets(kind, merged.get(adapter), lambda path: origin(origins, (adapter, *path)))
        return Environment(adapter, None, (), secrets)
    if kind.account and head.repository is None:
        world.problems.add((*place, "adapter"), f'"{adapter}" needs the service\'s repository, like "org/name"')
    if checked.model and checked.model.key and not kind.models:
        world.problems.add((*place, "model", "key"), f'adapter "{adapter}" cannot read it on its target; say id')
    elif checked.model and checked.model.key:
        _key(kind, checked.model.key, getattr(checked, adapter), place, world)
    history = kind.commits or kind.built
    github = history and world.github and head.repository is not None
    around = Around(
        env,
        service.chain,
        adapter,
        kind.checks or github,
        kind.provenance or github,
        history,
        world.folder,
        world.prometheus,
        lambda path: origin(origins, ("gates", *path)),
        world.problems,
    )
    spec = _spec(service, head, env, checked, getattr(checked, adapter), world)
    spec = replace(spec, gates=gates(checked.gates, around))
    secrets = tuple((origin(origins, path), secret) for path, secret in named_in(checked))
    return Environment(adapter, spec, tuple(effective(checked, merged, origins)), secrets)


def _kind(adapter: str, place: Path, world: World) -> AdapterKind | None:
    kind = world.kinds(adapter) if adapter in ADAPTERS else None
    if kind is None:
        known = adapter in ADAPTERS
        sentence = "is not available in this version" if known else f"is no adapter{did_you_mean(adapter, ADAPTERS)}"
        world.problems.add((*place, "adapter"), f'"{adapter[:40]}" {sentence}')
    elif kind.account and not world.github:
        world.problems.add((*place, "adapter"), f'"{adapter}" needs [{adapter}] at the top of the file')
    return kind


def _own_sections_only(
    table: Mapping[str, Any], adapter: str, kind: AdapterKind | None, place: Path, problems: Problems
) -> dict[str, Any]:
    sections = [key for key in table if key in ADAPTERS and (key != adapter or not kind)]
    for key in sections:
        if adapter in ADAPTERS and key != adapter:
            problems.add((*place, key), f'the adapter here is "{adapter}"; take this section out')
    return {key: value for key, value in table.items() if key not in sections}


def _section(
    kind: AdapterKind | None, adapter: str, merged: dict[str, Any], place: Path, problems: Problems
) -> type[BaseModel] | None:
    """The section's model. A section that needs nothing may be left out; one that is needed is asked for by name."""
    if kind is None or adapter in merged:
        return kind.config if kind else None
    try:
        kind.config.model_validate({})
    except ValidationError:
        if not any(adapter in meant(key, [adapter]) for key in merged):
            problems.add(place, f'adapter = "{adapter}" needs a section [{dotted((*place, adapter))}]')
        return None
    merged[adapter] = {}
    return kind.config


def _spec(
    service: Service, head: ServiceHead, env: str, table: EnvTable, section: BaseModel, world: World
) -> TargetSpec:
    at = service.chain.index(env) if env in service.chain else -1
    last = at >= 0 and at == len(service.chain) - 1
    return TargetSpec(
        target=Target(service.name, env),
        title=service.title,
        adapter=table.adapter,
        section=section,
        policy=policy(table.policy, world.roles, world.oncall),
        health=_health(table.health),
        timeout=table.timeout,
        page=last if table.page is None else table.page,
        branch=head.branch,
        repository=head.repository,
        previous=service.chain[at - 1] if at > 0 else None,
        impact=head.impact.model_dump(exclude_none=True),
        paths={part: globs for part, globs in head.paths.model_dump().items() if globs},
        watch=Watch(table.watch.every, table.watch.failures),
        model=_model(table.model),
        recorded=head.deployments,
        commented=head.pull_request_comments,
    )


def _model(table: ModelTable | None) -> ModelSource | None:
    return ModelSource(**table.model_dump()) if table else None


def _key(kind: AdapterKind, key: str, section: BaseModel, place: Path, world: World) -> None:
    """What can be known without the target: is there a place where the key could stand?"""
    why = kind.keyless(section, key)
    if why:
        world.problems.add((*place, "model", "key"), why)


def _secrets(kind: AdapterKind | None, section: object, where: Where) -> Secrets:
    """Of a section that is sound in an environment that is not: its secrets are asked for in the same pass."""
    try:
        table = kind.config.model_validate(section) if kind else None
    except ValidationError:
        return ()
    return tuple((where(path), secret) for path, secret in named_in(table)) if table else ()


def _health(table: HealthTable | None) -> HealthCheck | None:
    return HealthCheck(**table.model_dump()) if table else None
