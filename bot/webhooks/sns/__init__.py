"""``/webhooks/sns``."""

from bot.webhooks.sns.certificates import fetch
from bot.webhooks.sns.confirmations import Confirmations
from bot.webhooks.sns.door import PATH, Door

__all__ = ["PATH", "Confirmations", "Door", "fetch"]
