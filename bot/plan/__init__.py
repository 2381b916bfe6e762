"""What would happen: one order, looked at from every side, as a Plan with its digest."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from bot import gates
from bot.errors import Refusal
from bot.ledger import Ledger
from bot.model import Change, Commits, Deploy, GateAnswer, Kind, Order, Origin, Plan, Preflight, Version
from bot.plan import aim, facts, promotion, release
from bot.plan.aside import Preflighted, ahead, together
from bot.plan.configured import configured, plain, reconfigured
from bot.plan.digest import FORMAT, digest, moved
from bot.plan.facts import Ground
from bot.plan.release import Beside
from bot.ports import Site

__all__ = ["Drawn", "digest", "draw", "facts", "judged_again", "moved", "promotion", "reconfigured", "release"]
GLANCE = 3.0  # seconds for the gates that a break-glass order passes anyway


@dataclass(frozen=True)
class Drawn:
    """All of a plan but its number: ``plan(number, ulid)`` gives it one, and with it its digest."""

    order: Order
    site: Site
    ground: Ground
    to: Version
    effect: dict[str, Any]
    preflight: Preflight
    commits: Commits | None
    authors: tuple[str, ...] | None
    epoch: str
    now: float
    answers: tuple[GateAnswer, ...] = ()
    beside: Beside = field(default_factory=Beside)
    lives: float = 600.0  # seconds until Confirm no longer works
    origin: Origin | None = None  # of a promotion

    @property
    def _same(self) -> bool:
        """A deploy that would change nothing: neither the version nor, where one is ordered, the model."""
        code = same_code(self.order, self.ground.version, self.to)
        return code and (self.order.model is None or self.beside.stands)

    def plan(self, number: int, ulid: str) -> Plan:
        spec, ground, before = self.site.spec, self.ground, self.ground.version
        back = _way_back(self)
        found = Plan(
            format=FORMAT,
            number=number,
            epoch=self.epoch,
            kind=self.order.kind,
            target=spec.target,
            from_id=before.id if before else None,
            to_id=self.to.id,
            effect=self.effect,
            **configured(spec),
            requester=self.order.requester,
            emergency=self.order.emergency,
            model=self.order.model,
            before=before,
            to=self.to,
            requester_name=self.order.requester_name,
            wanted=self.order.wanted,
            reason=self.order.reason,
            created_at=self.now,
            expires_at=self.now + self.lives,
            commits=self.commits,
            authors=self.authors,
            findings=self.preflight.findings,
            expected=ground.usual,
            samples=ground.samples,
            downtime=ground.downtime if self.preflight.interrupts else 0.0,
            back=back,
            recorded=ground.recorded.version if ground.recorded and ground.drifted else None,
            current=ground.recorded if not ground.drifted else None,
            proof=self.preflight.proof,
            lock=ground.holds.locks[0] if ground.holds.locks else None,
            freeze=ground.holds.freeze,
            unlocks=bool(gates.to_unlock(self.order.kind, self.to.id, ground.holds.locks)),
            same=self._same,
            first=back is None,
            answers=self.answers,
            left=ground.last if before is None else None,
            origin=self.origin,
            ran=self.beside.ran,
            comes=self.beside.comes,
            once=self.beside.once,
            apart=self.beside.apart,
        )
        return replace(found, digest=digest(found))


def same_code(order: Order, before: Version | None, to: Version) -> bool:
    return order.kind is Kind.DEPLOY and before is not None and before.id == to.id


def model_alone(order: Order, before: Version | None, to: Version) -> bool:
    """The code stays and the model is another: what runs now is what to come back to."""
    return order.model is not None and same_code(order, before, to)


def _way_back(drawn: Drawn) -> Version | None:
    """Where this deploy could be rolled back to: what runs now, once it is known as healthy, else what was before."""
    ground = drawn.ground
    alone = model_alone(drawn.order, ground.version, drawn.to)
    if ground.version and (alone or ground.version.id != drawn.to.id) and not ground.drifted and ground.recorded:
        return ground.version
    return ground.back.version if ground.back and ground.back.version.id != drawn.to.id else None


async def draw(
    ledger: Ledger,
    site: Site,
    order: Order,
    now: float,
    *,
    shown: bool = True,
    guess: Change | None = None,
    before: Site | None = None,
) -> Drawn:
    """Look at everything. Raises Refusal or AdapterError: then there is no plan and nothing was changed.

    ``shown``: for people, so with the commits. ``guess``: what is most likely still the change. ``before``: the target
    that a promotion comes from.
    """
    if site.spec.health is None:
        raise Refusal("no_health", target=str(order.target))
    async with ahead(site, guess) as preflight:
        if order.kind is Kind.DEPLOY:  # the version meant hangs on nothing that runs: two looks side by side
            looks = facts.ground(ledger, site, order.kind, now), aim.deploy(site, order)
            ground, to = await together(*looks)
        elif order.kind is Kind.PROMOTE:
            found = facts.ground(ledger, site, order.kind, now), promotion.aim(ledger, site, before)
            ground, (origin, to) = await together(*found)
            if ground.version is not None and ground.version.id == to.id:
                raise Refusal("same", target=str(order.target), to=to.label, verb="promote")
            drawn = await _draw_to(ledger, site, order, ground, to, now, preflight, shown=shown)
            return replace(drawn, origin=origin)
        else:
            ground = await facts.ground(ledger, site, order.kind, now)
            order, to = await aim.aim(ledger, site, order, ground)
        return await _draw_to(ledger, site, order, ground, to, now, preflight, shown=shown)


async def _draw_to(
    ledger: Ledger,
    site: Site,
    order: Order,
    ground: Ground,
    to: Version,
    now: float,
    preflight: Preflighted,
    *,
    shown: bool = True,
) -> Drawn:
    """``shown``: the gates are asked too; a judgement of the digest needs no answers."""
    change = Change(order.kind, ground.version, to, release.write(site.spec, order.model))
    same = same_code(order, ground.version, to) and order.model is None
    answering = _answers(ledger, site, order, ground, to, now, asked=shown and not same)
    found, answers = await together(preflight(change), answering)
    effect = plain(await facts.bounded(site.spec.adapter, site.adapter.effect(change)))
    commits, beside = await _for_people(ledger, site, order, ground.version, to) if shown else (None, Beside())
    authors = await facts.authors(site, order.kind, ground.last, to) if shown else None
    return Drawn(
        order=order,
        site=site,
        ground=ground,
        to=to,
        preflight=found,
        effect=effect,
        commits=commits,
        beside=beside,
        authors=authors,
        epoch=ledger.epoch,
        now=now,
        answers=answers,
    )


async def _answers(
    ledger: Ledger, site: Site, order: Order, ground: Ground, to: Version, now: float, *, asked: bool
) -> tuple[GateAnswer, ...]:
    """Break-glass waits for none of them: what is known within a glance is shown."""
    if not asked:
        return ()
    asking = gates.ask(gates.Question(ledger, site, order.kind, to, ground.version, order.requester, now))
    try:
        async with asyncio.timeout(GLANCE if order.emergency else None):
            return await asking
    except TimeoutError:
        return ()


async def _for_people(
    ledger: Ledger, site: Site, order: Order, before: Version | None, to: Version
) -> tuple[Commits | None, Beside]:
    return await together(facts.commits(site, before, to), release.beside(ledger, site, order, before, to))


async def judged_again(
    ledger: Ledger, site: Site, deploy: Deploy, now: float, *, resolve: bool, before: Site | None = None
) -> Plan:
    """The same order drawn anew under the same number, to compare digests.

    ``resolve``: also what the branch means now (at Confirm); without it the version stays the approved one.
    ``before``: as in ``draw``; a promotion is looked at there either way.
    """
    order = Order(
        deploy.kind,
        deploy.target,
        deploy.requester,
        deploy.requester_name,
        deploy.plan.wanted,
        deploy.plan.reason,
        deploy.plan.emergency,
        deploy.plan.model,
    )
    wrote = release.write(site.spec, deploy.plan.model)
    guess = Change(deploy.kind, deploy.plan.before, deploy.to, wrote)
    if resolve:
        drawn = await draw(ledger, site, order, now, shown=False, guess=guess, before=before)
    else:
        async with ahead(site, guess) as preflight:
            ground, to = await together(
                facts.ground(ledger, site, order.kind, now), _still(ledger, site, deploy, before)
            )
            drawn = await _draw_to(ledger, site, order, ground, to, now, preflight, shown=False)
    return drawn.plan(deploy.number, deploy.ulid)


async def _still(ledger: Ledger, site: Site, deploy: Deploy, before: Site | None) -> Version:
    """The approved version; of a promotion what is verified in the environment before at this moment."""
    if deploy.kind is not Kind.PROMOTE:
        return deploy.to
    found = (await promotion.origin(ledger, site.spec, before)).known.version
    return deploy.to if deploy.to.known_as(found.id) else found
