"""What ``doctor`` prints of the identity on GitHub: who we are, what is missing, and what to do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from string import Formatter

import pytest

from adapters.github.codes import ERRORS
from bot.cli.doctor import identity
from bot.cli.doctor.remedies.identity import IDENTITY
from bot.cli.doctor.report import State
from playground.github import LocalGithub
from tests.config.files import changed, load
from tests.github.hubs import as_app, as_token, hub


@pytest.fixture
async def github() -> AsyncIterator[LocalGithub]:
    async with LocalGithub() as made:
        made.repository("acme/ai-server").commit("Begin")
        yield made


REPOSITORY = ("[services.ai-server]\n", '[services.ai-server]\nrepository = "acme/ai-server"\n')


async def printed(github: LocalGithub, folder: Path, token: str | None = None) -> list[tuple[State, str]]:
    async with hub(github, as_token(github, token)) as ours:
        return [(one.state, str(one)) async for one in identity.examine(ours, load(folder, changed(REPOSITORY)))]


async def test_a_good_token_is_named_with_what_is_left(github: LocalGithub, tmp_path: Path) -> None:
    lines = await printed(github, tmp_path)
    assert [text for state, text in lines if state is State.OK] == [
        "ok    github: GitHub knows the bot as slipway-bot",
        "ok    github: acme/ai-server can be read",
        "ok    github: 4997 of 5000 requests an hour are left (token)",
    ]
    assert [text[:50] for state, text in lines if state is State.WARN] == [
        "warn  github: a fine-grained token cannot read che"
    ]


async def test_a_permission_that_is_missing_is_named_with_its_remedy(github: LocalGithub, tmp_path: Path) -> None:
    lines = await printed(github, tmp_path, github.token(permissions={"contents": "read"}))
    (bad,) = [text for state, text in lines if state is State.FAIL]
    assert "GitHub refuses acme/ai-server actions/runs" in bad
    assert "actions=read" in bad


async def test_a_token_that_is_wrong_is_one_line(github: LocalGithub, tmp_path: Path) -> None:
    ((state, text),) = await printed(github, tmp_path, "github_pat_" + "x" * 40)
    assert (state, "does not take the credential: Bad credentials" in text) == (State.FAIL, True)


async def test_an_app_is_told_what_it_lacks(github: LocalGithub, tmp_path: Path) -> None:
    app = github.app(permissions={"actions": "read", "contents": "read", "checks": "read", "statuses": "read"})
    async with hub(github, as_app(github, app)) as ours:
        lines = [str(one) async for one in identity.examine(ours, load(tmp_path, changed(REPOSITORY)))]
    assert lines[0] == "ok    github: GitHub knows the bot as slipway[bot]"
    assert any("the App may not, at acme: actions=write, contents=write" in line for line in lines)


async def test_without_an_identity_nothing_is_printed(tmp_path: Path) -> None:
    assert [one async for one in identity.examine(None, load(tmp_path))] == []


@pytest.mark.parametrize("key", [key for key in IDENTITY if key.removeprefix("github.") in ERRORS])
def test_a_remedy_asks_only_for_facts_that_its_code_promises(key: str) -> None:
    asked = {name for part in IDENTITY[key] for _, name, _, _ in Formatter().parse(part) if name}
    assert asked <= set(ERRORS[key.removeprefix("github.")])
