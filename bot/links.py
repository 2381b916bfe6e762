"""The way from an attempt to its page on the platform, where its adapter knows one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.ledger import Ledger, attempts
from bot.model import AttemptRow, Deploy, Link, Target
from bot.ports import Links, Site


def links(site: Site | None, rows: Iterable[AttemptRow]) -> dict[str, Link]:
    """By the attempt's id, in their order; none before it is known how to look at the attempt."""
    if site is None or not isinstance(site.adapter, Links):
        return {}
    found = {row.attempt.id: site.adapter.link(row.attempt, row.ref) for row in rows if row.ref is not None}
    return {name: Link(site.spec.adapter, address) for name, address in found.items() if address}


async def of(ledger: Ledger, sites: Mapping[Target, Site], deploy: Deploy) -> dict[str, Link]:
    """Of all attempts of a deploy."""
    site = sites.get(deploy.target)
    if site is None or not isinstance(site.adapter, Links):
        return {}
    return links(site, await ledger.read(attempts.of, deploy.number))


async def newest(ledger: Ledger, sites: Mapping[Target, Site], deploy: Deploy) -> Link | None:
    return next(reversed((await of(ledger, sites, deploy)).values()), None)
