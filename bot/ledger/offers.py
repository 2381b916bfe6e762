"""New versions that are offered in the channel: each is said once a target, and its message says what became of it."""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger import audit, codec, posts, versions
from bot.ledger.deploy_rows import select
from bot.ledger.rows import Post
from bot.ledger.ulid import ulid
from bot.model import Commits, Deploy, Target, Version

KIND = "version_ready"
READY = "ready"
REMEMBERED = 50  # deploys of the target among which its version is looked for


def make(
    db: Database, target: Target, version: Version, current: Version | None, commits: Commits | None, now: float
) -> bool:
    """False: it was offered before, or it is not new here. What was offered before it is replaced."""
    if not is_new(db, target, version):
        return False
    for post in _of(db, target):
        _change(db, post, {"state": "replaced", "by": version.label}, now)
    payload = {
        "state": READY,
        "ref": ulid(now),
        "service": target.service,
        "env": target.env,
        "version": version,
        "current": current.label if current else None,
        "commits": commits,
        "by": "",
        "deploy": None,
    }
    posts.add(db, KIND, now=now, payload=codec.plain(payload), topic=_topic(target, version))
    facts = {"to": version.label, "version": version}
    audit.append(
        db, actor="slipway", action="version_ready", now=now, service=target.service, env=target.env, facts=facts
    )
    return True


def refresh(db: Database, now: float) -> None:
    """Messages whose version somebody took, or that runs there by now; what is said for good is let go of."""
    for post in posts.standing(db, KIND):
        if post.payload["state"] != READY:
            if post.message is not None and post.drawn >= post.screen:
                posts.close(db, post.id, now)
            continue
        target, version = target_of(post), str(post.payload["version"]["id"])
        taken = _deploy_of(db, target, version)
        current = versions.current(db, target)
        if taken is not None:
            _change(db, post, {"state": "taken", "by": taken.requester_name, "deploy": taken.number}, now)
        elif current is not None and current.version.id == version:
            _change(db, post, {"state": "runs"}, now)


def standing(db: Database) -> bool:
    """Is there any message that may have to change?"""
    return bool(posts.standing(db, KIND))


def target_of(post: Post) -> Target:
    return Target(str(post.payload["service"]), str(post.payload["env"]))


def is_new(db: Database, target: Target, version: Version) -> bool:
    """A version that was offered, that ran here, or that somebody ordered, is no news, whatever became of it."""
    if posts.of_topic(db, _topic(target, version)) is not None:
        return False
    ran = any(known.version.id == version.id for known in versions.known(db, target))
    return not ran and _deploy_of(db, target, version.id) is None


def _deploy_of(db: Database, target: Target, version: str) -> Deploy | None:
    where = "service = ? AND env = ? AND confirmed_at IS NOT NULL"
    found = select(db, where, [target.service, target.env], "number DESC", REMEMBERED)
    return next((deploy for deploy in found if deploy.to.id == version), None)


def _of(db: Database, target: Target) -> list[Post]:
    return [post for post in posts.standing(db, KIND) if target_of(post) == target and post.payload["state"] == READY]


def _change(db: Database, post: Post, what: dict[str, object], now: float) -> None:
    """One that nobody was shown yet is taken back instead."""
    posts.update(db, post.id, {**post.payload, **what})
    if post.message is None and post.error is None and post.tries == 0:
        posts.close(db, post.id, now)


def _topic(target: Target, version: Version) -> str:
    return f"{KIND}:{target.key}:{version.id}"
