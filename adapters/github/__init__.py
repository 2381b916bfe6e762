"""Dispatches a workflow of GitHub Actions and follows its run.

Peculiarity: GitHub may show a run minutes after its dispatch, keeps no inputs with it, and its green hides failures.
Idempotence: a dispatch is sent once; what became of it is looked up by the attempt's id in the run's title or tag.
"""

from __future__ import annotations

from adapters.github.config import Config
from bot.ports import Adapter, AdapterKind, Place


def build(place: Place) -> Adapter:
    """PyGithub is loaded here, not before."""
    from adapters.github.adapter import Github

    return Github.of(place)


ADAPTER = AdapterKind(Config, build, account=True, commits=True)
