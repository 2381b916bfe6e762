"""Before a lock ends its owner is told, once; afterwards the same message says how it ended."""

from __future__ import annotations

import asyncio

import pytest

from bot.cards import post_card, problems
from bot.errors import Refusal
from bot.ledger import audit, posts
from bot.ledger.rows import Post
from bot.model import Card, Language, Lock, Mentions, Person
from bot.nags import Nags
from tests.engine.life import STAGING, Life
from tests.engine.world import HANEUL, JIEUN, MINSU, STRANGER

HOUR, MINUTE = 3600.0, 60.0
MESSAGE = "9000"


def loop(life: Life) -> Nags:
    """A process, as it were: nothing is remembered but the rows."""
    return Nags(life.ledger, life.clock.now)


async def held(life: Life, for_: str | None = "1h", service: str | None = "app", env: str | None = "staging") -> Lock:
    return await life.locks.lock(service, env, JIEUN, "load test", for_)


async def said(life: Life) -> list[Post]:
    return await life.ledger.read(posts.standing, "lock_ending")


async def on_screen(life: Life) -> Post:
    """The one message, as Discord shows it now."""
    (post,) = await said(life)
    if post.message is None:
        await life.ledger.do(posts.sent, post.id, "channel", MESSAGE, post.screen, life.clock.now())
    else:
        await life.ledger.do(posts.drawn, post.id, post.screen)
    (post,) = await said(life)
    return post


def drawn(post: Post, lang: Language = "en", now: float = 0.0) -> Card:
    card = post_card(post.kind, post.payload, lang, now, Mentions(post.users, post.roles))
    assert problems(card) == []
    return card


@pytest.mark.parametrize(
    ("for_", "before"), [("8h", 15 * MINUTE), ("1h", 15 * MINUTE), ("20m", 5 * MINUTE), ("4s", 1.0)]
)
async def test_the_owner_is_told_a_quarter_of_an_hour_before_or_in_the_last_quarter_of_a_short_lock(
    life: Life, for_: str, before: float
) -> None:
    lock = await held(life, for_)
    assert lock.until is not None
    life.clock.wall = lock.until - before - 0.5
    assert await loop(life).look() == pytest.approx(0.5)
    assert await said(life) == []
    life.clock.wall = lock.until - before
    for _ in range(3):
        await loop(life).look()
    (post,) = await said(life)
    assert (post.users, post.roles, post.place) == ((JIEUN.id,), (), "deploys")


async def test_a_lock_without_an_end_is_never_nagged_about(life: Life) -> None:
    await held(life, None)
    life.clock.pass_(80 * 24 * HOUR)
    assert await loop(life).look() == 60
    assert await said(life) == []


@pytest.mark.parametrize(("lang", "every"), [("en", "all"), ("ko", "전체")])
@pytest.mark.parametrize(("service", "env"), [("app", "staging"), ("app", None), (None, "staging"), (None, None)])
async def test_the_message_says_what_is_covered_and_has_its_buttons(
    life: Life, service: str | None, env: str | None, lang: Language, every: str
) -> None:
    lock = await held(life, "1h", service, env)
    life.clock.pass_(45 * MINUTE)
    await loop(life).look()
    card = drawn((await said(life))[0], lang, life.clock.now())
    assert card.content.startswith(f"<@{JIEUN.id}> ")
    assert f"{service or every} · {env or every}" in card.content
    assert {"en": "15 min", "ko": "15분"}[lang] in card.content
    assert [(one.action, one.ref) for one in card.buttons] == [
        ("lock_extend", str(lock.id)),
        ("lock_release", str(lock.id)),
    ]


async def test_it_says_when_it_has_ended_and_its_buttons_go(life: Life) -> None:
    await held(life)
    life.clock.pass_(50 * MINUTE)
    await loop(life).look()
    await on_screen(life)
    life.clock.pass_(10 * MINUTE)
    await loop(life).look()
    (post,) = await said(life)
    assert post.drawn < post.screen, "the message is edited"
    for lang in ("en", "ko"):
        card = drawn(post, lang)
        assert card.buttons == ()
        assert {"en": "Lock ended", "ko": "배포 잠금 만료"}[lang] in card.content
    await on_screen(life)
    await loop(life).look()
    assert await said(life) == [], "and nothing more is drawn on it"


