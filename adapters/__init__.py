"""The adapters' table, one line each. An adapter's module, and its SDK, is imported only when it is asked for."""

from __future__ import annotations

import importlib

from bot.ports import AdapterKind

KINDS: dict[str, str] = {
    "ssh": "adapters.ssh",
    "dry_run": "adapters.dry_run",
}


def load(kind: str) -> AdapterKind | None:
    """None: no such adapter. The module says ``ADAPTER``."""
    module = KINDS.get(kind)
    if module is None:
        return None
    found: AdapterKind = importlib.import_module(module).ADAPTER
    return found
