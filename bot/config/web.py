"""``[web]``: where probes and webhooks are listened for, and which secrets sign the latter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.config.config import Web
from bot.config.keys import Path
from bot.config.problems import Problems
from bot.config.shape import Head, WebTable
from bot.model import Secret

GITHUB, GITHUB_OLD = "GITHUB_WEBHOOK_SECRET", "GITHUB_WEBHOOK_SECRET_OLD"
"""The second one only while the first is being exchanged: deliveries signed with either are taken."""


def secrets(head: Head, environ: Mapping[str, str]) -> list[tuple[Path, Secret]]:
    """What must have a value, each with the place that asks for it. Where SNS calls, GitHub need not."""
    if head.web.webhooks is None:
        return []
    there = [name for name in (GITHUB, GITHUB_OLD) if environ.get(name) or environ.get(f"{name}_FILE")]
    alone = head.aws is not None and head.aws.topics and not there
    return [(("web", "webhooks"), Secret(name)) for name in ([] if alone else dict.fromkeys((GITHUB, *there)))]


def judge(table: WebTable, problems: Problems) -> None:
    """One listener for whoever may read the bot's figures, another for the world."""
    if table.webhooks is not None and _address(table.webhooks) == _address(table.listen):
        problems.add(("web", "webhooks"), "must be another address than web.listen, which shows figures to everybody")


def read(table: WebTable, signing: Sequence[tuple[Path, Secret]]) -> Web:
    webhooks = _address(table.webhooks) if table.webhooks else None
    return Web(_address(table.listen), webhooks, tuple(secret for _, secret in signing))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