async def test_a_bot_that_was_away_says_nothing_about_a_lock_that_ended_meanwhile(life: Life) -> None:
    await held(life)
    life.clock.pass_(2 * HOUR)
    await loop(life).look()
    assert await said(life) == []


@pytest.mark.parametrize("who", [JIEUN, HANEUL], ids=["its owner", "on-call"])
async def test_the_lock_is_taken_away_by_the_button_of(life: Life, who: Person) -> None:
    lock = await held(life)
    life.clock.pass_(50 * MINUTE)
    await loop(life).look()
    await on_screen(life)
    await life.locks.release(lock.id, who, MESSAGE)
    await life.plan(STAGING)
    await loop(life).look()
    assert who.name in drawn((await said(life))[0]).content
    with pytest.raises(Refusal, match="no_such_lock"):
        await life.locks.release(lock.id, who, MESSAGE)


async def test_one_more_hour_is_told_and_nagged_about_again(life: Life) -> None:
    lock = await held(life)
    life.clock.pass_(50 * MINUTE)
    await loop(life).look()
    await on_screen(life)
    longer = await life.locks.extend(lock.id, HANEUL, MESSAGE)
    assert lock.until is not None
    assert longer.until == lock.until + HOUR
    await loop(life).look()
    assert "extended" in drawn((await said(life))[0]).content
    life.clock.pass_(HOUR)
    await loop(life).look()
    first, second = await said(life)
    assert (first.payload["ended"], second.payload["ended"]) == ("extended", "")
    rows = await life.ledger.read(audit.events, limit=50)
    assert [row.actor for row in rows if row.action == "lock_extended"] == [HANEUL.id]


@pytest.mark.parametrize("who", [MINSU, STRANGER], ids=lambda one: one.name)
async def test_somebody_elses_lock_is_neither_extended_nor_taken_away(life: Life, who: Person) -> None:
    lock = await held(life)
    life.clock.pass_(50 * MINUTE)
    await loop(life).look()
    await on_screen(life)
    for verb in (life.locks.extend, life.locks.release):
        with pytest.raises(Refusal, match="not_lock_owner"):
            await verb(lock.id, who, MESSAGE)
    assert await life.ledger.read(posts.standing, "lock_ending") != []


@pytest.mark.parametrize("message", [None, "1", MESSAGE], ids=["none", "another", "of another lock"])
async def test_a_forged_button_does_nothing(life: Life, message: str | None) -> None:
    lock = await held(life)
    life.clock.pass_(50 * MINUTE)
    await loop(life).look()
    await on_screen(life)
    wanted = lock.id + 1 if message == MESSAGE else lock.id
    for verb in (life.locks.extend, life.locks.release):
        with pytest.raises(Refusal, match="stale"):
            await verb(wanted, JIEUN, message)


async def test_a_lock_is_not_extended_beyond_the_longest_that_there_is(life: Life) -> None:
    lock = await held(life, "90d")
    life.clock.pass_(90 * 24 * HOUR - 600)
    await loop(life).look()
    await on_screen(life)
    life.clock.wall = lock.at + HOUR
    await life.locks.extend(lock.id, JIEUN, MESSAGE)
    with pytest.raises(Refusal, match="bad_duration"):
        await life.locks.extend(lock.id, JIEUN, MESSAGE)


async def test_a_new_lock_wakes_the_loop(life: Life) -> None:
    running = asyncio.create_task(loop(life).run())
    async with asyncio.timeout(5):
        while not life.ledger.on_commit[1:]:
            await asyncio.sleep(0.01)
        await held(life, "1s")
        life.clock.pass_(0.9)
        while not await said(life):
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
