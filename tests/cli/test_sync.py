"""``sync``: says whether anything was written, and why not."""

from __future__ import annotations

from pathlib import Path

from adapters import load as kinds
from bot.cli import sync
from bot.config import Config
from bot.errors import ScreenError
from tests.cli.typing_at import file, typed


async def refused(config: Config) -> bool:
    raise ScreenError("forbidden", guild=config.discord.guild)


async def written(config: Config) -> bool:
    return True


async def same(config: Config) -> bool:
    return False


def test_what_discord_refuses_is_said_with_exit_code_1(tmp_path: Path) -> None:
    result = typed(sync.command(kinds, refused), "--config", file(tmp_path))
    assert (result.exit_code, result.stderr) == (1, "The commands were not written: forbidden guild='1'\n")


def test_written_commands_are_told_from_unchanged_ones(tmp_path: Path) -> None:
    said = [typed(sync.command(kinds, how), "--config", file(tmp_path)).stdout for how in (written, same)]
    assert said == ["The commands were written.\n", "Nothing to do: the commands stand already.\n"]
