"""A team whose bot dies: the people do what people do then. They look at the channel, and ask again what got no answer.

``lives``: what ends each life of the bot, by order (``name#2``; "" = nothing does); after the last one it lives on.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Any

from playground.discord import Answer, LocalDiscord, NoAnswer, Person, Rules, Seen
from playground.discord.state.interactions import Interaction
from playground.host import until
from playground.host.net import free_ports
from tests.crash import config_file
from tests.crash.child import Child, Nursery
from tests.crash.config_file import WORLD, Options
from tests.duty import ics
from tests.gates.asked import Asked, asked
from tests.prometheus import Prometheus, prometheus

Press = Callable[[], Interaction]
Write = Callable[[Path, str], str]
"""(folder, where to listen) → the whole configuration file."""
TRIES = 60  # lives of a bot in which somebody asks for the same thing
GRACE = 10.0  # seconds from SIGTERM to the end (SAFETY: faults)
PATIENCE = 40.0  # seconds for one thing to come true on a machine with two busy cores
ALWAYS = ics.calendar(ics.event(WORLD.ids()["haneul"], ":20200101T000000Z", ":20990101T000000Z"))
USUAL: Write = partial(config_file.pretended, Options())
DEADLINES = {"gate_again": 0.5, "unknown_after": 1.5, "settle_after": 0.0, "authority": 8.0}


class Gone(Exception):
    """A button is not there any more."""


class Town:
    """``keep`` starts the bot again whenever it dies. ``while_dead``: one a death, before the next life begins."""

    def __init__(
        self,
        folder: Path,
        discord: LocalDiscord,
        metrics: Prometheus,
        gate: Asked,
        calendar: ics.Server,
        bot: Child,
        write: Write,
    ) -> None:
        self.folder, self.discord, self.bot = folder, discord, bot
        self.metrics, self.gate, self.calendar = metrics, gate, calendar
        self.lives: deque[str] = deque()
        self.number = signal.SIGKILL
        self.while_dead: list[Callable[[], Awaitable[None]]] = []
        self.began = 0
        self.ends: dict[int, str] = {}  # life → where it was told to end
        self.died = folder / "died"
        self.ledger = folder / config_file.LEDGER
        self.ledger.parent.mkdir(exist_ok=True)
        self.listen = f"127.0.0.1:{free_ports(1)[0]}"
        text = write(folder, self.listen).replace(config_file.ELSEWHERE, metrics.url)
        text = text.replace(config_file.GATE, gate.url).replace(config_file.CALENDAR, calendar.url)
        (folder / "config.toml").write_text(text, encoding="utf-8")

    def configure(self, environment: Mapping[str, str]) -> None:
        where = {"SLIPWAY_DISCORD_API": self.discord.api, "SLIPWAY_DISCORD_GATEWAY": self.discord.gateway}
        plain = {
            "DISCORD_TOKEN": self.discord.token,
            "CRASH_DEADLINES": json.dumps(DEADLINES),
            "CRASH_DIED": str(self.died),
        }
        self.bot.configure(self.folder / "config.toml", {**plain, **where, **environment})

    def __getattr__(self, name: str) -> Person:
        """People by their keys: ``town.jieun``."""
        if name in {one.key for one in WORLD.people}:
            return self.discord.person(name)
        raise AttributeError(name)

    def fault(self, env: str, kind: str | None) -> None:
        """From now on the pretended platform misbehaves like this; None: it behaves again."""
        line = {"event": "fail", "kind": kind}
        with (self.folder / f"{env}.jsonl").open("a", encoding="utf-8") as world:
            world.write(json.dumps(line) + "\n")

    def heal(self, env: str) -> None:
        """What was begun so far turns out well."""
        path = self.folder / f"{env}.jsonl"
        well = [json.dumps({**line, "fail": None}) for line in self.effects(env, "begin", "stop", "abandon")]
        path.write_text("".join(f"{line}\n" for line in well), encoding="utf-8")

    def effects(self, env: str, *events: str) -> list[dict[str, Any]]:
        """The world's own log: the oracle."""
        path = self.folder / f"{env}.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["event"] in (events or ("begin",))]

    def cards(self) -> list[Seen]:
        return list(self.discord.messages("deploys"))

    def boards(self) -> list[Seen]:
        """What stands in the board's channel, without the notices that something was pinned."""
        return [one for one in self.discord.messages("board") if one.content]

    async def start(self) -> None:
        """The next life, up to its connection with Discord or to its end, whichever comes first."""
        identified = self.discord.identified
        end = self.lives.popleft() if self.lives else ""
        self.began += 1
        self.ends[self.began] = end
        self.bot.add(CRASH_AT=end, CRASH_SIGNAL=self.number.name, CRASH_LOG=str(self.trace(self.began)))
        await self.bot.start()
        life = self.began
        await self.discord.until(
            lambda: (self.discord.identified > identified and self._here) or self._over(life), PATIENCE
        )

    def trace(self, life: int) -> Path:
        return self.folder / f"points.{life}"

    def points(self, life: int) -> list[str]:
        """Every point that this life came by, as ``name#count``."""
        return self.trace(life).read_text("utf-8").split() if self.trace(life).exists() else []

    def came_by(self, name: str) -> bool:
        """Whether any life so far did."""
        every = (point for life in range(1, self.began + 1) for point in self.points(life))
        return any(point.startswith(f"{name}#") for point in every)

    @property
    def _here(self) -> bool:
        return self.discord.connected and bool(self.discord.state.commands)

    def _over(self, life: int) -> bool:
        return len(self.bot.ends) >= life

    async def keep(self) -> None:
        """Start again whatever died as it was told to; anything else that ends is a failure. Until cancelled."""
        while True:
            life = self.began
            await _whenever(self.discord, partial(self._over, life))
            ended = self.bot.ends[-1]
            expected = {signal.SIGKILL: -signal.SIGKILL, signal.SIGTERM: 0}[self.number]
            assert ended == expected, f"life {life} ended with {ended}:\n" + "\n".join(self.bot.lines)
            assert self.number is signal.SIGKILL or self._took() < GRACE, (
                f"life {life} took {self._took():.1f} s to end"
            )
            if self.while_dead:
                await self.while_dead.pop(0)()
            await self.start()

    def _took(self) -> float:
        """Seconds between the signal and the end."""
        return self.bot.ended_at - self.died.stat().st_mtime

    async def rest(self) -> None:
        """SIGTERM ends it within ten seconds; one that just died as it was told is started once more for that."""
        await self.bot.stop(GRACE)
        if self.bot.ends[-1] == -signal.SIGKILL and self.number is signal.SIGKILL and self.ended_itself(self.began):
            await self.start()
            await self.bot.stop(GRACE)
        assert self.bot.ends[-1] == 0, f"SIGTERM ended it with {self.bot.ends[-1]}"

    def ended_itself(self, life: int) -> bool:
        """It came by where it was told to end."""
        return bool(self.ends.get(life)) and self.ends[life] in self.points(life)

    # What people do

    async def present(self) -> None:
        await self.discord.until(lambda: self.bot.pid and self._here, PATIENCE)

    async def asked(self, press: Press) -> Answer:
        """Ask until an answer comes: an interaction that meets a dead or dying bot never gets one."""
        for _ in range(TRIES):
            await self.present()
            life = self.began
            sent = press()
            await self.discord.until(partial(self._no_more, sent, life), PATIENCE)
            if sent.filled:
                return await self.discord.answer(sent)
        raise AssertionError("asked too often, and never got an answer")

    def _no_more(self, sent: Interaction, life: int) -> bool:
        """Answered, or whoever would answer is dead."""
        return sent.filled or sent.failed or self._over(life)

    async def typed(self, who: Person, command: str, /, **given: str) -> Seen:
        answer = await self.asked(lambda: who.begin(command, **given))
        assert answer.message is not None
        return answer.message

    async def suggested(self, who: Person, command: str, option: str, **given: str) -> list[Any]:
        """What is offered while somebody types, asked again of the next life where one has just ended."""
        for _ in range(TRIES):
            await self.present()
            life = self.began
            try:
                return list(await who.autocomplete(command, option, "", **given))
            except NoAnswer:
                await self.discord.until(partial(self._over, life), PATIENCE)
        raise AssertionError(f"no suggestion for {option} in {TRIES} lives")

    async def clicked(self, who: Person, message: Seen, action: str) -> Answer | None:
        """Presses what does ``action`` until an answer comes. None: it was gone when it had to be pressed again."""
        wanted, first = button(message, action), True

        def press() -> Interaction:
            nonlocal first
            if first or self.offers(message, action):
                first = False
                return who.press(message, custom_id=wanted)
            raise Gone

        try:
            return await self.asked(press)
        except Gone:
            return None

    def offers(self, message: Seen, action: str) -> bool:
        return any(f":{action}:" in (one.custom_id or "") and not one.disabled for one in message.buttons)

    async def shows(self, message: Seen, *actions: str) -> None:
        """Until the message offers one of these."""
        await self.discord.until(lambda: any(self.offers(message, action) for action in actions), PATIENCE)

    async def order(self, who: Person, verb: str, env: str, **given: str) -> int:
        """Typed and confirmed, until the bot says so; the deploy's number."""
        plan = await self.typed(who, verb, service="app", env=env, **given)
        return await self.confirm(who, plan)

    async def confirm(self, who: Person, plan: Seen) -> int:
        unlocks = self.offers(plan, "unlock_deploy")  # after a rollback, for another version
        answer = await self.clicked(who, plan, "unlock_deploy" if unlocks else "confirm")
        said = answer.text if answer else "already confirmed"
        assert "Accepted" in said or "already confirmed" in said, said
        return self.confirmed()[-1]

    async def filled(self, who: Person, message: Seen, action: str, **given: str) -> Answer | None:
        """A button that opens a form, filled and sent until an answer comes. None: nothing is left to fill."""
        for _ in range(TRIES):
            if not self.offers(message, action):
                return None
            opened = await self.clicked(who, message, action)
            if opened is None or opened.modal is None:
                return None
            life = self.began
            try:
                return await who.submit(opened.modal, given, deadline=PATIENCE)
            except NoAnswer:
                assert self._over(life), "a living bot said nothing to a form"
                await self.present()
        raise AssertionError("filled the form too often")

    async def card_of(self, number: int) -> Seen:
        """The newest public card of a deploy."""
        mark = f"#{number}·"

        def found() -> Seen | None:
            mine = (one for one in reversed(self.cards()) if mark in footer(one) and "·card" in footer(one))
            return next(mine, None)

        return await self.discord.until(found, PATIENCE)

    async def asking(self, number: int) -> Seen:
        """The approval card, once it can be voted on."""
        card = await self.card_of(number)
        await self.discord.until(lambda: {"✅", "❌"} <= set(card.reactions), PATIENCE)
        return card

    async def verdict(self, number: int) -> str:
        """As the ledger has it, once it has one."""
        await self.come_true(lambda: self.deploy_row(number)["verdict"], f"#{number} gets no verdict")
        return str(self.deploy_row(number)["verdict"])

    async def phase(self, number: int, *wanted: str) -> None:
        await self.come_true(lambda: self.deploy_row(number)["phase"] in wanted, f"#{number} never gets {wanted}")

    async def come_true(self, condition: Callable[[], Any], otherwise: str) -> None:
        async def holds() -> bool:
            return bool(condition())

        await until(holds, PATIENCE, otherwise)

    # What the ledger says, read as a stranger would

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=10)) as db:
            db.row_factory = sqlite3.Row
            return db.execute(sql, values).fetchall()

    def write(self, sql: str) -> None:
        """Only while the bot is dead, and only what no audit row signs."""
        with closing(sqlite3.connect(self.ledger, timeout=10)) as db, db:
            db.execute(sql)

    def deploy_row(self, number: int) -> sqlite3.Row:
        return self.rows("SELECT * FROM deploys WHERE number = ?", number)[0]

    def confirmed(self) -> list[int]:
        found = self.rows("SELECT number FROM deploys WHERE confirmed_at IS NOT NULL ORDER BY number")
        return [row["number"] for row in found]

    async def quiet(self) -> None:
        """Every deploy has its verdict, and Discord shows all that must be shown."""
        await self.come_true(self._all_said, "something stays undecided or undrawn")

    def _all_said(self) -> bool:
        undecided = "SELECT 1 FROM deploys WHERE phase NOT IN ('planned', 'settled')"
        undrawn = (
            "SELECT 1 FROM cards JOIN deploys ON deploys.number = cards.deploy WHERE cards.closed_at IS NULL"
            " AND (message IS NULL OR (cards.kind = 'card' AND drawn < screen))"
        )
        unsaid = (
            "SELECT 1 FROM posts WHERE closed_at IS NULL AND (message IS NULL OR (drawn < screen AND kind <> 'board'))"
        )
        return not any(map(self.rows, (undecided, undrawn, unsaid)))


