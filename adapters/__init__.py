"""The adapters' table, one line each. An adapter's module, and its SDK, is imported only when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import BaseModel

from bot.model import CloudKeys, CloudPolicies, HintQueue, Identity
from bot.ports import Account, AdapterKind, At, Cloud, Hide, Mailbox, Platform, Recorder

KINDS: dict[str, str] = {
    "ssh": "adapters.ssh",
    "dry_run": "adapters.dry_run",
    "github": "adapters.github",
    "ecs": "adapters.ecs",
}


def load(kind: str) -> AdapterKind | None:
    """None: no such adapter. The module says ``ADAPTER``."""
    module = KINDS.get(kind)
    if module is None:
        return None
    found: AdapterKind = importlib.import_module(module).ADAPTER
    return found


@asynccontextmanager
async def account(identity: Identity | None, hide: Hide, at: At) -> AsyncIterator[Account | None]:
    """The bot on GitHub, shared by the whole file. None: the file has no such identity."""
    if identity is None:
        yield None
        return
    from adapters.github import account  # PyGithub comes with it

    made = account.connect(identity, hide, at)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def aws(kinds: Iterable[str], keys: CloudKeys | None, hide: Hide, at: At) -> AsyncIterator[Cloud | None]:
    """What all targets on AWS share. None: no target of these ``kinds`` is there."""
    if not any((kind := load(name)) and kind.aws for name in kinds):
        yield None
        return
    from adapters.ecs.account import Aws  # boto3 comes with it

    made = Aws(keys, hide, at=at)
    try:
        yield made
    finally:
        await made.close()


def mailboxes(aws: Platform | None, queues: Sequence[HintQueue]) -> list[Mailbox]:
    """Where hints are fetched; none where nothing lies on AWS."""
    if aws is None or not queues:
        return []
    from adapters.ecs.account import Aws
    from adapters.ecs.queue import Queue

    assert isinstance(aws, Aws)
    return [Queue.of(aws, one) for one in queues]


def policies(sections: Mapping[str, BaseModel], queues: Iterable[HintQueue], account: str | None) -> CloudPolicies:
    """What IAM must allow. ``sections``: by their place in the file; ``account``: of those that name none."""
    from adapters.ecs import principals
    from adapters.ecs.config import Config

    on_aws = {place: section for place, section in sections.items() if isinstance(section, Config)}
    return principals.policies(on_aws, queues, account)


def source(account: Account | None, repository: str | None, paths: Mapping[str, Sequence[str]]) -> object | None:
    """What a service's repository can be asked for itself. None: there is nobody to ask, or nothing to ask about."""
    if account is None or repository is None:
        return None
    from adapters.github import account as github

    return github.source(account, repository, paths)


def recorder(account: Account | None, repository: str | None) -> Recorder | None:
    """Where a service's deploys are recorded. None: there is nobody to tell, or nowhere."""
    if account is None or repository is None:
        return None
    from adapters.github import account as github

    return github.recorder(account, repository)


async def host_key(host: str, port: int) -> tuple[str, str]:
    """(type, key) of a host that ``slipway init`` looks at."""
    from adapters.ssh import discover

    return await discover.host_key(host, port)


async def applications(user: str, host: str, port: int, pinned: str, private_key: str) -> dict[str, Any]:
    """What runs on a host whose key is known by now."""
    from adapters.ssh import discover

    return await discover.applications(user, host, port, pinned, private_key)
