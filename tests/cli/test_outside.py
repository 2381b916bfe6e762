"""``doctor`` and ``sync`` as a process of their own, against a local Discord and a pretended target."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.discord import LocalDiscord, RoleSpec, World
from tests.cli.test_main import ROOT

TARGET = """
[services.ai-server]
chain = ["prod"]
[services.ai-server.policy]
deploy = ["deployer"]
[services.ai-server.env.prod]
adapter = "dry_run"
[services.ai-server.env.prod.dry_run]
world = "{world}"
"""


@pytest.fixture
async def discord() -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(World(roles=(RoleSpec("deployer"), RoleSpec("oncall", mentionable=True)))) as running:
        yield running


@pytest.fixture
def file(tmp_path: Path, discord: LocalDiscord) -> Path:
    ids = discord.ids
    head = f'[discord]\nguild = "{ids["guild"]}"\ndeploys = "{ids["#deploys"]}"\n[web]\nlisten = "127.0.0.1:0"\n'
    roles = f'[roles]\ndeployer = "{ids["@deployer"]}"\noncall = "{ids["@oncall"]}"\n[oncall]\nrole = "oncall"\n'
    path = tmp_path / "config.toml"
    path.write_text(head + roles + TARGET.format(world=tmp_path / "world.json"), encoding="utf-8")
    (tmp_path / "data").mkdir()
    return path


async def slipway(discord: LocalDiscord, *words: str | Path, token: str = "") -> tuple[int, str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "SLIPWAY_"))}
    where = {"SLIPWAY_DISCORD_API": discord.api, "SLIPWAY_DISCORD_GATEWAY": discord.gateway}
    everything = {**environ, **where, "DISCORD_TOKEN": token or discord.token}
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "bot", *words)
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=everything, stdout=pipe, stderr=pipe)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_refused_token_is_a_line_with_a_remedy_and_no_traceback(discord: LocalDiscord, file: Path) -> None:
    code, out, err = await slipway(discord, "doctor", "--config", file, token="somebody-elses-token")
    assert (code, "Traceback" in out + err) == (1, False)
    assert "fail  discord: the token is refused" in out


async def test_sync_with_a_refused_token_says_so_without_traceback(discord: LocalDiscord, file: Path) -> None:
    code, out, err = await slipway(discord, "sync", "--config", file, token="somebody-elses-token")
    assert (code, "Traceback" in out + err) == (1, False)
    assert "The commands were not written" in err


async def test_sync_without_an_answer_says_so_without_traceback(discord: LocalDiscord, file: Path) -> None:
    await discord.offline()
    code, out, err = await slipway(discord, "sync", "--config", file)
    assert (code, "Traceback" in out + err) == (1, False)


async def test_doctor_misses_the_commands_until_sync_has_written_them(discord: LocalDiscord, file: Path) -> None:
    _, before, _ = await slipway(discord, "doctor", "--config", file)
    assert "warn  discord: the commands in Discord are not those of this version" in before
    code, said, err = await slipway(discord, "sync", "--config", file)
    assert (code, said) == (0, "The commands were written.\n"), err
    assert discord.commands != []
    code, after, err = await slipway(discord, "doctor", "--config", file)
    assert "ok    discord: the commands are those of this version" in after, err
    assert code == 0, after


async def test_neither_of_them_says_a_word_in_a_channel_or_opens_a_gateway(discord: LocalDiscord, file: Path) -> None:
    await slipway(discord, "sync", "--config", file)
    await slipway(discord, "doctor", "--config", file)
    assert (discord.messages("deploys"), discord.identified) == ([], 0)
