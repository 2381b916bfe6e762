"""Says once that the branch of a service has a new version, with a button that leads to its plan.

The head is read where a deploy would read it: by the target's own adapter, once a minute. A push only has it read at
once, so that a webhook that never came costs a minute. Nothing is allowed here: policy is judged when somebody presses.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot.errors import AdapterError, Refusal
from bot.ledger import Ledger, offers, posts
from bot.ledger.looking import keep_looking
from bot.model import Kind, Order, Person, Running, Target
from bot.plan import facts
from bot.ports import Site

SHOWN = 5  # commits of a new version
EVERY = 60.0  # seconds between two looks at a branch
CONCERNS = ("deploys.confirm", "deploys.settle", "versions.", "posts.sent", "posts.drawn")
log = structlog.get_logger("announce")


@dataclass
class Announce:
    """``targets``: those whose service says so in the configuration."""

    ledger: Ledger
    sites: Mapping[Target, Site]
    targets: Sequence[Target]
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    _due: dict[Target, float] = field(default_factory=dict)  # monotonic
    _silent: dict[Target, str] = field(default_factory=dict)  # why the last look came to nothing
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled."""
        await keep_looking(self.ledger, self.look, lambda verb: verb.startswith(CONCERNS), "announce", wake=self._wake)

    def hear(self, repository: str, branch: str | None) -> None:
        """Somebody pushed: whoever announces that branch looks now."""
        for target in self.targets:
            spec = self.sites[target].spec
            if branch == spec.branch and (spec.repository or "").lower() == repository.lower():
                self._due.pop(target, None)
                self._wake.set()

    async def look(self) -> float:
        """The seconds until the next branch is due. A message outlives the line of the file that asked for it."""
        await asyncio.gather(*(self._announce(target) for target in self.targets if self._left(target) <= 0))
        if await self.ledger.read(offers.standing):
            await self.ledger.do(offers.refresh, self.now())
        return max(min((self._left(target) for target in self.targets), default=EVERY), 0.05)

    def _left(self, target: Target) -> float:
        return self._due.get(target, float("-inf")) - self.monotonic()

    async def _announce(self, target: Target) -> None:
        """A branch that cannot be read is said once, until the reason is another."""
        self._due[target] = self.monotonic() + EVERY
        site = self.sites[target]
        try:
            await self._offer(site)
        except AdapterError as error:
            if self._silent.get(target) != error.code:
                log.warning("branch_not_read", target=target.key, error=str(error))
            self._silent[target] = error.code
            return
        self._silent.pop(target, None)

    async def _offer(self, site: Site) -> None:
        target, branch = site.spec.target, site.spec.branch
        if branch is None:
            return
        head = await facts.bounded(site.spec.adapter, site.adapter.resolve(branch), facts.RESOLVE)
        if not await self.ledger.read(offers.is_new, target, head):
            return
        seen = await facts.look(site)
        current = seen.version if isinstance(seen, Running) else None
        if current is not None and current.id == head.id:
            return
        found = await facts.commits(site, current, head)
        commits = replace(found, items=found.items[:SHOWN]) if found else None
        await self.ledger.do(offers.make, target, head, current, commits, self.now())

    async def order(self, ref: str, who: Person, *, message: str | None) -> Order:
        """What the button of this very message offers, for whoever pressed it. Raises Refusal("stale")."""
        post = await self.ledger.read(posts.by_message, message) if message else None
        if post is None or post.kind != offers.KIND or post.payload["ref"] != ref:
            raise Refusal("stale")
        if post.payload["state"] != offers.READY:
            raise Refusal("stale")
        return Order(Kind.DEPLOY, offers.target_of(post), who.id, who.name, str(post.payload["version"]["id"]), None)
