"""The claims of a set of promotions: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlite_utils import Database

from bot.ledger import sets
from bot.ledger.deploy_rows import existing
from bot.ledger.deploys.planning import confirm
from bot.model import Deploy, PromotionSet

Note = Callable[[Database, Deploy], None]


def confirm_all(
    db: Database, found: PromotionSet, limits: Mapping[int, float], now: float, notes: Mapping[int, Note]
) -> list[Deploy]:
    """By number: ``limits``: seconds until each expires; ``notes``: what its Confirm leaves behind beside the claim.

    Raises Refusal as ``confirm``: target_busy names the one that is.
    """
    sets.confirmed(db, found, now)
    claimed: list[Deploy] = []
    services = [existing(db, number).target.service for number in found.members]
    for number in found.members:
        deploy = confirm(
            db,
            number,
            now=now,
            expires_at=now + limits[number],
            displace=False,
            judge=notes.get(number),
            part_of=found.id,
            leads=[] if claimed else services,
        )
        claimed.append(deploy)
    return claimed
