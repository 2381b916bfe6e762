"""Somebody says that something may have changed: followers that wait for it look now instead of later.

A hint changes no state and is never needed: whoever is not woken looks at the end of its pause.
"""

from __future__ import annotations

from bot.engine.core import Core
from bot.engine.starting import open_attempt
from bot.ledger import deploys
from bot.model import Deploy, Phase
from bot.ports import Hears, Site

JUDGED_AGAIN = (Phase.CONFIRMED, Phase.STARTING)  # a gate that said "not yet" is asked again


async def heard(core: Core, repository: str, run: int | None, sha: str | None) -> list[int]:
    """Deploys that were woken."""
    woken = []
    for deploy in await core.ledger.read(deploys.unfinished):
        site = core.sites.get(deploy.target)
        if site is not None and _same(site, repository) and await _waits_for(core, deploy, site, run, sha):
            core.wakes.poke(deploy.number)
            woken.append(deploy.number)
    return woken


def _same(site: Site, repository: str) -> bool:
    """GitHub's names differ by more than case."""
    return (site.spec.repository or "").lower() == repository.lower()


async def _waits_for(core: Core, deploy: Deploy, site: Site, run: int | None, sha: str | None) -> bool:
    row = await open_attempt(core, deploy)
    if row is None:
        return deploy.phase in JUDGED_AGAIN and sha in (None, deploy.to.id)
    return isinstance(site.adapter, Hears) and site.adapter.hears(row.ref, run, sha)
