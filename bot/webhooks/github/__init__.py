"""``/webhooks/github``."""

from bot.webhooks.github.door import PATH, Door

__all__ = ["PATH", "Door"]
