"""Rolls a new revision of a task definition out to one service of AWS ECS.

Peculiarity: a service becomes stable on the revision before as well; only its PRIMARY deployment says whose it is.
Idempotence: a revision carries the attempt's id as its tag; telling a service the same revision twice changes nothing
(https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html).
"""

from __future__ import annotations

from adapters.ecs.config import Config
from bot.ports import Adapter, AdapterKind, Place


def build(place: Place) -> Adapter:
    """boto3 is loaded here, not before."""
    from adapters.ecs.adapter import Ecs

    return Ecs.of(place)


ADAPTER = AdapterKind(Config, build, aws=True, built=True, models=True)
