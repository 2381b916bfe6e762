"""The third door, beside commands and adapters: what other services tell. It takes no order and carries no state.

A delivery is a hint that something may have changed: it shortens a wait, and what is true is read from the platform.
So a delivery that is lost, late, doubled or out of order costs time and nothing else (SAFETY, rule 6).
"""

from bot.webhooks.entrance import Entrance
from bot.webhooks.letters import Letters
from bot.webhooks.reading import Fetch, Hear

__all__ = ["Entrance", "Fetch", "Hear", "Letters"]
