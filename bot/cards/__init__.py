"""State → card: pure functions to plain data, every limit of Discord counted, everything from outside inert."""

from bot.cards.answers import help_card, lock_card, lock_extended, logs_card, pick_card, stop_card
from bot.cards.deploy import deploy_card
from bot.cards.history import diff_card, history_card
from bot.cards.limits import fit, problems
from bot.cards.marker import marker
from bot.cards.notice import changed_card, error_card, notice, spent_card, vote_card
from bot.cards.oncall import oncall_card
from bot.cards.ping import ping_card
from bot.cards.plan import plan_card
from bot.cards.post import post_card
from bot.cards.promotions import set_card
from bot.cards.queue import queue_card
from bot.cards.refusal import details_card, refusal_card
from bot.cards.status import status_card
from bot.cards.why import why_card

__all__ = [
    "changed_card",
    "deploy_card",
    "details_card",
    "diff_card",
    "error_card",
    "fit",
    "help_card",
    "history_card",
    "lock_card",
    "lock_extended",
    "logs_card",
    "marker",
    "notice",
    "oncall_card",
    "pick_card",
    "ping_card",
    "plan_card",
    "post_card",
    "problems",
    "queue_card",
    "refusal_card",
    "set_card",
    "spent_card",
    "status_card",
    "stop_card",
    "vote_card",
    "why_card",
]  # fmt: skip
