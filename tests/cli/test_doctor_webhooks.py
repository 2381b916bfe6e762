"""``doctor`` on the door for webhooks: who listens there, and how good the secrets are."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from bot.cli.doctor import webhooks
from bot.config import Config
from bot.config.config import Aws
from bot.webhooks.sns import Confirmations
from tests.config.files import ENVIRON, GOOD, load
from tests.gates.asked import asked
from tests.life.house import _free
from tests.webhooks.deliveries import posted
from tests.webhooks.signing import TOKEN, TOPIC
from tests.webhooks.topics import topic

LONG = "0123456789abcdef0123456789abcdef"


def config(folder: Path, port: int, **secrets: str) -> Config:
    text = GOOD.replace('chain = ["staging", "prod"]', 'repository = "org/app"\nchain = ["staging", "prod"]')
    text += f'\n[web]\nwebhooks = "127.0.0.1:{port}"\n'
    return load(folder, text, {**ENVIRON, "GITHUB_WEBHOOK_SECRET": LONG, **secrets})


async def told(found: Config) -> list[str]:
    return [str(line) async for line in webhooks.examine(found)]


async def test_without_webhooks_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert await told(load(tmp_path)) == []


async def test_a_free_port_and_a_good_secret_are_in_order(tmp_path: Path) -> None:
    port = _free()
    assert await told(config(tmp_path, port)) == [
        f"ok    webhooks: 127.0.0.1:{port} is free for /webhooks/github",
        "ok    webhooks: GITHUB_WEBHOOK_SECRET is long enough",
        "ok    webhooks: webhooks count for org/app",
    ]


async def test_the_running_bot_is_recognised_and_not_alarmed(tmp_path: Path) -> None:
    async with posted(tmp_path) as post:
        assert (await told(config(tmp_path, post.port)))[0].startswith("ok    webhooks: the running bot listens")
        assert await post.audited() == []


async def test_a_stranger_on_the_port_is_a_warning(tmp_path: Path) -> None:
    async with asked() as server:
        line = (await told(config(tmp_path, int(server.url.rpartition(":")[2]))))[0]
    assert line.startswith("warn  webhooks: 127.0.0.1:")
    assert "is taken by something else than Slipway → stop what listens there" in line


async def test_a_short_secret_and_one_that_is_left_over_are_warnings_and_never_shown(tmp_path: Path) -> None:
    short = await told(config(tmp_path, 1, GITHUB_WEBHOOK_SECRET="short one"))
    assert short[1].startswith("warn  webhooks: GITHUB_WEBHOOK_SECRET is short enough to be guessed")
    left = await told(config(tmp_path, 1, GITHUB_WEBHOOK_SECRET_OLD="the older one of the two"))
    assert left[2].startswith("warn  webhooks: GITHUB_WEBHOOK_SECRET_OLD is accepted too")
    same = await told(config(tmp_path, 1, GITHUB_WEBHOOK_SECRET_OLD=LONG))
    assert same[2].startswith("warn  webhooks: GITHUB_WEBHOOK_SECRET_OLD is the same as the new one")
    assert not [
        line for line in (*short, *left, *same) if "short one" in line or "older one of" in line or LONG in line
    ]


async def test_hints_that_can_be_about_nothing_are_a_warning(tmp_path: Path) -> None:
    found = config(tmp_path, 1)
    bare = replace(found, targets={one: replace(spec, repository=None) for one, spec in found.targets.items()})
    assert (await told(bare))[-1].startswith("warn  webhooks: no service names its repository")


def on_sns(folder: Path, port: int) -> Config:
    return replace(config(folder, port), aws=Aws(topics=(TOPIC,)))


async def test_a_subscription_that_waits_is_told_with_its_command_and_without_its_token(tmp_path: Path) -> None:
    found = on_sns(tmp_path, 1)
    assert (await told(found))[-1] == f"ok    webhooks: {TOPIC} may speak, and asks nothing of you"
    kept = Confirmations(found.ledger.parent)
    kept.folder.mkdir(exist_ok=True)
    kept.keep(TOPIC, TOKEN)
    line = (await told(found))[-1]
    assert line.startswith(f"warn  webhooks: {TOPIC} asks to be confirmed")
    assert line.endswith(f"→ aws sns confirm-subscription --cli-input-json file://{kept.path(TOPIC)}")
    assert TOKEN not in line
    os.utime(kept.path(TOPIC), (0, 0))  # SNS takes it no more
    assert (await told(found))[-1].startswith("ok")


async def test_the_running_bot_is_recognised_by_the_path_of_sns_too(tmp_path: Path) -> None:
    async with topic(tmp_path) as sns:
        found = on_sns(tmp_path, sns.port)
        alone = replace(found, web=replace(found.web, github=()))
        assert (await told(alone))[0].startswith("ok    webhooks: the running bot listens")
        assert await sns.audited() == []
    assert "is free for /webhooks/github and /webhooks/sns" in (await told(on_sns(tmp_path, sns.port)))[0]
