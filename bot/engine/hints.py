"""Somebody says that something may have changed: followers that wait for it look now instead of later.

A hint changes no state and is never needed: whoever is not woken looks at the end of its pause.
"""

from __future__ import annotations

from bot.engine.core import Core
from bot.engine.starting import open_attempt
from bot.ledger import deploys
from bot.model import Deploy, Hint, Phase, RepositoryHint
from bot.ports import Hears, Site

JUDGED_AGAIN = (Phase.CONFIRMED, Phase.STARTING)  # a gate that said "not yet" is asked again


async def heard(core: Core, hint: Hint) -> list[int]:
    """Deploys that were woken."""
    woken = []
    for deploy in await core.ledger.read(deploys.unfinished):
        site = core.sites.get(deploy.target)
        if site is not None and _concerns(site, hint) and await _waits_for(core, deploy, site, hint):
            core.wakes.poke(deploy.number)
            woken.append(deploy.number)
    return woken


def concern(core: Core, hint: Hint) -> bool:
    """Whether any target here may be what the hint is about."""
    sites = (site for site in core.sites.values() if _concerns(site, hint))
    return any(isinstance(site.adapter, Hears) and site.adapter.hears(None, hint) for site in sites)


def _concerns(site: Site, hint: Hint) -> bool:
    """GitHub's names differ by more than case. Of anything but repositories only the adapter knows whose it is."""
    if not isinstance(hint, RepositoryHint):
        return True
    return (site.spec.repository or "").lower() == hint.repository.lower()


async def _waits_for(core: Core, deploy: Deploy, site: Site, hint: Hint) -> bool:
    row = await open_attempt(core, deploy)
    if row is None:
        judged_by = isinstance(hint, RepositoryHint) and hint.sha in (None, deploy.to.id)
        return deploy.phase in JUDGED_AGAIN and judged_by
    return isinstance(site.adapter, Hears) and site.adapter.hears(row.ref, hint)
