"""The queue of a target that is not free: who waits, whose turn it is, who has let it pass by.

A wish starts nothing and allows nothing. When its turn comes, its requester is told once; the plan is then drawn anew,
and judged like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot import gates
from bot.errors import Refusal, concerning
from bot.ledger import Ledger, audit, deploys, posts, wishes
from bot.ledger.looking import keep_looking
from bot.model import WAITED_FOR, Kind, Order, Person, Target, TargetSpec, Wish
from bot.oncall import WhoIsOnCall
from bot.plan.facts import holds
from bot.policy import VERBS, Relation, may, roles_for

DAY = 86_400.0  # seconds that a wish lives
TURN = 600.0  # seconds to press Show plan and its Confirm
IDLE = 60.0  # seconds between two looks when nothing was committed
CONCERNS = ("deploys.settle", "deploys.confirm", "locks.", "wishes.", "countersigns.")
"""Commits after which a target may be free, or no longer."""


@dataclass
class Queue:
    """Every verb raises Refusal, and then nothing was changed."""

    ledger: Ledger
    specs: Mapping[Target, TargetSpec]
    oncall: WhoIsOnCall
    now: Callable[[], float] = time.time

    # What people do

    async def join(self, ref: str, who: Person) -> tuple[Wish, int]:
        """Wait for what was refused under ``ref``. The wish, and its place: 1 is the first."""
        found = await self.ledger.read(audit.refusal, ref)
        asked = found.order if found else None
        if found is None or asked is None or found.code not in WAITED_FOR or self.now() - found.at > DAY:
            raise Refusal("stale")
        if found.actor != who.id:
            raise Refusal("not_your_turn")
        order = Order(
            Kind(asked["kind"]),
            Target(asked["service"], asked["env"]),
            who.id,
            who.name,
            asked.get("wanted"),
            asked.get("reason"),
            model=asked.get("model"),
        )
        self._allow(order, who)
        wish = await self.ledger.do(wishes.add, order, self.now())
        return wish, await self.ledger.read(wishes.place, wish)

    def _allow(self, order: Order, who: Person) -> None:
        spec = self.specs.get(order.target)
        if spec is None:
            raise Refusal("unknown_target", target=str(order.target))
        verb, relation = VERBS[order.kind], Relation(oncall=who.id in self.oncall.now(self.now()))
        if not may(verb, who, spec.policy, relation):
            roles = sorted(roles_for(verb, spec.policy))
            with concerning(order.target.service, order.target.env):
                raise Refusal("role", env=order.target.env, target=str(order.target), verb=verb.value, roles=roles)

    async def turn(self, ref: str, who: Person, *, message: str | None) -> Order:
        """What to plan now, for its requester alone and only in their turn."""
        wish = await self._theirs(ref, who, message)
        if wish.ended is not None or wish.called_at is None:
            raise Refusal("turn_over", target=str(wish.order.target))
        self._allow(wish.order, who)
        return wish.order

    async def leave(self, ref: str, who: Person, *, message: str | None) -> Wish:
        wish = await self._theirs(ref, who, message)
        await self.ledger.do(wishes.leave, wish.id, who.id, self.now())
        return wish

    async def _theirs(self, ref: str, who: Person, message: str | None) -> Wish:
        """``message``: the public one that was pressed must be the one that called this very wish."""
        wish = await self.ledger.read(wishes.by_ulid, ref)
        if wish is None:
            raise Refusal("stale")
        if message is not None:
            post = await self.ledger.read(posts.by_message, message)
            if post is None or post.kind != "queue_turn" or post.payload.get("ref") != ref:
                raise Refusal("stale")
        if wish.order.requester != who.id:
            raise Refusal("not_your_turn")
        return wish

    # The loop

    async def run(self) -> None:
        """Until cancelled: whenever a target may have become free, and when a turn is over."""
        await keep_looking(self.ledger, self.look, lambda verb: verb.startswith(CONCERNS), "queue")

    async def look(self) -> float:
        """One step for every queue that there is; the seconds until something else will be due."""
        found = sorted(await self.ledger.read(wishes.waiting), key=_target)
        by_target = [(target, list(queue)) for target, queue in groupby(found, key=_target)]
        return min([IDLE, *[await self._move(target, queue) for target, queue in by_target]])

    async def _move(self, target: Target, queue: Sequence[Wish]) -> float:
        now = self.now()
        old = [wish for wish in queue if now - wish.at >= DAY or target not in self.specs]
        for wish in old:
            await self.ledger.do(wishes.forget, wish.id, now)
        left = [wish for wish in queue if wish not in old]
        called = next((wish for wish in left if wish.called_at is not None), None)
        return await self._during(called, now) if called else await self._next(left, now)

    async def _during(self, called: Wish, now: float) -> float:
        """Somebody's turn: until they have claimed the target, somebody else has, or it has passed by."""
        assert called.called_at is not None
        left = TURN - (now - called.called_at)
        if not await self._free(called.order):
            await self.ledger.do(wishes.overtaken, called.id, now)
        elif left <= 0:
            await self.ledger.do(wishes.missed, called.id, now)
        else:
            return left
        return 0.0

    async def _next(self, queue: Sequence[Wish], now: float) -> float:
        for wish in queue:
            if await self._free(wish.order):
                await self.ledger.do(wishes.call, wish.id, now)
                return 0.0
        return IDLE

    async def _free(self, order: Order) -> bool:
        """Could its plan be drawn now? The lock that a rollback left does not keep another version out."""
        if await self.ledger.read(deploys.open_on, order.target) is not None:
            return False
        found = await holds(self.ledger, self.specs[order.target], self.now())
        unlocking = order.kind in (Kind.DEPLOY, Kind.REDEPLOY)
        try:
            gates.judge(order.kind, order.target, "", found, oncall=False, unlocking=unlocking)
        except Refusal:
            return False
        return True


def _target(wish: Wish) -> Target:
    return wish.order.target
