"""The whole configuration as frozen values: what ``load`` gives, with every alias resolved and every default in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.model import CloudKeys, HintQueue, Identity, Language, Secret, Target, TargetSpec
from bot.oncall import Names, OnCall


@dataclass(frozen=True)
class Discord:
    """Ids of guild and channels. ``api``/``gateway`` None: Discord's own."""

    token: Secret
    guild: str
    deploys: str
    alerts: str | None = None
    fallback: str | None = None
    security: str | None = None
    board: str | None = None
    group: str | None = None  # "ship": the commands are /ship deploy …
    api: str | None = None
    gateway: str | None = None

    @property
    def places(self) -> dict[str, list[str]]:
        """Where each kind of message goes, best channel first: one that is not configured is somebody else's job."""
        rest = [self.deploys, self.fallback, self.alerts]
        wanted = {"deploys": rest, "alerts": [self.alerts, *rest], "security": [self.security, *rest]}
        wanted["board"] = [self.board, *rest]
        return {place: [one for one in dict.fromkeys(channels) if one] for place, channels in wanted.items()}


@dataclass(frozen=True)
class Web:
    """Hosts and ports to listen on. ``webhooks`` None: nobody calls.

    ``github``: the secrets that sign, newest first; none: GitHub does not call.
    """

    listen: tuple[str, int]
    webhooks: tuple[str, int] | None = None
    github: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class Aws:
    """``topics``: ARNs of those that may speak at ``/webhooks/sns``; ``queues``: where their like is fetched."""

    topics: tuple[str, ...] = ()
    queues: tuple[HintQueue, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """``names``: how its events name people."""

    url: str | Secret
    names: Names

    def address(self) -> str:
        return self.url.reveal() if isinstance(self.url, Secret) else self.url


@dataclass(frozen=True)
class Service:
    name: str
    title: str
    chain: tuple[str, ...]
    side: tuple[str, ...]
    announce: str | None = None  # the environment that new versions of the branch are offered for

    @property
    def envs(self) -> tuple[str, ...]:
        return self.chain + self.side


@dataclass(frozen=True)
class Effective:
    """One value of one target: shown by ``check --explain``. ``source``: a key of the file, or "default"."""

    key: str
    value: str
    source: str


@dataclass(frozen=True)
class Config:
    """``services`` and ``targets`` are in the file's order, environments in the order of the chain."""

    path: Path
    language: Language
    ledger: Path
    timezone: str
    discord: Discord
    web: Web
    oncall: OnCall
    calendar: Calendar | None
    roles: Mapping[str, str]  # alias → id
    linked: Mapping[str, frozenset[str]]  # account → the same person's other accounts
    git: Mapping[str, frozenset[str]]  # account → its person's git mails and logins, lower case
    logins: Mapping[str, str]  # account → its person's login on GitHub, as the file writes it
    services: Mapping[str, Service]
    targets: Mapping[Target, TargetSpec]
    github: Identity | None = None
    aws_keys: CloudKeys | None = None  # None: the SDK's own chain finds some
    aws: Aws = Aws()
    secrets: tuple[Secret, ...] = ()
    effective: Mapping[Target, tuple[Effective, ...]] = field(default_factory=dict, repr=False)

    @property
    def adapters(self) -> frozenset[str]:
        """Every kind that a target has."""
        return frozenset(spec.adapter for spec in self.targets.values())

    @property
    def announced(self) -> tuple[Target, ...]:
        """Where new versions of the branch are offered."""
        return tuple(Target(one.name, one.announce) for one in self.services.values() if one.announce)

    @property
    def people(self) -> tuple[str, ...]:
        """Every account that the file names."""
        turn = self.oncall.rotation.people if self.oncall.rotation else ()
        instead = [shift.user for shift in self.oncall.overrides]
        return tuple(dict.fromkeys([*turn, *instead, *self.linked]))
