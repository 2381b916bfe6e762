"""A hub on the local GitHub, as a token's owner or as an App."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from adapters.github.hub import Hub
from bot.model import Identity, Secret, Version
from bot.ports import At, nowhere
from bot.redact import Redactor
from playground.github import App, LocalGithub

GLOBS = {"model": ["models/**", "*.gguf"], "infrastructure": ["deploy/", "**/*.tf"]}


def version(sha: str) -> Version:
    return Version(sha, sha[:7])


def secret(value: str, name: str = "GITHUB_TOKEN") -> Secret:
    made = Secret(name)
    made.fill(value)
    return made


def as_token(github: LocalGithub, token: str | None = None, reviewer: str | None = None) -> Identity:
    second = secret(reviewer, "GITHUB_REVIEWER_TOKEN") if reviewer else None
    return Identity(github.api, token=secret(token or github.token()), reviewer=second)


def as_app(github: LocalGithub, app: App) -> Identity:
    return Identity(github.api, app=str(app.id), key=secret(app.private_key, "GITHUB_APP_KEY"))


@asynccontextmanager
async def hub(
    github: LocalGithub,
    identity: Identity | None = None,
    *,
    at: At = nowhere,
    now: Callable[[], float] | None = None,
) -> AsyncIterator[Hub]:
    """By the local GitHub's clock."""
    clock = now or (lambda: github.now())
    made = Hub(identity or as_token(github), Redactor().hide, at=at, now=clock)
    try:
        yield made
    finally:
        await made.close()
