"""A new head of a service's branch is offered once, and its message says what became of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.announce import EVERY, Announce
from bot.cards import post_card, problems
from bot.errors import Refusal
from bot.ledger import audit, posts
from bot.ledger.rows import Post
from bot.model import Card, Commit, Commits, Direction, Kind, Language, Mentions, Verdict, Version
from bot.ports import Site
from tests.engine.life import STAGING, Life, lived
from tests.engine.world import ELSE, JIEUN, NEW, OLD, STRANGER, Platform, trouble

MESSAGE = "9000"
HOSTILE = "@everyone [x](https://evil.example) `rm` \u202e <@&1>"


@dataclass
class Branch(Platform):
    """Somewhere with a branch ``main``, of which it knows the commits."""

    head: Version = OLD
    brings: Commits | None = None
    asked: list[str] = field(default_factory=list)

    async def resolve(self, wanted: str) -> Version:
        self.asked.append(wanted)
        found = await super().resolve(wanted)
        return replace(self.head, ref="main") if wanted == "main" else found

    async def commits(self, before: Version, to: Version) -> Commits:
        if self.brings is None:
            raise trouble("garbled")
        return self.brings


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with lived(tmp_path, lambda spec: replace(spec, branch="main", repository="org/app")) as found:
        found.platform = Branch(found.clock)
        found.restart()
        yield found


def platform(life: Life) -> Branch:
    assert isinstance(life.platform, Branch)
    return life.platform


def loop(life: Life) -> Announce:
    """A process, as it were: nothing is remembered but the rows."""
    sites = {target: Site(spec, life.platform) for target, spec in life.specs.items()}
    return Announce(life.ledger, sites, [STAGING], life.clock.now, life.clock.monotonic)


async def said(life: Life) -> list[Post]:
    return await life.ledger.read(posts.standing, "version_ready")


async def on_screen(life: Life, post: Post, message: str = MESSAGE) -> None:
    """Discord shows it as it is now."""
    if post.message is None:
        await life.ledger.do(posts.sent, post.id, "channel", message, post.screen, life.clock.now())
    else:
        await life.ledger.do(posts.drawn, post.id, post.screen)


def drawn(post: Post, lang: Language = "en") -> Card:
    card = post_card(post.kind, post.payload, lang, 0.0, Mentions(post.users, post.roles))
    assert problems(card) == []
    return card


async def offered(life: Life, version: Version = NEW) -> Post:
    """A new head, and its message on the screen."""
    platform(life).head = version
    await loop(life).look()
    post = (await said(life))[-1]
    await on_screen(life, post, f"{MESSAGE}{post.id}")
    return (await said(life))[-1]


async def test_a_new_head_is_offered_once_however_often_somebody_looks(life: Life) -> None:
    platform(life).head = NEW
    for _ in range(3):
        await loop(life).look()
    (post,) = await said(life)
    assert (post.place, post.users, post.roles) == ("deploys", (), ())
    rows = await life.ledger.read(audit.events, limit=100)
    assert [row.action for row in rows].count("version_ready") == 1


@pytest.mark.parametrize(
    ("lang", "title", "label"),
    [("en", "New version ready", "Deploy to staging"), ("ko", "새 버전 준비됨", "staging 환경에 배포")],
)
async def test_it_says_what_runs_and_what_comes_and_strangers_words_are_inert(
    life: Life, lang: Language, title: str, label: str
) -> None:
    items = tuple(Commit(f"{n}" * 40, author=HOSTILE, subject=HOSTILE, at=0.0) for n in range(7))
    platform(life).brings = Commits(9, items)
    card = drawn(await offered(life), lang)
    assert title in card.content
    assert all(part in card.content for part in ("app · staging", NEW.label, "main"))
    shown = "\n".join(card.lines)
    assert OLD.label in shown
    assert {"en": "… 4 more", "ko": "… 외 4개"}[lang] in shown
    assert not [bad for bad in ("@everyone", "\u202e", "<@&1>") if bad in shown]
    assert "\\[x](https:∕∕" in shown, "an author's name is no link"
    assert shown.replace("\\`", "").count("`") == 5 * 4, "a subject does not get out of its code"
    assert [(one.action, one.label) for one in card.buttons] == [("offer_plan", label)]


async def test_what_runs_already_is_no_news(life: Life) -> None:
    await loop(life).look()
    assert await said(life) == []


async def test_what_ran_here_before_is_no_news_not_even_after_a_rollback(life: Life) -> None:
    await life.deployed("b")
    await life.settled(await life.order(kind=Kind.ROLLBACK))
    platform(life).head = NEW
    await loop(life).look()
    assert await said(life) == []


async def test_what_somebody_ordered_and_what_failed_is_no_news(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "fails"
    deploy = await life.order(wanted="b")
    platform(life).head = NEW
    await loop(life).look()
    assert await said(life) == []
    assert (await life.settled(deploy)).verdict is Verdict.FAILED
    await loop(life).look()
    assert await said(life) == []


async def test_a_newer_head_replaces_the_message_and_takes_its_button(life: Life) -> None:
    first = await offered(life, NEW)
    await offered(life, ELSE)
    old, new = await said(life)
    assert (old.id, old.payload["state"], new.payload["state"]) == (first.id, "replaced", "ready")
    assert old.drawn < old.screen, "the message is edited"
    for lang in ("en", "ko"):
        assert drawn(old, lang).buttons == ()
        assert ELSE.label in drawn(old, lang).content
    await on_screen(life, old)
    await loop(life).look()
    assert [post.id for post in await said(life)] == [new.id], "and nothing more is drawn on it"


async def test_a_head_that_nobody_was_shown_yet_is_taken_back(life: Life) -> None:
    platform(life).head = NEW
    await loop(life).look()
    platform(life).head = ELSE
    await loop(life).look()
    (post,) = await said(life)
    assert post.payload["version"]["id"] == ELSE.id
    assert [one.payload["version"]["id"] for one in await life.ledger.read(posts.wanted)] == [ELSE.id]


async def test_the_button_is_the_deploy_that_it_shows_for_whoever_presses(life: Life) -> None:
    post = await offered(life)
    platform(life).head = ELSE  # and nobody looked yet
    order = await loop(life).order(post.payload["ref"], JIEUN, message=post.message)
    assert (order.kind, order.target, order.requester, order.wanted) == (Kind.DEPLOY, STAGING, JIEUN.id, NEW.id)
    planned = await life.engine.propose(order, JIEUN)
    assert planned.to.id == NEW.id
    stranger = await loop(life).order(post.payload["ref"], STRANGER, message=post.message)
    with pytest.raises(Refusal, match="role"):
        await life.engine.propose(stranger, STRANGER)


async def test_a_button_on_another_message_or_without_one_leads_nowhere(life: Life) -> None:
    post = await offered(life)
    for ref, message in ((post.payload["ref"], None), (post.payload["ref"], "1"), ("other", post.message)):
        with pytest.raises(Refusal, match="stale"):
            await loop(life).order(ref, JIEUN, message=message)


async def test_when_somebody_deploys_it_the_message_says_who_and_its_button_leads_nowhere(life: Life) -> None:
    post = await offered(life)
    deploy = await life.order(wanted="b")
    await loop(life).look()
    (taken,) = await said(life)
    assert (taken.payload["state"], taken.payload["deploy"]) == ("taken", deploy.number)
    for lang in ("en", "ko"):
        assert drawn(taken, lang).buttons == ()
        assert "jieun" in drawn(taken, lang).content
    with pytest.raises(Refusal, match="stale"):
        await loop(life).order(post.payload["ref"], JIEUN, message=post.message)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    await loop(life).look()
    assert len(await said(life)) == 1


async def test_a_branch_is_read_once_a_minute_and_at_once_when_somebody_pushed_to_it(life: Life) -> None:
    it = loop(life)
    assert await it.look() == pytest.approx(EVERY)
    life.clock.pass_(EVERY / 2)
    it.hear("org/app", "other")
    it.hear("org/other", "main")
    it.hear("org/app", None)
    assert await it.look() == pytest.approx(EVERY / 2)
    assert platform(life).asked == ["main"]
    it.hear("Org/App", "main")
    assert await it.look() == pytest.approx(EVERY)
    assert platform(life).asked == ["main"] * 2


async def test_a_branch_that_cannot_be_read_is_said_once_and_read_again(
    life: Life, logged: list[dict[str, object]]
) -> None:
    it = loop(life)
    life.platform.dead = True
    for _ in range(3):
        assert await it.look() == pytest.approx(EVERY)
        life.clock.pass_(EVERY)
    assert [line["event"] for line in logged].count("branch_not_read") == 1
    life.platform.dead = False
    platform(life).head = NEW
    await it.look()
    assert len(await said(life)) == 1


async def test_without_the_line_in_the_file_no_branch_is_read_and_old_messages_still_end(life: Life) -> None:
    await offered(life)
    asked = len(platform(life).asked)
    it = Announce(life.ledger, {}, [], life.clock.now, life.clock.monotonic)
    it.hear("org/app", "main")
    assert await it.look() == EVERY
    await life.order(wanted="b")
    await it.look()
    assert (await said(life))[0].payload["state"] == "taken"
    assert platform(life).asked.count("main") == asked
