"""Everything that is verified before one environment and differs there: one plan, one Confirm, one approval.

Each member is a deploy of its own (number, digest, claim, card, verdict); ``bot.ledger.sets`` says what binds them.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, NoReturn

from bot.engine import confirm, propose
from bot.engine.core import Core
from bot.engine.gating import refuse_shut
from bot.engine.noting import noting
from bot.errors import AdapterError, Refusal, SlipwayError
from bot.ledger import deploys, sets
from bot.ledger.deploys.together import Note
from bot.model import Approval, Deploy, Kind, Order, Person, PromotionSet
from bot.plan import Drawn
from bot.plan.digest import together
from bot.policy import verb_of
from bot.seats import united

NOTHING_TO_DO = ("same", "before_empty")


@dataclass(frozen=True)
class Offer:
    """A set with its planned deploys, ticked or not, in the order of the config."""

    set: PromotionSet
    deploys: tuple[Deploy, ...]

    @property
    def chosen(self) -> tuple[Deploy, ...]:
        return tuple(deploy for deploy in self.deploys if deploy.number in self.set.members)


class Sets:
    """Every verb raises Refusal (nothing was changed) or AdapterError."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def propose(self, env: str, who: Person, without: frozenset[str] = frozenset()) -> Offer:
        """``without``: services that are not ticked. What cannot be promoted is left out, and the set says why."""
        core = self._core
        core.awake()
        there = [site.spec for target, site in core.sites.items() if target.env == env]
        if not there:
            raise Refusal("unknown_target", target=f"* · {env}")
        targets = [spec.target for spec in there if spec.previous]
        if not targets:
            raise Refusal("nothing_before", target=f"* · {env}")
        orders = [Order(Kind.PROMOTE, target, who.id, who.name) for target in targets]
        looks = [self._look(order, who) for order in orders]
        found = await asyncio.gather(*looks, return_exceptions=True)
        drawn = [one for one in found if isinstance(one, Drawn)]
        refused = _refusals(found)
        if not drawn:
            _nothing(env, refused)
        planned = [await propose.record(core, one) for one in drawn]
        ticked = [one for one in planned if one.target.service not in without] or planned
        return await self._plan(
            env, who, planned, ticked, [_left_out(error) for error in refused if error.code not in NOTHING_TO_DO]
        )

    async def _look(self, order: Order, who: Person) -> Drawn:
        """As for one alone; what a lock after a rollback or a gate would stop at Confirm is left out here."""
        drawn = await propose.look(self._core, order, who, unlocking=False)
        refuse_shut(order.target, drawn.answers)
        return drawn

    async def _plan(
        self,
        env: str,
        who: Person,
        planned: Sequence[Deploy],
        ticked: Sequence[Deploy],
        left_out: Sequence[Mapping[str, Any]],
        replaces: int | None = None,
    ) -> Offer:
        made = await self._core.ledger.do(
            sets.plan,
            env=env,
            requester=who.id,
            requester_name=who.name,
            digest=together([deploy.digest for deploy in ticked]),
            offered=[deploy.number for deploy in planned],
            members=[deploy.number for deploy in ticked],
            left_out=left_out,
            now=self._core.now(),
            replaces=replaces,
        )
        return Offer(made, tuple(planned))

    async def tick(self, ulid: str, number: int, who: Person) -> Offer:
        """The other way round: out of the set, or into it again. Another choice is another set."""
        offer = await self._theirs(ulid, who)
        chosen = {deploy.number for deploy in offer.chosen} ^ ({number} & set(offer.set.offered))
        ticked = [deploy for deploy in offer.deploys if deploy.number in chosen]
        if not ticked:
            raise Refusal("nothing_ticked")
        found = offer.set
        return await self._plan(found.env, who, offer.deploys, ticked, found.left_out, replaces=found.id)

    async def close(self, ulid: str, who: Person) -> None:
        """The person put the plan away."""
        offer = await self._theirs(ulid, who)
        await self._core.ledger.do(sets.end, offer.set.id, "closed", self._core.now())

    async def replan(self, ulid: str, who: Person) -> Offer:
        """The same environment, looked at anew; what was not ticked is not ticked again."""
        old = await self._offer(ulid)
        unticked = {deploy.target.service for deploy in old.deploys} - {one.target.service for one in old.chosen}
        return await self.propose(old.set.env, who, frozenset(unticked))

    async def confirm(self, ulid: str, who: Person, *, message: str | None = None) -> Offer:
        """All claims in one transaction, or none. Raises Refusal: of the first member that cannot go on."""
        core = self._core
        core.awake()
        if message is not None:
            raise Refusal("stale")  # a plan is private: no public message carries its Confirm
        offer = await self._theirs(ulid, who)
        core.seen[who.id] = who
        now, asked = core.now(), self._asked(offer.chosen)
        judged = [self._judge(one, who, now, asks=one is offer.chosen[0] and asked is not None) for one in offer.chosen]
        notes = await asyncio.gather(*judged, return_exceptions=True)
        for error in _refusals(notes):
            raise _about(offer, error)
        beside = {deploy.number: note for deploy, note in zip(offer.chosen, notes, strict=True) if callable(note)}
        found = await core.ledger.do(deploys.confirm_all, offer.set, self._limits(offer.chosen), now, beside)
        return Offer(offer.set, tuple(found))

    async def _judge(self, deploy: Deploy, who: Person, now: float, *, asks: bool) -> Note:
        """As at a Confirm of its own; what that leaves behind. The first one asks for the approval of all."""
        core = self._core
        confirm.theirs(core, deploy, who)
        core.allow(verb_of(deploy.plan), who, deploy.target)
        plan = await confirm.unchanged(core, deploy)
        release, passed = await confirm.in_the_way(core, deploy, plan, who, unlock=False)
        answers = await confirm.gates_open(core, deploy)
        return noting(core, release, passed, answers, now, propose.needs_approval if asks else None)

    def _asked(self, chosen: Sequence[Deploy]) -> Approval | None:
        return united(self._core.site(deploy.target).spec.policy.approve for deploy in chosen)

    def _limits(self, chosen: Sequence[Deploy]) -> dict[int, float]:
        """Seconds until each may no longer start: the time for the approval, and the deadlines of those before it."""
        core, found, asked = self._core, {}, self._asked(chosen)
        limit = asked.expires if asked else core.deadlines.unasked
        for deploy in chosen:
            found[deploy.number] = limit
            limit += core.site(deploy.target).spec.timeout
        return found

    async def _theirs(self, ulid: str, who: Person) -> Offer:
        offer = await self._offer(ulid)
        if offer.set.requester != who.id:
            raise Refusal("not_yours", who=offer.set.requester_name)
        if offer.set.confirmed_at is not None:
            raise Refusal("already_confirmed", deploy=offer.set.members[0])
        if offer.set.ended is not None:
            raise Refusal("plan_closed", ref=_ref(offer))
        return offer

    async def _offer(self, ulid: str) -> Offer:
        found = await self._core.ledger.read(sets.by_ulid, ulid)
        if found is None:
            raise Refusal("unknown_deploy")
        planned = [await self._core.ledger.read(deploys.get, number) for number in found.offered]
        return Offer(found, tuple(deploy for deploy in planned if deploy is not None))


