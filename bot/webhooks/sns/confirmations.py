"""Subscriptions that wait for the operator: nobody here ever visits the address that SNS sends along.

Its token confirms the subscription for whoever holds it, so it is shown nowhere: it lies in a file that only the bot's
own user may read, in the form that ``aws sns confirm-subscription --cli-input-json`` takes. ``slipway doctor`` says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KEPT = 3 * 86_400.0  # seconds for which a token counts


@dataclass(frozen=True)
class Confirmations:
    """``folder``: the ledger's."""

    folder: Path

    def path(self, topic: str) -> Path:
        mark = hashlib.sha256(topic.encode()).hexdigest()[:8]
        return self.folder / f"sns-{topic.rpartition(':')[2]}-{mark}.json"

    def keep(self, topic: str, token: str) -> None:
        """Whole or not at all. Raises OSError."""
        asked = {"TopicArn": topic, "Token": token, "AuthenticateOnUnsubscribe": "true"}
        path = self.path(topic)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        part.touch(mode=0o600, exist_ok=False)
        part.write_text(json.dumps(asked), encoding="utf-8")
        part.replace(path)

    def forget(self, topic: str, at: float) -> None:
        """The topic spoke at that time, Unix: if that was since, somebody confirmed. Raises OSError."""
        path = self.path(topic)
        if path.exists() and path.stat().st_mtime < at:
            path.unlink(missing_ok=True)

    def waiting(self, topics: Iterable[str], now: float) -> dict[str, Path]:
        """Of these topics, with the file of each."""
        found = {topic: self.path(topic) for topic in topics}
        return {topic: path for topic, path in found.items() if path.exists() and now - path.stat().st_mtime < KEPT}
