"""One running bot: its loops, its probes, and how they end. A restart starts the same loops again from the rows."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import structlog

from bot import metrics, web
from bot.announce import Announce
from bot.board import Board
from bot.board.panel import Panel
from bot.client import SlipwayClient, supervise
from bot.config import Config
from bot.duty import Calendar, Handover
from bot.engine import Engine
from bot.errors import SlipwayError
from bot.ledger import Ledger, countersigns, deploys, meta, outbox, shown, wishes
from bot.model import Hint, Phase, RepositoryHint
from bot.nags import Nags
from bot.painter import Painter, Posts
from bot.ports import Account, At, Cloud, Mailbox, nowhere
from bot.queue import Queue
from bot.records import Records
from bot.watch import Watch
from bot.webhooks import Entrance, Fetch, Letters, github
from bot.webhooks.listening import Answer

log = structlog.get_logger("slipway")
REMEMBER, AT_MOST_EVERY = 60.0, 1.0  # seconds between refreshes of what autocomplete knows
REMEMBERED = ("deploys.", "versions.")  # commits that change what autocomplete offers; a step or a card does not
HANG_UP = 2.0  # seconds for the session with Discord and the loops to end
LAST_WORDS = 1.5  # seconds for Discord to show what was decided before SIGTERM


@dataclass
class House:
    """Everything that runs in one process, wired."""

    config: Config
    ledger: Ledger
    engine: Engine
    board: Board
    painter: Painter
    client: SlipwayClient
    watch: Watch
    posts: Posts
    handover: Handover
    queue: Queue
    nags: Nags
    records: Records
    announce: Announce
    calendar: Calendar | None = None
    panel: Panel | None = None
    account: Account | None = None
    mailboxes: Sequence[Mailbox] = ()
    at: At = nowhere
    fetch: Fetch | None = None  # of certificates; None: where they lie
    aws: Cloud | None = None
    told: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))  # of it, to /metrics

    async def writes(self) -> None:
        await self.ledger.do(meta.remember, "beat", str(time.time()))

    async def measure(self) -> None:
        open_now = await self.ledger.read(deploys.unfinished)
        for phase in Phase:
            metrics.UNFINISHED.labels(phase.value).set(sum(deploy.phase is phase for deploy in open_now))
        metrics.QUEUED.set(len(await self.ledger.read(wishes.waiting)))
        owed = await self.ledger.read(countersigns.owed)
        for state, late in (("due", False), ("overdue", True)):
            metrics.COUNTERSIGNS.labels(state).set(sum((one.overdue_at is not None) is late for one in owed))
        for name, budget in (self.account.budgets() if self.account else {}).items():
            metrics.REQUESTS_LEFT.labels(name).set(budget.left)
            metrics.REQUESTS_LIMIT.labels(name).set(budget.limit)
        if self.aws is not None:
            metrics.count_up(metrics.AWS_REQUESTS, self.aws.asked, self.told[0])
            metrics.count_up(metrics.AWS_FAULTS, self.aws.faults, self.told[1])
        metrics.UNTOLD.set(await self.ledger.read(outbox.waiting))
        metrics.UNDRAWN.set(len(await self.ledger.read(shown.wanted)))

    async def hear(self, hint: Hint) -> None:
        """Whoever waits for it looks now; what is true is what they see there."""
        if isinstance(hint, RepositoryHint):
            self.announce.hear(hint.repository, hint.branch)
        await self.engine.hint(hint)

    def doors(self) -> dict[str, Answer]:
        """By path, of whoever may call."""
        found = dict[str, Answer]()
        if self.config.web.github:
            found[github.PATH] = github.Door(self.ledger, self.config.web.github, self.hear).answer
        if self.config.aws.topics:
            from bot.webhooks import sns  # cryptography comes with it

            topics, asked = self.config.aws.topics, sns.Confirmations(self.config.ledger.parent)
            fetch, concerns = self.fetch or sns.fetch, self.engine.concerned
            found[sns.PATH] = sns.Door(self.ledger, topics, asked, self.hear, fetch, concerns).answer
        return found

    def letters(self) -> list[Letters]:
        return [
            Letters(self.ledger, one, self.hear, at=self.at, concerns=self.engine.concerned) for one in self.mailboxes
        ]

    async def remember(self) -> None:
        """Keeps autocomplete's memory fresh: after every change of the ledger, coalesced, and once a minute."""
        changed = asyncio.Event()
        self.ledger.on_commit.append(lambda verb: changed.set() if verb.startswith(REMEMBERED) else None)
        while True:
            changed.clear()
            try:
                await self.board.remember()
            except SlipwayError as error:
                log.warning("not_remembered", error=str(error))
            await asyncio.sleep(AT_MOST_EVERY)
            try:
                async with asyncio.timeout(REMEMBER):
                    await changed.wait()
            except TimeoutError:
                continue


