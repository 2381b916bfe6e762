"""Draws one message from its row: the card in place, every ping as a message of its own, long cards continued below."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import structlog

from bot import cards, wording
from bot.errors import ScreenError
from bot.ledger import Ledger, deploys, shown
from bot.ledger.rows import NewPing, Shown
from bot.model import Card, Deploy, DeployState, Language, Mentions, Phase, Target
from bot.oncall import WhoIsOnCall
from bot.painter.canvas import Canvas
from bot.painter.mentions import mentions
from bot.ports import At, Screen, nowhere

log = structlog.get_logger(__name__)

OLD = 3000.0
"""Seconds: at minute 50 a new message takes over, since edits of messages older than an hour are throttled (30046)."""
ASKING = (Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD)


@dataclass
class Brush:
    """``state``: number → all that its card shows. ``pages``: may this target ping on-call? ``gone``: an approval card
    was deleted, which is a cancel. ``channels``: ids, best first: deploys, fallback, alerts.
    """

    ledger: Ledger
    screen: Screen
    state: Callable[[int], Awaitable[DeployState]]
    gone: Callable[[str], Awaitable[None]]
    pages: Callable[[Target], bool]
    oncall: WhoIsOnCall
    channels: Sequence[str]
    guild: str
    language: Language
    now: Callable[[], float] = time.time
    at: At = nowhere
    _canvas: Canvas = field(init=False)
    _shown: dict[int, Card] = field(default_factory=dict)
    _told: deque[str] = field(default_factory=lambda: deque(maxlen=100))

    def __post_init__(self) -> None:
        self._canvas = Canvas(self.screen, self.channels, self.now, self.at)

    async def draw(self, row: Shown) -> bool:
        """True: something was drawn. Raises ScreenError (the row is tried again later) or LedgerUnwritable."""
        state = await self.state(row.deploy)
        if row.kind != "card":
            await self._ping(row, state)
        elif row.message is not None and row.channel is not None:
            await self._redraw(row, row.channel, row.message, state)
        elif state.need and state.deploy.phase is Phase.CONFIRMED and not state.deploy.follows:
            return False  # in a moment it asks for approval, and only a new message pings
        else:
            await self._new_card(row, state)
        return True

    async def _ping(self, row: Shown, state: DeployState) -> None:
        facts = {**row.payload, "link": await self._link(row.deploy)}
        card = cards.ping_card(row.kind, state, self.language, self.now(), self._who(row, state.deploy), facts)
        channel, message = await self._send(row, replace(card, footer=row.marker))
        await self.ledger.do(shown.sent, row.id, channel, message, row.screen, self.now())
        self.at("screen.send.answered")

    async def _new_card(self, row: Shown, state: DeployState) -> None:
        """Recorded as soon as it stands; counted as drawn when it surely shows this card, with its reactions."""
        card = self._card(row, state)
        channel, message = await self._send(row, card)
        await self.ledger.do(shown.sent, row.id, channel, message, row.drawn, self.now())
        self.at("screen.send.answered")
        if not row.tries:
            await self._finish(row, channel, message, state, card)

    async def _send(self, row: Shown, card: Card) -> tuple[str, str]:
        """That a send begins is written first: after a crash the next one knows that it is not the first."""
        await self.ledger.do(shown.failed, row.id, None, "sending", self.now())
        return await self._canvas.send(row, card)

    async def _redraw(self, row: Shown, channel: str, message: str, state: DeployState) -> None:
        if self._too_old(row, state.deploy):
            await self._continue_below(row, channel, message, state)
            return
        card = self._card(row, state)
        try:
            if self._shown.get(row.id) != card:
                await self._canvas.edit(channel, message, card)
            await self._finish(row, channel, message, state, card)
        except ScreenError as error:
            if error.retry or error.code == "unavailable":
                raise
            await self._lost(row, message, state.deploy, error)

    async def _finish(self, row: Shown, channel: str, message: str, state: DeployState, card: Card) -> None:
        await self._canvas.react(channel, message, card.reactions)
        await self._attach_log(channel, message, state.deploy)
        await self.ledger.do(shown.drawn, row.id, row.screen, self.now())
        self.at("screen.edit.answered")
        self._remember(row, card, state.deploy)

    async def _attach_log(self, channel: str, message: str, deploy: Deploy) -> None:
        """What the failing step said, whole, in the card's thread: the card has room for one line."""
        if deploy.phase is not Phase.SETTLED or deploy.failure is None or not deploy.failure.log:
            return
        title = wording.text(self.language, "file.log.title", number=deploy.number, target=deploy.target)
        text = "\n".join(deploy.failure.log)
        await self._canvas.attach(channel, message, title[:100], f"deploy-{deploy.number}.log", text)

    async def _lost(self, row: Shown, message: str, deploy: Deploy, error: ScreenError) -> None:
        """Deleted, or its channel is closed to us: a new message takes over.

        The votes went with a deleted approval card, so that is a cancel (SAFETY: faults); its end is what is posted.
        """
        self._shown.pop(row.id, None)
        self._canvas.forget(message)
        if error.code != "forbidden" and deploy.phase in (Phase.AWAITING, Phase.HOLD):
            if message not in self._told:
                self._told.append(message)
                await self.gone(message)
            raise error
        await self.ledger.do(shown.replace, row.id, self.now())

    async def _continue_below(self, row: Shown, channel: str, message: str, state: DeployState) -> None:
        last = replace(cards.deploy_card(replace(state, continued=True), self.language, self.now()), footer=row.marker)
        try:
            await self._canvas.edit(channel, message, last)
        except ScreenError as error:
            if error.retry:
                raise
            log.warning("card.not_continued", deploy=row.deploy, code=error.code)
        self._shown.pop(row.id, None)
        await self.ledger.do(shown.replace, row.id, self.now())

    def _card(self, row: Shown, state: DeployState) -> Card:
        """Whom it pings counts only where approval is wanted; the card knows."""
        who = self._who(row, state.deploy)
        return replace(cards.deploy_card(state, self.language, self.now(), who), footer=row.marker)

    def _who(self, row: Shown, deploy: Deploy) -> Mentions:
        page = self.pages(deploy.target)
        return mentions(row.kind, deploy, row.payload, oncall=self.oncall, page=page, now=self.now())

    def _remember(self, row: Shown, card: Card, deploy: Deploy) -> None:
        if deploy.phase is Phase.SETTLED:
            self._shown.pop(row.id, None)
        else:
            self._shown[row.id] = card

    async def _link(self, number: int) -> str:
        row = await self.ledger.read(shown.card_of, number)
        if row is None or row.message is None:
            return ""
        return f"https://discord.com/channels/{self.guild}/{row.channel}/{row.message}"

    # Messages grow old

    def _too_old(self, row: Shown, deploy: Deploy) -> bool:
        """Only a deploy that began goes on below; what is written after its verdict fits into throttled edits."""
        moment = deploy.settled_at if deploy.settled_at is not None else self.now()
        return deploy.started_at is not None and row.sent_at is not None and moment - row.sent_at >= OLD

    async def old(self) -> tuple[list[Shown], float]:
        """Cards of open deploys that reached minute 50 though nothing changes, and the seconds until the next one."""
        grown, soon = [], OLD
        for deploy in await self.ledger.read(deploys.unfinished):
            row = await self.ledger.read(shown.card_of, deploy.number)
            if row is None or row.sent_at is None:
                continue
            left = row.sent_at + OLD - self.now()
            if left > 0:
                soon = min(soon, left)
            elif deploy.phase in ASKING and not (deploy.follows and deploy.phase is Phase.CONFIRMED):
                await self._remind(deploy)
            elif deploy.started_at is not None:
                grown.append(row)
        return grown, soon

    async def _remind(self, deploy: Deploy) -> None:
        """An approval message belongs to one digest for ever, so it is never replaced: a reminder points to it."""
        kinds = {row.kind for row in await self.ledger.read(shown.on, deploy.number)}
        if "reminder" not in kinds:
            await self.ledger.do(shown.ping, deploy.number, NewPing("reminder"), self.now())
