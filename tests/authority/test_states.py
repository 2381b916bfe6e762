"""The real engine against the reference model: every verb in every state of a deploy, by everybody.

The deploy is jieun's, to production, where one on-call vote approves. A refusal changes nothing; what was allowed
happens. ``make test`` asks one random person each time, ``make chaos`` everybody.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest

from bot.errors import Refusal
from bot.model import Choice, Deploy, Direction, Kind, Order, Person, Phase, Verdict, VoteSource
from tests.authority import model
from tests.engine.life import PROD, Life, lived
from tests.engine.world import DEV, HANEUL, JIEUN, LONG_AGO, MINSU, ONCALL, trouble

GLASS = "role-glass"
LISTS = {
    "deploy": frozenset({DEV}),
    "rollback": frozenset({DEV, ONCALL}),
    "oncall": frozenset({ONCALL}),
    "admin": model.NOBODY,
    "emergency": frozenset({GLASS}),
}
GROUP = model.Group(frozenset({ONCALL}), on_call=False, seats=1)
STATES = (
    *("planned", *model.BEFORE, "begun", "running", "verifying", "unknown", *model.OVER),
    *("expired_plan", "looked_long", "readable"),
)
UNKNOWN = ("unknown", "looked_long", "readable")
ORDERS = ("deploy", "restart", "rollback", "emergency")
VERBS = (*ORDERS, "cancel", "settle", "confirm", "approve", "reject")


def plain(state: str) -> str:
    """The state of the deploy's life behind a state with a time in it."""
    return "planned" if state == "expired_plan" else "unknown" if state in UNKNOWN else state


def everybody() -> list[Person]:
    """requester or not × roles × bot or not."""
    roles = (model.NOBODY, *(frozenset(some) for some in ({DEV}, {ONCALL}, {GLASS}, {DEV, ONCALL})))
    return [
        Person(one.id, one.name, some, bot=bot, joined=LONG_AGO)
        for one, some, bot in product((JIEUN, MINSU), roles, (False, True))
    ]


async def come_to(life: Life, state: str) -> Deploy:
    """jieun's deploy of b, brought to this state as it happens in life."""
    if plain(state) == "planned":
        planned = await life.plan(PROD)
        life.clock.pass_(700 if state == "expired_plan" else 0)
        return planned
    deploy = await life.order(PROD)
    return await _go_on(life, deploy, state)


async def _go_on(life: Life, deploy: Deploy, state: str) -> Deploy:
    if state == "confirmed":
        return deploy
    if state == "cancelled":
        return await life.engine.cancel(deploy.ulid, JIEUN)
    await life.until(deploy, Phase.AWAITING)
    if state == "awaiting":
        return await life.now(deploy)
    await life.react(deploy, HANEUL)
    if state == "hold":
        return await life.until(deploy, Phase.HOLD)
    return await _start(life, await life.until(deploy, Phase.STARTING), state)


async def _start(life: Life, deploy: Deploy, state: str) -> Deploy:
    if state == "starting":
        return deploy
    if state == "begun":
        life.platform.next["start"].append(trouble())
        await life.step(deploy)
        return await life.now(deploy)
    if state == "failed":
        life.platform.mode[Direction.FORWARD] = "fails"
    if plain(state) == "unknown":
        await life.until(deploy, Phase.RUNNING)
        life.platform.dead = True
        deploy = await life.until(deploy, Phase.UNKNOWN)
        life.clock.pass_(0 if state == "unknown" else 400)
        life.platform.dead = state != "readable"
        return deploy
    wanted = {"running": Phase.RUNNING, "verifying": Phase.VERIFYING}
    return await life.until(deploy, wanted[state]) if state in wanted else await life.settled(deploy)


async def ask(life: Life, deploy: Deploy, verb: str, who: Person) -> str:
    """Empty when it was allowed, else the refusal's code. What a plan finds wrong with a version is not asked here."""
    try:
        await _do(life, deploy, verb, who)
    except Refusal as refusal:
        content = verb == "rollback" and refusal.code == "no_rollback"
        return "" if content else refusal.code
    return ""


