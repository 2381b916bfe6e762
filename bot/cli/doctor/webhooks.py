"""The door for webhooks: its address, its secrets, and whether a hint can be about anything here."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence

from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.gates.outside import request
from bot.webhooks import github

WHERE, SNS = "webhooks", "/webhooks/sns"
LONG_ENOUGH = 20  # characters: whoever can guess it can wake the bot as often as they like
SECONDS = 3.0
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked there, not listened at


async def examine(config: Config) -> AsyncIterator[Line]:
    """Nothing where nobody calls."""
    if config.web.webhooks is None:
        return
    paths = [*([github.PATH] if config.web.github else []), *([SNS] if config.aws.topics else [])]
    yield await _listens(*config.web.webhooks, paths)
    for found in (_signed, _waiting):
        for one in found(config):
            yield one


def _signed(config: Config) -> Iterator[Line]:
    """By GitHub."""
    if not config.web.github:
        return
    new, *old = config.web.github
    yield line(_good(len(new.reveal()) >= LONG_ENOUGH), WHERE, "webhooks.secret", {"name": new.name})
    for one in old:
        key = "webhooks.same" if one.reveal() == new.reveal() else "webhooks.old"
        yield line(State.WARN, WHERE, key, {"name": one.name})
    named = sorted({spec.repository for spec in config.targets.values() if spec.repository})
    yield line(_good(bool(named)), WHERE, "webhooks.repositories", {"names": named})


def _waiting(config: Config) -> Iterator[Line]:
    """For the operator: nobody here confirms a subscription, and its token is shown nowhere."""
    from bot.webhooks.sns import Confirmations  # cryptography comes with it

    waiting = Confirmations(config.ledger.parent).waiting(config.aws.topics, time.time())
    for topic in config.aws.topics:
        path = waiting.get(topic)
        yield line(_good(path is None), WHERE, "webhooks.topic", {"topic": topic, "path": path})


async def _listens(host: str, port: int, paths: Sequence[str]) -> Line:
    """A question that our own door answers in its own way, and that counts as no forgery."""
    asked = ANYWHERE.get(host, host)
    url = f"http://{f'[{asked}]' if ':' in asked else asked}:{port}{paths[0]}"
    reply = await request("GET", url, seconds=SECONDS, limit=1000)
    facts = {"host": host, "port": port, "paths": " and ".join(paths)}
    if reply.code == "refused":
        return line(State.OK, WHERE, "webhooks.free", facts)
    ours = reply.status == 405 and reply.body.strip() == b"method"
    return line(_good(ours), WHERE, "webhooks.listen", facts)


def _good(good: bool) -> State:
    return State.OK if good else State.WARN
