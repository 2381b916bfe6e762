"""Every read that people ask for: what runs where, what happened, why, the logs, and names for autocomplete."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot import links
from bot.board import story
from bot.board.memory import Memory
from bot.errors import Refusal, concerning
from bot.ledger import Ledger, audit, countersigns, deploys, releases, sets, versions, wishes
from bot.ledger.rows import Refused
from bot.ledger.told import standing
from bot.model import (
    Choices,
    Deploy,
    DeployState,
    Health,
    HistoryRow,
    Observation,
    Person,
    Release,
    Running,
    StatusRow,
    Target,
    Version,
    WhyView,
)
from bot.oncall import WhoIsOnCall
from bot.plan.facts import bounded, commits, healthy, holds, look
from bot.policy import Relation, Verb, may, roles_for
from bot.ports import Logs, Site
from bot.seats import united

RECENT = 40  # deploys that autocomplete remembers
TAIL = 200  # lines fetched for /logs; the card shows the last fifteen, the file has them all


@dataclass
class Board:
    ledger: Ledger
    sites: Mapping[Target, Site]
    oncall: WhoIsOnCall
    now: Callable[[], float] = time.time
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.sites)

    def chosen(self, service: str | None, env: str | None) -> list[Site]:
        found = [
            site
            for target, site in self.sites.items()
            if service in (None, target.service) and env in (None, target.env)
        ]
        if not found:
            raise Refusal("unknown_target", target=f"{service or '*'} · {env or '*'}")
        return found

    def site(self, target: Target) -> Site:
        return self.chosen(target.service, target.env)[0]

    async def status(self, service: str | None, env: str | None) -> list[StatusRow]:
        """What runs where now, drift first, then in the order of the config. Every look is bounded."""
        rows = await asyncio.gather(*(self._row(site) for site in self.chosen(service, env)))
        return sorted(rows, key=lambda row: not row.drift)

    async def _row(self, site: Site) -> StatusRow:
        target, now = site.spec.target, self.now()
        observed, health = await self._look(site)
        recorded = await self.ledger.read(versions.current, target)
        held = await holds(self.ledger, site.spec, now)
        busy = await self.ledger.read(deploys.open_on, target)
        newest = await self.ledger.read(deploys.latest, target)
        queue = await self.ledger.read(wishes.on, target)
        put = await self.ledger.read(deploys.get, recorded.deploy) if recorded and recorded.deploy else None
        owed = await self.ledger.read(countersigns.owed)
        told = await self.ledger.read(standing, [newest.number]) if newest else {}
        differs = isinstance(observed, Running) and recorded is not None and observed.version.id != recorded.version.id
        return StatusRow(
            target=target,
            title=site.spec.title,
            observed=observed,
            recorded=recorded,
            drift=differs and busy is None,
            health=health,
            lock=held.locks[0] if held.locks else None,
            freeze=held.freeze,
            emergency=put is not None and put.plan.emergency,
            countersign=next((one for one in owed if one.target == target), None),
            record=next(iter(told.items()), None),
            busy=busy.number if busy else None,
            busy_phase=busy.phase.value if busy else None,
            waiting=tuple(wish.order.requester_name for wish in queue),
            behind=await self._behind(site, observed),
            ref=newest.ulid if newest else "",
            adapter=site.spec.adapter,
            release=await self._release(target, observed),
        )

    async def _look(self, site: Site) -> tuple[Observation, Health | None]:
        observed, health = await asyncio.gather(look(site), healthy(site))
        if isinstance(observed, Running):
            self.memory.saw(site.spec.target, observed.version)
        return observed, health

    async def _release(self, target: Target, observed: Observation) -> Release | None:
        if not isinstance(observed, Running):
            return None
        return await self.ledger.read(releases.of, target, observed.version.id)

    async def _behind(self, site: Site, observed: Observation) -> int | None:
        """Commits between this environment and the one before it in the chain, where the adapter can count them."""
        if site.spec.previous is None or not isinstance(observed, Running):
            return None
        before = await self.ledger.read(versions.current, Target(site.spec.target.service, site.spec.previous))
        if before is None:
            return None
        if before.version.id == observed.version.id:
            return 0
        found = await commits(site, observed.version, before.version)
        return found.total if found and found.forward else None

    async def history(
        self, service: str | None, env: str | None, since: str | None, who: str | None, limit: int = 20
    ) -> list[HistoryRow]:
        """A line a deploy, drift and locks included, newest first. ``since``: ``7d`` back, or ``2026-11-20``."""
        if service or env:
            self.chosen(service, env)
        began = story.moment(since, self.now()) if since else None
        found = await self.ledger.read(deploys.recent, service=service, env=env, since=began, who=who, limit=limit)
        told = await self.ledger.read(standing, [one.number for one in found])
        pages = [await links.newest(self.ledger, self.sites, one) for one in found]
        rows = [story.line(one, page, told.get(one.number)) for one, page in zip(found, pages, strict=True)]
        if who is None:
            events = await self.ledger.read(audit.events, since=began, actions=story.EVENTS, limit=limit)
            rows += [story.event(row) for row in events if story.covers(row, service, env)]
        return sorted(rows, key=lambda row: row.at, reverse=True)[:limit]

    async def why(self, number: int | None, service: str | None = None, env: str | None = None) -> WhyView:
        """One deploy step by step; or a target's last healthy → first failing → what happened between."""
        if number is None:
            return await story.of_target(self.ledger, self.chosen(service, env)[0].spec.target)
        deploy = await self.ledger.read(deploys.get, number)
        if deploy is None or deploy.confirmed_at is None:
            raise Refusal("unknown_deploy", deploy=number)
        shown, told = await links.of(self.ledger, self.sites, deploy), await self.ledger.read(standing, [number])
        view = story.of_deploy(deploy, await self.ledger.read(audit.of, number), shown)
        return replace(view, record=told.get(number))

    async def logs(self, target: Target, who: Person) -> str:
        """The service's last lines, masked on the host. Raises Refusal or AdapterError."""
        site = self.site(target)
        with concerning(target.service, target.env):
            return await self._logs(site, who)

    async def _logs(self, site: Site, who: Person) -> str:
        target = site.spec.target
        relation = Relation(oncall=who.id in self.oncall.now(self.now()))
        if not may(Verb.LOGS, who, site.spec.policy, relation):
            roles = sorted(roles_for(Verb.LOGS, site.spec.policy))
            raise Refusal("role", env=target.env, target=str(target), verb="logs", roles=roles)
        if not isinstance(site.adapter, Logs):
            raise Refusal("no_logs", target=str(target))
        return await bounded(site.spec.adapter, site.adapter.logs(TAIL))

    async def diff(self, ulid: str) -> Deploy:
        """A deploy with its commits, for *Changes*."""
        found = await self.ledger.read(deploys.by_ulid, ulid)
        if found is None:
            raise Refusal("unknown_deploy")
        return found

    async def details(self, ref: str) -> Refused:
        """What was written down about a refusal."""
        found = await self.ledger.read(audit.refusal, ref)
        if found is None:
            raise Refusal("unknown_deploy")
        return found

    async def state(self, number: int) -> DeployState:
        """All that a deploy's public card shows."""
        parts = await self.ledger.read(deploys.state, number)
        if parts is None:
            raise Refusal("unknown_deploy", deploy=number)
        deploy, site = parts.deploy, self.sites.get(parts.deploy.target)
        usual = await self.ledger.read(deploys.usual, deploy.target, deploy.kind)
        spec, shown = site.spec if site else None, links.links(site, parts.attempts)
        state = story.state(parts, spec, usual.steps, shown)
        return state if deploy.part_of is None else await self._in_its_set(state, deploy.part_of)

    async def _in_its_set(self, state: DeployState, part_of: int) -> DeployState:
        """With the others. The first one asks for all of them, also where its own target asks for nobody."""
        found = replace(
            state,
            set=await self.ledger.read(sets.existing, part_of),
            together=tuple(await self.ledger.read(sets.of, part_of)),
        )
        sites = [self.sites.get(deploy.target) for deploy in found.together]
        asked = united(site.spec.policy.approve for site in sites if site)
        if found.deploy.follows or asked is None or "tally" in state.deploy.facts:
            return found
        return replace(found, need=sum(group.count for group in asked.groups))

    # Autocomplete: from memory, never trusted

    def services(self, typed: str = "") -> Choices:
        return self.memory.services(typed)

    def envs(self, service: str | None, typed: str = "") -> Choices:
        return self.memory.envs(service, typed)

    def promotable(self, service: str | None, typed: str = "") -> Choices:
        return self.memory.promotable(service, typed)

    def versions(self, service: str | None, env: str | None, typed: str = "") -> Choices:
        return self.memory.versions(service, env, typed)

    def models(self, service: str | None, env: str | None, typed: str = "") -> Choices:
        return self.memory.models(service, env, typed)

    def deploys(self, typed: str = "", *, unfinished: bool = False) -> Choices:
        return self.memory.deploys(typed, unfinished=unfinished)

    async def remember(self) -> None:
        """Refresh what autocomplete answers from: recent deploys, verified and still existing versions."""
        recent = await self.ledger.read(deploys.recent, limit=RECENT)
        known: dict[Target, list[Version]] = {}
        models: dict[Target, list[str]] = {}
        for target in self.sites:
            found = await self.ledger.read(versions.verified, target)
            known[target] = [known.version for known in found]
            models[target] = await self.ledger.read(releases.models, target)
        self.memory.refresh(recent, known, models)
