"""The buttons that break things, and what is broken now."""

import asyncio
import contextlib

from playground.host import NotHere
from playground.host.releases import Kind
from playground.stage.ledger import LedgerView
from playground.stage.orders import SERVICE
from playground.stage.stage import Stage

MIDDLE = ("running", "verifying")
"""Phases in which an effect is under way."""
REFUSALS = 6
"""How many requests Discord answers 429 at one press."""


class Trouble:
    """Each verb breaks one thing, or mends it. `close` ends what waits."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.unreachable: set[str] = set()
        self.next_kind: Kind = "good"
        self._pushed: dict[str, Kind] = {}
        self._watch: asyncio.Task[None] | None = None

    @property
    def armed(self) -> bool:
        """The next deploy that reaches its host will lose its bot."""
        return self._watch is not None and not self._watch.done()

    async def kill(self) -> None:
        """SIGKILL to the bot, now."""
        await self.stage.bot.kill()

    async def kill_in_mid_deploy(self) -> None:
        """Waits for the next deploy to be under way and kills the bot then; a second call takes that back."""
        if self.armed:
            await self.close()
        else:
            self._watch = asyncio.create_task(self._kill_next(), name="kill in mid-deploy")
        self.stage.tell()

    async def _kill_next(self) -> None:
        await under_way(self.stage.ledger)
        await self.stage.bot.kill()
        self.stage.tell()

    async def revive(self) -> None:
        """Starts the bot again, as a service manager would."""
        await self.stage.bot.start()

    def drop_gateway(self) -> None:
        """The connection to Discord's gateway breaks."""
        self.stage.discord.drop_gateway()

    def rate_limit(self) -> None:
        """Discord answers 429 for a while where channels are written to; answers to interactions have no limit."""
        self.stage.discord.rate_limit_next(REFUSALS, retry_after=2.0, path="/channels/*")
        self.stage.tell()

    def break_next(self, kind: Kind) -> None:
        """The next commit that the page pushes is of this kind."""
        self.next_kind = kind
        self.stage.tell()

    async def push(self) -> str:
        """A commit on main, of the kind that was chosen; the one after it is good again."""
        kind, self.next_kind = self.next_kind, "good"
        sha = await self.stage.release(kind)
        self._pushed[sha] = kind
        return sha

    async def fresh(self, kind: Kind, env: str) -> str:
        """A commit of this kind at the head of main that was never on `env`; pushes one if there is none."""
        head = self.stage.host(env).repository.commits[-1]
        deployed = {row.to for row in self.stage.ledger.deploys() if (row.service, row.env) == (SERVICE, env)}
        if self._pushed.get(head) == kind and head not in deployed:
            return head
        self.break_next(kind)
        return await self.push()

    async def cut_off(self, env: str) -> None:
        """The host's SSH goes away, or comes back."""
        faults = self.stage.host(env).faults
        with contextlib.suppress(NotHere):
            if env in self.unreachable:
                await faults.reachable()
                self.unreachable.discard(env)
            else:
                await faults.unreachable()
                self.unreachable.add(env)
        self.stage.tell()

    async def close(self) -> None:
        """Nobody waits for a deploy to kill any more."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watch


async def under_way(ledger: LedgerView, pace: float = 0.02) -> None:
    """Returns as soon as some deploy's effect is under way. Ends only by that or by cancelling."""
    while not any(row.phase in MIDDLE for row in ledger.deploys()):
        await asyncio.sleep(pace)
