"""Who on AWS needs which policy: the bot's own credentials, and each role that the file names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adapters.ecs import iam
from adapters.ecs.config import Config
from bot.model import CloudPolicies, HintQueue

OWN = "own"
"""The bot's own credentials: what the environment names, or the SDK finds."""


def policies(
    sections: Mapping[str, Config], queues: Iterable[HintQueue] = (), account: str | None = None
) -> CloudPolicies:
    """``sections``: by their place in the file. ``account``: of those that name none."""
    owners = {place: section.owner or account for place, section in sections.items()}
    unknown = tuple(place for place, owner in owners.items() if owner is None)
    lying = [iam.Lying(place, sections[place], owner) for place, owner in owners.items() if owner is not None]
    heard = list(queues)
    named = [*(one.config.role_arn for one in lying), *(queue.role_arn for queue in heard)]
    roles = dict.fromkeys(role for role in named if role)
    found = {}
    for who in (None, *roles):
        mine = [one for one in lying if one.config.role_arn == who]
        ears = [queue.arn for queue in heard if queue.role_arn == who]
        assumed = list(roles) if who is None else []
        if mine or ears or assumed:
            found[who or OWN] = iam.policy(mine, ears, assumed)
    return CloudPolicies(found, tuple(iam.untold(lying)), unknown)
