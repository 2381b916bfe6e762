"""What is asked of a host at one moment travels in one launch; each question is answered by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest

from adapters.ssh.adapter import Ssh
from adapters.ssh.answers import Nothing
from bot.errors import AdapterError
from bot.model import Change, Kind, Preflight, Running, Unreadable, Version
from tests.contract.beds import Killed, dies_at, order, running
from tests.ssh.conftest import Boot

pytestmark = pytest.mark.needs("systemd-host")

PYTHON = "/usr/bin/python3"
COUNTING = f'#!/bin/sh\ncase "$*" in *slipway_host*) echo >> /tmp/launches;; esac\nexec {PYTHON}.real "$@"\n'
GARBLING = f"""#!/bin/bash
case "$*" in *slipway_host*) {PYTHON}.real "$@" | sed -E 's/"sha": "[0-9a-f]+"/"sha": "1234567"/';;
*) exec {PYTHON}.real "$@";; esac
"""
HANGING = '#!/bin/sh\ncase "$*" in *ls-remote*) exec sleep 300;; esac\nexec /usr/bin/git.real "$@"\n'


async def every(*asked: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_one_question_that_fails_garbles_or_hangs_leaves_the_others_their_answers(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    assert isinstance(adapter, Ssh)
    seen = await running(adapter)

    refused, same = await every(adapter.resolve("no-such-branch"), adapter.running())
    assert isinstance(refused, AdapterError)
    assert (refused.code, same) == ("version_not_found", seen)

    broken, same = await every(adapter._host.ask("nonsense", Nothing, 30.0), adapter.running())
    assert isinstance(broken, AdapterError)
    assert (broken.code, broken.facts["call"], same) == ("host_failed", "nonsense", seen)

    bed.host.faults.impersonate(PYTHON, GARBLING)
    garbled, same = await every(adapter.resolve("main"), adapter.running())
    assert isinstance(garbled, AdapterError)
    assert (garbled.code, garbled.facts["call"], same) == ("garbled", "resolve", seen)
    bed.host.faults.restore(PYTHON)

    bed.host.faults.impersonate("/usr/bin/git", HANGING)
    resolving = asyncio.create_task(adapter.resolve("main"))
    async with asyncio.timeout(12):  # what is there is not waited for until the slow one's deadline
        assert await adapter.running() == seen
    assert not resolving.done()
    resolving.cancel()
    await every(resolving)
    bed.host.faults.restore("/usr/bin/git")
    assert await running(adapter) == seen
    await adapter.close()


async def test_questions_of_one_moment_are_one_launch_and_what_changes_something_travels_alone(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    wanted = await adapter.resolve(await bed.release())
    bed.host.faults.impersonate(PYTHON, COUNTING)
    before = await running(adapter)
    change = Change(Kind.DEPLOY, before.version, wanted)
    asked = adapter.resolve("main"), adapter.running(), adapter.preflight(change)  # type: ignore[attr-defined]
    found = await asyncio.gather(*asked)
    assert [type(one) for one in found] == [Version, Running, Preflight]
    assert await _launches(bed) == 2
    one = await order(adapter, wanted.id)
    many = await _launches(bed)
    ref, same = await asyncio.gather(adapter.start(one), adapter.running())
    assert await _launches(bed) == many + 2
    assert same
    assert ref
    await adapter.close()


async def _launches(bed: Any) -> int:
    return len((await bed.host.exec(["cat", "/tmp/launches"])).splitlines())


async def test_a_line_that_breaks_is_told_to_everybody_who_asked_each_by_their_own_question(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await running(adapter)
    bed.host.faults.impersonate("/usr/bin/git", HANGING)
    resolving = asyncio.create_task(adapter.resolve("main"))
    also = asyncio.create_task(adapter.resolve("main"))
    async with asyncio.timeout(12):
        await running(adapter)
    bed.host.faults.drop()
    for error in await every(resolving, also):
        assert isinstance(error, AdapterError)
        assert (error.code, error.facts["call"], error.retry) == ("lost", "resolve", True)
    await adapter.close()


async def test_a_bot_that_dies_at_a_point_of_one_question_dies_for_whoever_asks(boot: Boot) -> None:
    bed = await boot()
    for point in ("before", "sent", "answered"):
        dying = bed.adapter(dies_at(f"ssh.resolve.{point}"))
        seen = await every(dying.resolve("main"), dying.running())
        assert isinstance(seen[0], Killed), point
        assert isinstance(seen[1], Killed | Running | Unreadable), point
        await dying.close()
