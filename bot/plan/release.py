"""Code, model and infrastructure: what runs beside the code, and which of the three an order changes.

None of it is evidence: what cannot be read in time is not known, and nothing waits for it or fails by it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import structlog

from bot import redact
from bot.errors import AdapterError, Refusal
from bot.ledger import Ledger, releases
from bot.model import MODEL_ID, Kind, Model, ModelWrite, Order, Release, TargetSpec, Version
from bot.plan.within import within
from bot.ports import Infrastructure, Models, Site

LOOK = 5.0  # seconds
log = structlog.get_logger("release")


@dataclass(frozen=True)
class Beside:
    """``ran``: recorded with what runs now. ``comes``: what will run. ``once``: what the new version ran with before.

    ``apart``: this code and this model were never recorded together on this target. ``stands``: an ordered model was
    recorded with what runs now, and the target still names it.
    """

    ran: Release | None = None
    comes: Release | None = None
    once: Release | None = None
    apart: bool = False
    stands: bool = False


def judge(site: Site, model: str) -> None:
    """May this id be written there? Raises Refusal no_model_key, bad_model. What would be masked is nobody's model."""
    if site.spec.model is None or site.spec.model.key is None or not isinstance(site.adapter, Models):
        raise Refusal("no_model_key", target=str(site.spec.target))
    if not MODEL_ID.fullmatch(model) or redact.clean(model) != model:
        raise Refusal("bad_model", model=model[:100])


def write(spec: TargetSpec, model: str | None) -> ModelWrite | None:
    """What an attempt does to the model key of its target. Raises Refusal no_model_key."""
    if model is None:
        return None
    if spec.model is None or spec.model.key is None:
        raise Refusal("no_model_key", target=str(spec.target))
    return ModelWrite(spec.model.key, model)


async def back(ledger: Ledger, site: Site, version: Version) -> str | None:
    """The model that a rollback puts back with this version: what was recorded with it, where Slipway wrote it then,
    or has written another one since. What people change by hand is theirs.
    """
    said = site.spec.model
    if said is None or said.key is None or not isinstance(site.adapter, Models):
        return None
    found = await ledger.read(releases.to_put_back, site.spec.target, version.id)
    return found.id if found and MODEL_ID.fullmatch(found.id) else None


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
    target, named = site.spec.target, await read(site, to)
    ran = await ledger.read(releases.of, target, before.id) if before else None
    comes, stands = named, False
    if order.model is not None:
        comes = replace(named, model=Model(order.model, site.spec.model.adapters if site.spec.model else ()))
        stands = ran is not None and ran.model == comes.model == named.model
        if before is not None and (ran is None or ran.model is None):
            ran = Release(before, named.model, ran.infra if ran else None)  # what will be replaced
    going_back = order.kind is Kind.ROLLBACK and comes.model is not None
    known = bool(going_back and comes.model and await ledger.read(releases.together, target, to.id, comes.model))
    return Beside(ran, comes, await ledger.read(releases.of, target, to.id), going_back and not known, stands)
