"""Pretends, slowly, and fails on request. For drills and tests.

Peculiarity: nothing real is changed; the world is a file that goes on by the clock. Idempotence: an attempt is begun by
its line in that file, written once.
"""

from __future__ import annotations

from adapters.dry_run.config import Config
from bot.ports import Adapter, AdapterKind, Place


def build(place: Place) -> Adapter:
    from adapters.dry_run.adapter import DryRun

    assert isinstance(place.config, Config)
    return DryRun(place, place.config)


def keyless(config: Config, key: str) -> str:
    return "" if key in config.environment else "does not stand in dry_run.environment"


ADAPTER = AdapterKind(Config, build, models=True, checks=True, provenance=True, keyless=keyless)
