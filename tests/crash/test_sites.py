"""A call site without a point fails: each way outside names where a process can die. A bad sample shows each check."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.crash import sites

Check = Callable[[ast.AST], Iterator[str]]

PRIVATE_ANSWERS = {"commands/answers.py", "commands/views.py"}
"""What one person asked to be shown: it is recorded nowhere, dies with the process, and is asked for again."""
TRANSPORTS = {"adapters/transports/ssh.py", "adapters/transports/pinned.py", "adapters/ssh/discover/__init__.py"}
"""The second looks at a host's key for ``slipway init``, before there is a bot."""
OPENING = {"bot/ledger/ledger.py", "bot/ledger/opening.py", "bot/ledger/backup.py"}
"""Founding a ledger and restoring one: no bot runs on it yet."""

BAD = {
    sites.screens_without_points: """
        async def send(self, card):
            self.at("screen.send.before")
            await self.screen.send("1", card, "nonce")
        """,
    sites.effects_without_points: """
        async def begin(core, site, attempt):
            await core.call("adapter.find", site.adapter.find(attempt), 3, "ssh")
            return await site.adapter.start(attempt)
        """,
    sites.doors_without_points: """
        class Link:
            def __init__(self, at):
                self._at = at
            async def call(self):
                self._at("ssh.x.before")
                return await self._run()
            async def _run(self):
                await self.connection.create_process("rm")
        """,
    sites.writes_beside_the_ledger: """
        def hurry(db):
            transact(db, deploys.sweep, 1.0)
        """,
}
ALSO_BAD = {
    sites.effects_without_points: """
        async def look(core, site, attempt):
            await core.call("adapter.check", site.adapter.start(attempt), 3, "ssh")
        """,
    sites.screens_without_points: """
        async def edit(self, card):
            await self.screen.edit("1", "2", card)
            self.at("screen.edit.before")
            self.at("screen.edit.sent")
        """,
}


def dedented(text: str) -> ast.Module:
    return ast.parse("if True:\n" + text)


def found(check: Check, *folders: str, but: set[str] | frozenset[str] = frozenset()) -> list[str]:
    return [f"{path} {line}" for path, tree in sites.modules(*folders) if str(path) not in but for line in check(tree)]


@pytest.mark.parametrize(("check", "text"), [*BAD.items(), *ALSO_BAD.items()])
def test_a_call_without_its_points_is_found(check: Check, text: str) -> None:
    assert len(list(check(dedented(text)))) == 1


def test_every_message_is_sent_between_its_points() -> None:
    assert found(sites.screens_without_points, "bot", "commands", but=PRIVATE_ANSWERS) == []


def test_every_effect_and_every_question_of_authority_is_a_named_call() -> None:
    assert found(sites.effects_without_points, "bot", "commands") == []


def test_every_way_to_a_platform_names_where_it_can_die() -> None:
    assert found(sites.doors_without_points, "adapters") == []


def test_every_commit_goes_through_the_ledgers_one_door() -> None:
    assert found(sites.writes_beside_the_ledger, "bot", "commands", "adapters", but=OPENING) == []


def test_only_the_transport_touches_the_sdk() -> None:
    assert {str(path) for path, tree in sites.modules("adapters") if sites.imports(tree, "asyncssh")} <= TRANSPORTS


def test_our_own_health_request_names_its_points() -> None:
    asked = [path for path, tree in sites.modules("bot/plan", "bot/engine") if "health.ask(" in ast.unparse(tree)]
    assert [str(path) for path in asked] == ["bot/plan/facts.py"]
    (tree,) = (tree for path, tree in sites.modules("bot") if path in asked)
    assert {"health.ask.before", "health.ask.answered"} <= set(sites.names(tree))
