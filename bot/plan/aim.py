"""Which version an order means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.errors import Refusal
from bot.ledger import Ledger, deploys, versions
from bot.model import Kind, Order, Version
from bot.plan import facts, release
from bot.plan.facts import Ground
from bot.ports import Site


async def aim(ledger: Ledger, site: Site, order: Order, ground: Ground) -> tuple[Order, Version]:
    """The version meant. A rollback to a version that was never verified here is a deploy, with a deploy's policy."""
    aims: dict[Kind, Callable[..., Any]] = {
        Kind.REDEPLOY: _running,
        Kind.RESTART: _running,
        Kind.ROLLBACK: _back,
    }
    aimed: tuple[Order, Version] = await aims[order.kind](ledger, site, order, ground)
    return aimed


async def deploy(site: Site, order: Order) -> Version:
    wanted = order.wanted or site.spec.branch
    if not wanted:
        raise Refusal("version_not_found", wanted="")
    return await facts.bounded(site.spec.adapter, site.adapter.resolve(wanted), facts.RESOLVE)


async def _running(ledger: Ledger, site: Site, order: Order, ground: Ground) -> tuple[Order, Version]:
    found = ground.version or (ground.recorded.version if ground.recorded else None)
    if found is None:
        raise Refusal("nothing_runs", target=str(order.target))
    return order, found


async def _back(ledger: Ledger, site: Site, order: Order, ground: Ground) -> tuple[Order, Version]:
    if order.wanted is None:
        undone = await _model_alone(ledger, ground, order)
        if undone is not None:
            return undone
        if ground.back is None:
            raise Refusal("no_rollback", target=str(order.target))
        return await _with_model(ledger, site, order, ground.back.version)
    to = await facts.bounded(site.spec.adapter, site.adapter.resolve(order.wanted), facts.RESOLVE)
    if ground.version is not None and ground.version.id == to.id:
        raise Refusal("same", target=str(order.target), to=to.label)
    known = {found.version.id: found for found in await ledger.read(versions.verified, order.target)}
    if to.id in known and not await ledger.read(versions.withdrawn, order.target, to.id):
        return await _with_model(ledger, site, order, replace(to, ref=None))
    return replace(order, kind=Kind.DEPLOY), to


async def _with_model(ledger: Ledger, site: Site, order: Order, to: Version) -> tuple[Order, Version]:
    return replace(order, model=await release.back(ledger, site, to)), to


async def _model_alone(ledger: Ledger, ground: Ground, order: Order) -> tuple[Order, Version] | None:
    """The newest deploy left the code and changed the model: going back from there is going back to that model."""
    last = await ledger.read(deploys.last_put, order.target)
    if last is None or last.kind is not Kind.DEPLOY or last.plan.model is None or last.plan.from_id != last.plan.to_id:
        return None
    model = last.plan.ran.model if last.plan.ran else None
    stays = ground.last is not None and ground.last.id == last.plan.to_id
    if model is None or not stays or await ledger.read(versions.withdrawn, order.target, last.plan.to_id):
        return None
    return replace(order, model=model.id), replace(last.to, ref=None)
