"""The file's ``[github]``: one identity, shared by every target and by every service with a repository on GitHub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.github.hub import Hub
from adapters.github.recorder import GitHubRecorder
from adapters.github.source import GitHubSource
from bot.errors import AdapterError
from bot.model import Identity
from bot.ports import Account, At, Hide, Place, nowhere


def connect(identity: Identity, hide: Hide, at: At = nowhere) -> Hub:
    """Nothing is asked yet; ``close`` ends its threads."""
    return Hub(identity, hide, at=at)


def hub(place: Place) -> Hub:
    """The identity that a target was given. AdapterError("no_account") where the file has none."""
    if not isinstance(place.account, Hub):
        raise AdapterError("github", "no_account", retry=False)
    return place.account


def source(account: Account, repository: str, paths: Mapping[str, Sequence[str]]) -> GitHubSource:
    assert isinstance(account, Hub)
    return GitHubSource(account, repository, paths)


def recorder(account: Account, repository: str) -> GitHubRecorder:
    assert isinstance(account, Hub)
    return GitHubRecorder(account, repository)
