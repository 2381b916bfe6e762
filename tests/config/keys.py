"""Every public key, read from the models: for the tests that no key may escape."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from adapters.dry_run.config import Config as DryRun
from adapters.ecs.config import Config as Ecs
from adapters.github.config import Config as Github
from adapters.ssh.config import Config as Ssh
from bot.config.problems import keys_at
from bot.config.shape import INHERITED, EnvTable, Head, ServiceHead

ROOTS: dict[str, type[BaseModel]] = {
    "": Head,
    "service": ServiceHead,
    "env": EnvTable,
    **INHERITED,
    "ssh": Ssh,
    "dry_run": DryRun,
    "github": Github,
    "ecs": Ecs,
}
INSIDE = (
    *(
        (),
        ("discord",),
        ("web",),
        ("oncall",),
        ("oncall", "rotation"),
        ("oncall", "overrides", 0),
        ("oncall", "calendar"),
    ),
    *(("people", "x"), ("prometheus",), ("github",), ("aws",), ("aws", "queues", "x"), ("freeze", 0)),
    *(("impact",), ("impact", "ko"), ("paths",), ("approve",), ("approve", "groups", 0), ("hosts", 0), ("model",)),
    *(("evaluation",), ("metric",), ("webhook",), ("watch_after",)),
)


def tables() -> Iterator[tuple[str, tuple[str | int, ...], list[str]]]:
    for root, model in ROOTS.items():
        for path in INSIDE:
            names = keys_at(model, path)
            if names:
                yield root, path, names


def public_keys() -> list[str]:
    return sorted({name for _, _, names in tables() for name in names} - {"world"})
