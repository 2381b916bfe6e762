"""Tells others of deploys (GitHub Deployments): at least once, in order for each deploy, and nobody waits for it.

Each row is looked up before it is sent again, so that what was told once stands there once. Nothing that goes wrong
here changes a deploy; a row that cannot be told is tried ever more slowly, and given up after a week.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot import links
from bot.config import Config
from bot.errors import AdapterError, SlipwayError
from bot.ledger import Ledger, attempts, deploys, outbox, shown
from bot.ledger.looking import keep_looking
from bot.ledger.rows import Owed
from bot.model import Deploy, Hindrance, Kind, Language, Phase, Record, Recorded, Target
from bot.ports import Built, Recorder, RecordsItself, Site
from bot.wording import plain, text

log = structlog.get_logger("records")

IDLE = 60.0  # seconds between two looks when nothing was committed
DEADLINE = 90.0  # seconds for one row, with the Recorder's own tries
AGAIN = 10.0  # seconds between two looks for a record that the platform makes
LATE = 60.0  # seconds in which a request whose answer was lost may still have its effect
FIRST, LONGEST, BY_HAND = 5.0, 900.0, 3600.0  # seconds until the next try; the last: somebody has to change something
KEPT = 7 * 86_400.0  # seconds after which a row is given up
HOPELESS = ("refused",)  # the same request will be refused again
CONCERNS = ("attempts.intend", "deploys.", "outbox.subscribe")


class _Theirs(Exception):
    """The platform will record it by itself, and has not yet."""


class _Late(Exception):
    """The answer was lost so recently that the effect may still come; ``left``: seconds."""

    def __init__(self, left: float) -> None:
        super().__init__(left)
        self.left = left


@dataclass
class Records:
    """``recorders``: of the targets that are recorded. ``commented``: those whose pull requests are told too.

    ``production``: targets that people use. ``guild``: for the link to a deploy's card.
    """

    ledger: Ledger
    recorders: Mapping[Target, Recorder]
    commented: frozenset[Target]
    production: frozenset[Target]
    guild: str
    language: Language
    sites: Mapping[Target, Site] = field(default_factory=dict)
    late: float = LATE
    now: Callable[[], float] = time.time

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        config: Config,
        sites: Mapping[Target, Site],
        recorder: Callable[[str | None], Recorder | None],
        late: float,
    ) -> Records:
        """``recorder``: of a service's repository, where there is one."""
        asked = [spec for spec in config.targets.values() if spec.recorded]
        found = {spec.target: recorder(spec.repository) for spec in asked}
        return cls(
            ledger=ledger,
            recorders={target: one for target, one in found.items() if one},
            commented=frozenset(spec.target for spec in asked if spec.commented),
            production=frozenset(spec.target for spec in asked if spec.page),
            guild=config.discord.guild,
            language=config.language,
            sites=sites,
            late=late,
        )

    async def subscribe(self) -> None:
        """Before the first transition that is to be told. A ledger that cannot be written tells nothing now."""
        try:
            await self.ledger.do(outbox.subscribe, [*self.recorders], self.commented, self.now())
        except SlipwayError as error:
            log.warning("not_subscribed", error=str(error))

    async def run(self) -> None:
        """Until cancelled."""
        await keep_looking(self.ledger, self.look, lambda verb: verb.startswith(CONCERNS), "records")

    async def look(self) -> float:
        """Tells what is due; the seconds until something else will be."""
        waits = [IDLE]
        for owed in await self.ledger.read(outbox.due):
            left = (owed.retry_at or 0.0) - self.now()
            waits.append(left if left > 0 else await self._try(owed))
        return max(min(waits), 0.05)

    async def _try(self, owed: Owed) -> float:
        """Seconds until more of this deploy may be due."""
        try:
            async with asyncio.timeout(DEADLINE):
                await self._tell(owed)
        except _Theirs:
            await self.ledger.do(outbox.wait, owed.id, self.now() + AGAIN)
            return AGAIN
        except _Late as late:
            return await self._failed(owed, late.left, Hindrance("", "record_late"))
        except AdapterError as error:
            log.warning("not_recorded", deploy=owed.deploy, what=owed.what, error=str(error))
            return await self._refused(owed, error)
        except TimeoutError:
            return await self._failed(owed, _again(owed.tries), Hindrance("", "record_slow"))
        except SlipwayError as error:
            log.warning("not_recorded", deploy=owed.deploy, what=owed.what, error=str(error))
            return _again(owed.tries)
        except Exception:
            log.exception("record_failed", deploy=owed.deploy, what=owed.what, reference=secrets.token_hex(4))
            return await self._failed(owed, BY_HAND, Hindrance("", "record_bug"))
        return 0.0

    async def _refused(self, owed: Owed, error: AdapterError) -> float:
        decoration = owed.what in (outbox.COMMENTS, outbox.COMMENT) and not error.retry
        why = Hindrance(error.kind, error.code, error.facts)
        if error.code in HOPELESS or decoration:
            return await self._given_up(owed, why)
        until = error.facts.get("until")
        pause = _again(owed.tries) if error.retry else BY_HAND
        return await self._failed(owed, max(until - self.now(), FIRST) if until else pause, why)

    async def _failed(self, owed: Owed, pause: float, why: Hindrance) -> float:
        if self.now() - owed.made_at > KEPT:
            return await self._given_up(owed, why)
        await self.ledger.do(outbox.failed, owed.id, self.now() + pause, why, self.now())
        return pause

    async def _given_up(self, owed: Owed, why: Hindrance) -> float:
        log.error("record_given_up", deploy=owed.deploy, what=owed.what, code=why.code, facts=dict(why.facts))
        await self.ledger.do(outbox.void, owed.id, self.now(), why)
        return 0.0

    async def _tell(self, owed: Owed) -> None:
        deploy = await self.ledger.read(deploys.get, owed.deploy)
        recorder = self.recorders.get(deploy.target) if deploy else None
        if deploy is None or recorder is None:
            await self.ledger.do(outbox.void, owed.id, self.now(), Hindrance("", "record_not_wanted"))
            return
        record = await self._record(deploy)
        if owed.what == outbox.COMMENTS:
            found = await recorder.pulls(deploy.plan.from_id or record.commit, record.commit)
            await self.ledger.do(outbox.spread, owed.id, found, self.now())
        elif owed.what == outbox.COMMENT:
            await self._comment(owed, recorder, record, deploy)
        elif owed.remote is None:
            await self._open(owed, recorder, record, deploy)
        else:
            await self._state(owed, owed.remote, recorder, record, deploy.plan.epoch)

    async def _open(self, owed: Owed, recorder: Recorder, record: Record, deploy: Deploy) -> None:
        """It stands there, once; its state is told next."""
        remote = await recorder.find(record)
        if remote is None and await self._made_there(deploy, record.environment):
            raise _Theirs
        if remote is None:
            await self._asking(owed)
            remote = await recorder.open(record)
        await self.ledger.do(outbox.known, owed.id, remote)

    async def _made_there(self, deploy: Deploy, environment: str) -> bool:
        """The platform will make a record of its own: two of one deploy would tell people less than one."""
        site = self.sites.get(deploy.target)
        if deploy.phase is Phase.SETTLED or site is None or not isinstance(site.adapter, RecordsItself):
            return False
        rows = await self.ledger.read(attempts.of, deploy.number)
        return bool(rows) and environment in await site.adapter.records(rows[-1].attempt)

    async def _state(self, owed: Owed, remote: str, recorder: Recorder, record: Record, epoch: str) -> None:
        state = Recorded(owed.what)
        perhaps = owed.asked_at is not None or epoch != self.ledger.epoch  # also by a life that a backup forgot
        perhaps = perhaps or record.page is not None  # the platform itself may tell of it, too
        stands = await recorder.stands(remote) if perhaps else None
        if stands != state and not (stands and state is Recorded.IN_PROGRESS):
            await self._asking(owed)
            await recorder.tell(remote, record, state)
        await self.ledger.do(outbox.told, owed.id, self.now())

    async def _comment(self, owed: Owed, recorder: Recorder, record: Record, deploy: Deploy) -> None:
        assert owed.pull is not None
        if not await recorder.commented(owed.pull, record):
            await self._asking(owed)
            await recorder.comment(owed.pull, record, self._said(record, deploy))
        await self.ledger.do(outbox.told, owed.id, self.now())

    async def _asking(self, owed: Owed) -> None:
        """A request is about to leave; not while an earlier one may still arrive."""
        if owed.asked_at is not None and self.now() - owed.asked_at < self.late:
            raise _Late(owed.asked_at + self.late - self.now())
        await self.ledger.do(outbox.asking, owed.id, self.now())

    def _said(self, record: Record, deploy: Deploy) -> str:
        facts = {"service": deploy.target.service, "env": deploy.target.env, "version": deploy.to.label}
        said = text(self.language, "record.comment", **facts, id=deploy.number)
        return f"{said}\n\n{record.url}" if record.url else said

    async def _record(self, deploy: Deploy) -> Record:
        card = await self.ledger.read(shown.card_of, deploy.number)
        page = await links.newest(self.ledger, self.sites, deploy)
        shown_at = f"{card.channel}/{card.message}" if card and card.message else None
        return Record(
            mark=f"{deploy.plan.epoch}-{deploy.number}",
            commit=await self._commit(deploy),
            environment=deploy.target.env,
            task="rollback" if deploy.kind is Kind.ROLLBACK else "deploy",
            description=plain(f"Slipway #{deploy.number} · {deploy.target}", 140),
            production=deploy.target in self.production,
            page=page.url if page else None,
            url=f"https://discord.com/channels/{self.guild}/{shown_at}" if shown_at else None,
        )

    async def _commit(self, deploy: Deploy) -> str:
        """Of a version that is no commit: the one that it was built from."""
        site = self.sites.get(deploy.target)
        if site is None or not isinstance(site.adapter, Built):
            return deploy.to.id
        return (await site.adapter.commit(deploy.to)).id


def _again(tries: int) -> float:
    return float(min(FIRST * 2.0 ** min(tries, 10), LONGEST))