def plan(life: Life, verb: str, who: Person, letter: str) -> Awaitable[Deploy]:
    glass = verb == "emergency"
    kind = Kind.DEPLOY if glass else Kind(verb)
    wanted = letter if kind is Kind.DEPLOY else None
    return life.engine.propose(Order(kind, PROD, who.id, who.name, wanted, "x" * 20, emergency=glass), who)


def _do(life: Life, deploy: Deploy, verb: str, who: Person) -> Awaitable[object]:
    if verb in ORDERS:
        return plan(life, verb, who, "c")
    if verb in ("approve", "reject"):
        return life.press(deploy, who, Choice(verb))
    if verb == "settle":
        return life.engine.settle(deploy.ulid, who, "looked at it")
    return {"cancel": life.engine.cancel, "confirm": life.engine.confirm}[verb](deploy.ulid, who)


def should(state: str, verb: str, who: Person) -> str:
    """What the model says about it."""
    mine, life = who.id == JIEUN.id, plain(state)
    needed = model.ORDERS.get("deploy" if verb == "confirm" else verb, verb)
    if verb in ("approve", "reject"):
        return model.press(life, yes=verb == "approve", requester=mine, counts=_counts(who), bot=who.bot)
    allowed = model.may(needed, LISTS, who.roles, bot=who.bot, own=mine, on_call=False)
    if verb == "cancel":
        return model.cancel(life, allowed=allowed)
    if verb == "settle":
        long = state in ("looked_long", "readable")
        return model.settle(life, allowed=allowed, looked_long=long, readable=state == "readable")
    if verb == "confirm":
        return model.confirm(life, allowed=allowed, requester=mine, expired=state == "expired_plan")
    return model.order(verb, life, allowed=allowed)


def _counts(who: Person) -> bool:
    voter = model.Voter(who.id, who.id, yes=True, roles=who.roles, bot=who.bot)
    return bool(model.judge(model.Request(JIEUN.id, (GROUP,)), (voter,)).counted)


@asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Life]:
    """A life in which break-glass is named."""
    path.mkdir(exist_ok=True)
    async with lived(path) as life:
        life.policy(emergency=(GLASS,))
        yield life


@dataclass
class Stage:
    """Lives in one state, each used until something was allowed to change it."""

    folder: Path
    state: str
    made: int = 0

    @asynccontextmanager
    async def life(self) -> AsyncIterator[tuple[Life, Deploy]]:
        self.made += 1
        path = self.folder / f"{self.state}-{self.made}"
        async with opened(path) as life:
            yield life, await come_to(life, self.state)

    async def differences(self, asked: Sequence[tuple[str, Person]]) -> list[str]:
        wrong: list[str] = []
        left = list(asked)
        while left:
            async with self.life() as (life, deploy):
                wrong += await self._until_changed(life, deploy, left)
        return wrong

    async def _until_changed(self, life: Life, deploy: Deploy, left: list[tuple[str, Person]]) -> list[str]:
        """Asks until something was allowed; a refusal that changed something is a difference of its own."""
        wrong = []
        before = _fate(await life.now(deploy))
        while left:
            verb, who = left.pop()
            said, expected = await ask(life, deploy, verb, who), should(self.state, verb, who)
            told = f"{self.state}: {verb} by {who.id} {sorted(who.roles)} bot={who.bot}"
            if said != expected:
                wrong.append(f"{told}: the product says {said!r}, the model {expected!r}")
            if said in ("", "reachable"):
                break
            if _fate(await life.now(deploy)) != before:
                wrong.append(f"{told}: refused with {said!r}, and the deploy changed")
        return wrong


def _fate(deploy: Deploy) -> tuple[object, ...]:
    """What a refusal leaves as it is; that somebody tried is noted."""
    return deploy.phase, deploy.verdict, deploy.started_at, deploy.digest, deploy.stop_asked, deploy.ended_by


@pytest.mark.chaos
@pytest.mark.parametrize("state", STATES)
async def test_everybody_may_do_in_every_state_what_the_model_says(tmp_path: Path, state: str, scale: int) -> None:
    chance = random.Random(state)
    verbs = [verb for verb in VERBS if plain(state) != "planned" or verb not in ("approve", "reject")]
    people = everybody()
    asked = [(verb, who) for verb in verbs for who in (people if scale > 1 else chance.sample(people, 1))]
    assert await Stage(tmp_path, state).differences(asked) == []