def footer(message: Seen) -> str:
    return message.embeds[0].footer or "" if message.embeds else ""


def button(message: Seen, *actions: str) -> str:
    """The custom id of the first button that does one of these."""
    for one in message.buttons:
        if (one.custom_id or "").split(":")[1:2] in [[action] for action in actions]:
            return str(one.custom_id)
    raise LookupError(f"no button to {actions} on {message!r}")


async def _whenever(discord: LocalDiscord, condition: Callable[[], bool]) -> None:
    """Like ``until``, without a deadline."""
    while not condition():
        await discord.state.changes.next(60)


@asynccontextmanager
async def town(
    folder: Path,
    nursery: Nursery,
    lives: Sequence[str] = (),
    number: signal.Signals = signal.SIGKILL,
    rules: Rules | None = None,
    write: Write = USUAL,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Town]:
    """Started, kept alive, and stopped by SIGTERM within ten seconds at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    imitation = LocalDiscord(WORLD, rules=rules or Rules(nonce_memory=45.0))
    async with imitation as discord, prometheus() as metrics, asked() as gate, ics.served(ALWAYS) as calendar:
        bot = Child(nursery, folder / "bot.log", discord.state.changes.tell)
        found = Town(folder, discord, metrics, gate, calendar, bot, write)
        found.lives, found.number = deque(lives), number
        found.configure(environment or {})
        try:
            await found.start()
            async with asyncio.TaskGroup() as group:
                keeper = group.create_task(found.keep(), name="keeper")
                yield found
                await found.present()
                keeper.cancel()
            await found.rest()
        except BaseException:
            print("\n".join(bot.lines))
            raise
        finally:
            await asyncio.shield(bot.kill())
