"""State → card: pure functions to plain data, every limit of Discord counted, everything from outside inert."""

from bot.cards.deploy import deploy_card
from bot.cards.limits import fit, problems
from bot.cards.marker import marker
from bot.cards.notice import changed_card, error_card, expired_card, notice
from bot.cards.ping import ping_card
from bot.cards.plan import plan_card
from bot.cards.refusal import refusal_card

__all__ = [
    "changed_card",
    "deploy_card",
    "error_card",
    "expired_card",
    "fit",
    "marker",
    "notice",
    "ping_card",
    "plan_card",
    "problems",
    "refusal_card",
]  # fmt: skip