async def test_a_vote_on_any_message_but_the_deploys_own_card_is_none(tmp_path: Path) -> None:
    async with lived(tmp_path) as life:
        deploy = await come_to(life, "awaiting")
        with pytest.raises(Refusal, match="stale"):
            await life.engine.vote("a-copy", "channel", HANEUL, Choice.APPROVE, VoteSource.BUTTON)
        assert not await life.engine.vote("a-copy", "channel", HANEUL, Choice.APPROVE, VoteSource.REACTION)
        await life.step(deploy)
        assert (await life.now(deploy)).phase is Phase.AWAITING


# Votes, from both sources, by members who are members still or no more

SOURCES = ("reaction", "button", "both", "taken_back")


async def outcome(life: Life, deploy: Deploy, who: Person, choice: Choice, source: str) -> str:
    """What one vote makes of a request, as the follower judges it."""
    life.guild.members[who.id] = who
    if source != "button":
        await life.react(deploy, who, choice)
    if source in ("button", "both"):
        with suppress(Refusal):
            await life.press(deploy, who, choice)
    if source == "taken_back":
        await life.unreact(deploy, who, choice)
    await life.step(deploy)
    now = await life.now(deploy)
    return {Phase.HOLD: "approved", Phase.AWAITING: "waiting"}.get(now.phase) or str(now.verdict)


@pytest.mark.chaos
async def test_every_single_vote_makes_of_a_request_what_the_model_says(tmp_path: Path, scale: int) -> None:
    every = [one for one in product(everybody(), Choice, SOURCES) if not (one[0].bot and one[2] == "button")]
    chosen = every if scale > 1 else random.Random(5).sample(every, 8)
    wrong = []
    for n, (who, choice, source) in enumerate(chosen):
        folder = tmp_path / str(n)
        folder.mkdir()
        async with lived(folder) as life:
            said = await outcome(life, await come_to(life, "awaiting"), who, choice, source)
        voter = model.Voter(who.id, who.id, choice is Choice.APPROVE, who.roles, bot=who.bot)
        cast = () if source == "taken_back" else (voter,)
        expected = model.judge(model.Request(JIEUN.id, (GROUP,)), cast).outcome
        if said != expected:
            wrong.append(f"{who.id} {sorted(who.roles)} bot={who.bot} {choice} by {source}: {said}, not {expected}")
    assert wrong == []


# Who comes second


@pytest.mark.chaos
async def test_only_a_rollback_or_break_glass_displaces_and_only_what_has_no_intent(tmp_path: Path, scale: int) -> None:
    """minsu's plan was drawn while the target was free; he confirms it when jieun's deploy has come to some state."""
    every = list(product(ORDERS, STATES[1:8]))
    for kind, state in every if scale > 1 else random.Random(6).sample(every, 4):
        async with opened(tmp_path / f"{kind}-{state}") as life:
            said, verdict = await _second(life, kind, state)
        if model.displaces(kind, state):
            assert (said, verdict) == ("", Verdict.SUPERSEDED), (kind, state)
        else:
            assert said in ("target_busy", "plan_changed"), (kind, state)
            assert verdict is None, (kind, state)


async def _second(life: Life, kind: str, state: str) -> tuple[str, Verdict | None]:
    """(what minsu is told, the verdict of jieun's deploy then)"""
    await _twice_deployed(life)
    minsu = replace(MINSU, roles=frozenset({DEV, GLASS}))
    mine = await plan(life, kind, minsu, "d")
    deploy = await life.order(PROD, wanted="e")
    deploy = await _go_on(life, deploy, state)
    said = await ask(life, mine, "confirm", minsu)
    return said, (await life.now(deploy)).verdict


async def _twice_deployed(life: Life) -> None:
    """Two verified versions, so that there is something to go back to."""
    for letter in ("b", "c"):
        deploy = await life.order(PROD, wanted=letter)
        await life.until(deploy, Phase.AWAITING)
        await life.react(deploy, HANEUL)
        assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
        life.guild.standing[Choice.APPROVE].clear()