def _refusals(found: Sequence[object]) -> list[SlipwayError]:
    """What was said no to; anything else that went wrong is raised."""
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, Refusal | AdapterError):
            raise one
    return [one for one in found if isinstance(one, SlipwayError)]


def _nothing(env: str, refused: Sequence[SlipwayError]) -> NoReturn:
    """Whoever may not, or meets a single obstacle, is told that."""
    reasons = [error for error in refused if error.code not in NOTHING_TO_DO]
    for error in reasons:
        if error.code == "role" or len(reasons) == 1:
            raise error
    raise Refusal("nothing_to_promote", env=env, n=len(reasons))


def _left_out(error: SlipwayError) -> dict[str, Any]:
    """As plain data, for the ledger: several findings of a preflight are objects."""
    kind = error.kind if isinstance(error, AdapterError) else None
    facts = {name: value for name, value in error.facts.items() if name != "attachment"}
    said = json.loads(
        json.dumps(
            facts, default=lambda one: asdict(one) if is_dataclass(one) and not isinstance(one, type) else str(one)
        )
    )
    return {"code": error.code, "kind": kind, "facts": said}


def _about(offer: Offer, error: SlipwayError) -> SlipwayError:
    """A plan that is no longer true leads to a new one of the whole set."""
    if error.code in ("plan_changed", "plan_expired", "plan_closed"):
        return Refusal(error.code, **{**error.facts, "ref": _ref(offer)})
    return error


def _ref(offer: Offer) -> str:
    return f"set/{offer.set.ulid}"
