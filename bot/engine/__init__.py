"""Carries deploys: what commands and clicks ask for, and the followers that move every open deploy on.

The order of a deploy's life reads in: propose → confirm → waiting → starting → running → verifying → watch_after →
verdict; aside: approval (votes), unknown, after (cancel, stop, recheck, settle), held (watch on, keep).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TypeVar

from bot.engine import after, again, approval, confirm, drift, glass, held, hints, propose, voting
from bot.engine.core import Core, Deadlines, log
from bot.engine.follow import follow
from bot.engine.refused import record
from bot.engine.sets import Sets
from bot.errors import Lost, Refusal, SlipwayError, concerning
from bot.ledger import deploys, shown
from bot.model import Choice, Countersign, Deploy, Hint, Kind, Order, Person, Phase, Running, Target, VoteSource

__all__ = ["Core", "Deadlines", "Engine"]

T = TypeVar("T")
Verb = Callable[[Core, Deploy, Person], Awaitable[Deploy]]
JUDGED = ("deploys.confirm", "deploys.confirm_all", "deploys.settle")
SWEEP = 3600.0  # seconds between sweeps of planned rows that nobody confirmed
DRAIN = 5.0  # seconds for the calls in flight at SIGTERM
UNREAD = 1.0  # seconds between tries to read the ledger


async def _of(verb: Callable[[Core, Deploy, Person], Awaitable[T]], core: Core, deploy: Deploy, who: Person) -> T:
    """What is done with a deploy; a refusal says of which target."""
    with concerning(deploy.target.service, deploy.target.env):
        return await verb(core, deploy, who)


class Engine:
    """One per process. Every verb raises Refusal (nothing was changed) or AdapterError (the target cannot be read)."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.sets = Sets(core)
        self._followers: dict[int, asyncio.Task[None]] = {}
        self._changed = asyncio.Event()
        self._owed = asyncio.Event()
        core.ledger.on_commit.append(self._committed)

    def _committed(self, verb: str) -> None:
        """A confirm needs a follower; a hold, a verdict, or who is on call, changes what a waiting one must judge."""
        if verb in JUDGED or verb.startswith(("locks.", "overrides.", "handover.")):
            self._changed.set()
            self._owed.set()

    # What commands and clicks ask for

    async def propose(self, order: Order, who: Person) -> Deploy:
        return await propose.propose(self._core, order, who)

    async def replan(self, ulid: str, who: Person) -> Deploy:
        return await propose.replan(self._core, ulid, who)

    async def rollback_plan(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        await self._own(ulid, message)
        return await propose.to_version(self._core, ulid, who, Kind.ROLLBACK)

    async def retry(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        await self._own(ulid, message)
        return await again.retry(self._core, ulid, who)

    async def confirm(
        self, ulid: str, who: Person, *, kind: Kind | None = None, unlock: bool = False, message: str | None = None
    ) -> Deploy:
        if message is not None:
            raise Refusal("stale")  # a plan is private: no public message carries its Confirm
        return await confirm.confirm(self._core, ulid, who, kind=kind, unlock=unlock)

    async def accept(self, target: Target, mark: str, who: Person) -> Running:
        return await drift.accept(self._core, target, mark, who)

    async def restore(self, target: Target, who: Person) -> Deploy:
        return await drift.restore(self._core, target, who)

    async def close_plan(self, ulid: str, who: Person) -> None:
        await confirm.close(self._core, ulid, who)

    async def vote(
        self, message: str, channel: str, who: Person, choice: Choice, source: VoteSource, *, standing: bool = True
    ) -> bool:
        """Whether the vote stands now; a button that is pressed again takes its vote back, and may be refused."""
        return await voting.cast(self._core, message, who, choice, source, standing=standing)

    async def explain(self, ulid: str, who: Person, reason: str, *, message: str | None = None) -> Deploy:
        return await self._again(partial(voting.explain, reason=reason), ulid, who, message)

    async def _of_card(self, message: str) -> Deploy | None:
        row = await self._core.ledger.read(shown.by_message, message)
        return await self._core.ledger.read(deploys.get, row.deploy) if row and row.kind == "card" else None

    async def _own(self, ulid: str, message: str | None) -> Deploy:
        """The deploy of a click, if the public message that was pressed is one that Slipway made for it."""
        deploy = await self._core.get(ulid)
        if message is not None:
            row = await self._core.ledger.read(shown.by_message, message)
            if row is None or row.deploy != deploy.number:
                with concerning(deploy.target.service, deploy.target.env):
                    raise Refusal("stale", deploy=deploy.number, ref=deploy.ulid)
        return deploy

    async def card_deleted(self, message: str) -> None:
        await approval.card_deleted(self._core, message)

    async def reread(self, message: str) -> None:
        """All reactions of a card were cleared: read them again."""
        deploy = await self._of_card(message)
        if deploy is not None:
            await approval.reread_all(self._core, [deploy])

    async def cancel(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        return await self._again(after.cancel, ulid, who, message)

    async def _again(self, verb: Verb, ulid: str, who: Person, message: str | None) -> Deploy:
        """A vote or a look that came first is no reason to tell the person to press again: cancel wins ties."""
        for _ in range(5):
            try:
                return await _of(verb, self._core, await self._own(ulid, message), who)
            except Lost:
                continue
        raise Refusal("not_open", ref=ulid)

    async def stop_effect(self, ulid: str, who: Person, *, message: str | None = None) -> str:
        return await _of(after.stop_effect, self._core, await self._own(ulid, message), who)

    async def stop(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        return await self._again(after.stop, ulid, who, message)

    async def look(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        return await self._again(after.look, ulid, who, message)

    async def recheck(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        return await self._again(after.recheck, ulid, who, message)

    async def settle(self, ulid: str, who: Person, reason: str, *, message: str | None = None) -> Deploy:
        return await self._again(partial(after.settle_by_person, reason=reason), ulid, who, message)

    async def watch_on(self, ulid: str, who: Person, *, message: str | None = None) -> Deploy:
        return await self._again(held.watch_on, ulid, who, message)

    async def keep(self, ulid: str, who: Person, reason: str, *, message: str | None = None) -> Deploy:
        return await self._again(partial(held.keep, reason=reason), ulid, who, message)

    async def countersign(self, ulid: str, who: Person, *, message: str | None = None) -> Countersign:
        return await glass.sign(self._core, await self._core.get(ulid), who, message)

    async def get(self, ulid: str) -> Deploy:
        return await self._core.get(ulid)

    async def by_number(self, number: int) -> Deploy:
        found = await self._core.ledger.read(deploys.get, number)
        if found is None:
            raise Refusal("unknown_deploy", deploy=number)
        return found

    async def open_for(self, who: Person) -> list[Deploy]:
        """Every open deploy: whoever may not cancel one is told so when they try."""
        return await self._core.ledger.read(deploys.unfinished)

    async def refused(self, error: SlipwayError, who: Person, verb: str) -> str:
        """Writes a refusal into the audit log; the ULID under which *Details* finds it. Empty: not recorded."""
        return await record(self._core, error, who, verb)

    # The loop

    async def run(self) -> None:
        """Until cancelled: a follower for every unfinished deploy, from the rows, at the start as at any time."""
        sweeper = asyncio.create_task(self._sweep(), name="sweep")
        try:
            while True:
                self._changed.clear()
                await self._until_changed(await self._adopted())
        finally:
            sweeper.cancel()

    async def _adopted(self) -> float | None:
        """Seconds until another try, where the ledger could not be read; None: it could."""
        try:
            await self._adopt_all()
        except SlipwayError as error:
            log.warning("not_adopted", error=str(error))
            return UNREAD
        return None

    async def _until_changed(self, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Settled; or it ended though nothing may end it: then it is taken up again from its row."""
        if not self._core.draining:
            self._changed.set()

    async def _adopt_all(self) -> None:
        if self._core.draining:
            return
        for deploy in await self._core.ledger.read(deploys.unfinished):
            task = self._followers.get(deploy.number)
            if task is None or task.done():
                name = f"follow #{deploy.number}"
                self._followers[deploy.number] = asyncio.create_task(follow(self._core, deploy.number), name=name)
                self._followers[deploy.number].add_done_callback(self._ended)
            elif deploy.phase in (Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING):
                self._core.wakes.poke(deploy.number)
        self._followers = {number: task for number, task in self._followers.items() if not task.done()}

    async def _sweep(self) -> None:
        while True:
            try:
                await self._core.ledger.do(deploys.sweep, self._core.now())
            except Exception:
                log.exception("sweep_failed", reference=secrets.token_hex(4))
            await asyncio.sleep(SWEEP)

    async def watch_countersigns(self) -> None:
        """Until cancelled: what break-glass owes, and until when."""
        await glass.watch(self._core, self._owed)

    async def reread_votes(self) -> None:
        """The gateway is (back) there: reactions made meanwhile are read by REST."""
        await approval.reread_all(self._core, await self._core.ledger.read(deploys.unfinished))

    async def hint(self, hint: Hint) -> Sequence[int]:
        """Something may have changed there: whoever waits for it looks now. Numbers of the deploys that were woken."""
        return await hints.heard(self._core, hint)

    def concerned(self, hint: Hint) -> bool:
        """Whether a target here may be what it is about: of an account's events most are about something else."""
        return hints.concern(self._core, hint)

    async def drain(self) -> None:
        """SIGTERM: no new orders; calls in flight may end; the rest goes on from its rows after the next start."""
        self._core.draining = True
        tasks = list(self._followers.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=DRAIN)