async def live(it: House) -> int:
    """Until SIGTERM or SIGINT. The exit code: 0; 78 when Discord refuses the token; 1 when a loop ended."""
    stop, hang_up = asyncio.Event(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    pulse = web.Pulse()
    probes = web.Health(pulse, it.writes, lambda: it.client.present, it.measure)
    doors = await _opened(it, probes)
    work = [
        asyncio.create_task(pulse.run(), name="pulse"),
        asyncio.create_task(it.engine.run(), name="engine"),
        asyncio.create_task(it.engine.watch_countersigns(), name="countersigns"),
        asyncio.create_task(it.painter.run(), name="painter"),
        asyncio.create_task(it.posts.run(), name="posts"),
        asyncio.create_task(it.queue.run(), name="queue"),
        asyncio.create_task(it.remember(), name="remember"),
        asyncio.create_task(it.watch.run(), name="watch"),
        asyncio.create_task(it.handover.run(), name="handover"),
        asyncio.create_task(it.nags.run(), name="nags"),
        asyncio.create_task(it.records.run(), name="records"),
        asyncio.create_task(it.announce.run(), name="announce"),
        *([asyncio.create_task(it.panel.run(), name="panel")] if it.panel else []),
        *(asyncio.create_task(one.run(), name=f"queue {one.mailbox.name}") for one in it.letters()),
    ]
    if it.calendar is not None:
        work.append(asyncio.create_task(it.calendar.run(), name="calendar"))
    token = it.config.discord.token.reveal()
    discord = asyncio.create_task(supervise(it.client, token, hang_up), name="discord")
    log.info("started", targets=[target.key for target in it.config.targets])
    try:
        return await _first_end(discord, work, stop)
    finally:
        await _close(it, work, discord, hang_up)
        await doors.aclose()
        log.info("stopped")


async def _opened(it: House, probes: web.Health) -> AsyncExitStack:
    """Listening when it returns. Raises OSError when an address is taken."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback((await web.serve(probes, *it.config.web.listen)).cleanup)
        if it.config.web.webhooks:
            stack.push_async_callback((await Entrance(it.doors()).open(*it.config.web.webhooks)).cleanup)
        return stack.pop_all()


async def _first_end(discord: asyncio.Task[int], work: list[asyncio.Task[None]], stop: asyncio.Event) -> int:
    """A loop that ends is a bug: say so and exit, so that the service manager starts us again from the rows."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({discord, stopped, *work}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in work:
        if task in done:
            log.critical("loop_ended", loop=task.get_name(), exc_info=None if task.cancelled() else task.exception())
            return 1
    return discord.result() if discord in done else 0


async def _close(it: House, work: list[asyncio.Task[None]], discord: asyncio.Task[int], hang_up: asyncio.Event) -> None:
    """First no new orders ("restarting" is still answered), then the calls in flight, then Discord."""
    await it.engine.drain()
    await it.painter.drain(LAST_WORDS)
    hang_up.set()
    for task in work:
        task.cancel()
    done, _ = await asyncio.wait({*work, discord}, timeout=HANG_UP)
    await asyncio.gather(*done, return_exceptions=True)
