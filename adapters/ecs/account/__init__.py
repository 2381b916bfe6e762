"""Who the bot is on AWS, and the one line that everything of it takes there; boto3 comes with this package.

Peculiarity: AWS counts requests by account and region, and its SDK repeats, redirects and guesses unless told not to.
Idempotence: reads are tried again; what changes something is sent exactly once, and a lost answer is looked up.
"""

from __future__ import annotations

from adapters.ecs.account.aws import Aws, Section
from adapters.ecs.account.faults import error
from adapters.ecs.account.region import Caller, Region
from adapters.ecs.config import Config
from bot.ports import Place

__all__ = ["Aws", "Caller", "Region", "Section", "error", "region_of"]


def region_of(place: Place) -> Region:
    """Of a target. AdapterError("no_account") where the file has nobody on AWS."""
    assert isinstance(place.config, Config)
    if not isinstance(place.account, Aws):
        raise error("no_account")
    return place.account.region(place.config, place.config.account)
