"""Code, model and infrastructure: what runs beside the code, and which of the three an order changes.

None of it is evidence: what cannot be read in time is not known, and nothing waits for it or fails by it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot.errors import AdapterError
from bot.ledger import Ledger, releases
from bot.model import Kind, Model, Order, Release, Version
from bot.plan.within import within
from bot.ports import Infrastructure, Models, Site

LOOK = 5.0  # seconds
log = structlog.get_logger("release")


@dataclass(frozen=True)
class Beside:
    """``ran``: recorded with what runs now. ``comes``: what will run. ``once``: what the new version ran with before.

    ``apart``: this code and this model were never recorded together on this target.
    """

    ran: Release | None = None
    comes: Release | None = None
    once: Release | None = None
    apart: bool = False


async def read(site: Site, code: Version) -> Release:
    """As the target's configuration and platform say now. Never raises."""
    model, infra = await asyncio.gather(_model(site), _infra(site))
    return Release(code, model, infra)


async def _model(site: Site) -> Model | None:
    said = site.spec.model
    if said is None:
        return None
    if said.id is not None:
        return Model(said.id, said.adapters)
    if said.key is None or not isinstance(site.adapter, Models):
        return None
    try:
        found = await within(site.adapter.model(said.key), LOOK)
    except (AdapterError, TimeoutError) as error:
        log.info("model_not_read", target=site.spec.target.key, error=str(error))
        return None
    return Model(found, said.adapters) if found else None


async def _infra(site: Site) -> str | None:
    if not isinstance(site.adapter, Infrastructure):
        return None
    try:
        return await within(site.adapter.infrastructure(), LOOK)
    except (AdapterError, TimeoutError) as error:
        log.info("infra_not_read", target=site.spec.target.key, error=str(error))
        return None


async def beside(ledger: Ledger, site: Site, order: Order, before: Version | None, to: Version) -> Beside:
    """For people, on the plan."""
    target, comes = site.spec.target, await read(site, to)
    once = await ledger.read(releases.of, target, to.id)
    back = order.kind is Kind.ROLLBACK and comes.model is not None
    known = bool(back and comes.model and await ledger.read(releases.together, target, to.id, comes.model))
    return Beside(
        ran=await ledger.read(releases.of, target, before.id) if before else None,
        comes=comes,
        once=once,
        apart=back and not known,
    )
