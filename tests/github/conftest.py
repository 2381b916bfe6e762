"""The imitation of GitHub: with a repository that deploys, or plain, with what asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.github.hub import Hub
from adapters.github.source import GitHubSource
from playground.github import LocalGithub, Repo
from tests.github.hubs import GLOBS, hub
from tests.github.town import Town, town


@pytest.fixture
async def world() -> AsyncIterator[Town]:
    async with town() as made:
        yield made


@pytest.fixture
async def github() -> AsyncIterator[LocalGithub]:
    async with LocalGithub() as made:
        yield made


@pytest.fixture
def repo(github: LocalGithub) -> Repo:
    """A commit and a workflow are there."""
    made = github.repository("acme/llmops")
    made.commit("Begin", author="minji")
    made.workflow()
    return made


@pytest.fixture
async def ours(github: LocalGithub, repo: Repo) -> AsyncIterator[Hub]:
    async with hub(github) as made:
        yield made


@pytest.fixture
def source(ours: Hub) -> GitHubSource:
    return GitHubSource(ours, "acme/llmops", GLOBS)
