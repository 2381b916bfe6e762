"""Deploys: planned, confirmed (which takes the target's claim), moved on by compare-and-set, settled."""

from bot.ledger.deploy_rows import get
from bot.ledger.deploys.ending import settle
from bot.ledger.deploys.moving import move, note
from bot.ledger.deploys.planning import confirm, plan, sweep
from bot.ledger.deploys.reading import by_ulid, confirmed_by, last_put, latest, open_on, recent, state, unfinished
from bot.ledger.deploys.together import confirm_all
from bot.ledger.deploys.usual import usual, usual_downtime

__all__ = [
    "by_ulid",
    "confirm",
    "confirm_all",
    "confirmed_by",
    "get",
    "last_put",
    "latest",
    "move",
    "note",
    "open_on",
    "plan",
    "recent",
    "settle",
    "state",
    "sweep",
    "unfinished",
    "usual",
    "usual_downtime",
]
