"""Which hints are about a target. Pure."""

from __future__ import annotations

from adapters.ecs.config import Config
from bot.model import Hint, ServiceHint


def hears(config: Config, hint: Hint) -> bool:
    """Whichever deployment of its service moved: another one may have taken over."""
    return (
        isinstance(hint, ServiceHint)
        and (hint.region, hint.cluster, hint.service) == (config.region, config.cluster, config.service)
        and config.owner in (None, hint.account)
    )
