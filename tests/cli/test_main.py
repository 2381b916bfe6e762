"""``python -m bot`` as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.typing_at import file
from tests.config.files import ENVIRON, changed

ROOT = Path(__file__).parents[2]


def slipway(*words: str | Path, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "bot", *words]
    everything = {**clean, **(ENVIRON if environ is None else environ)}
    return subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, timeout=60, check=False)


def test_a_bad_file_ends_check_with_1_and_run_with_78_and_nothing_is_started(tmp_path: Path) -> None:
    path = file(tmp_path, changed(("guild =", "giuld =")))
    line = 'discord.giuld: unknown key; did you mean "guild"?\n'
    checked, run = slipway("check", "--config", path), slipway("run", "--config", path)
    assert (checked.returncode, checked.stderr) == (1, line)
    assert (run.returncode, run.stderr) == (78, line)
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_token_ends_run_with_78(tmp_path: Path) -> None:
    run = slipway("run", "--config", file(tmp_path), environ={"SSH_PRIVATE_KEY": "key-of-the-tests"})
    assert (run.returncode, "secret DISCORD_TOKEN has no value" in run.stderr) == (78, True)


LOADED = """
import sys
from bot.__main__ import main
main(["check", "--config", "config.example.toml"], standalone_mode=False)
import adapters
assert all(map(adapters.load, adapters.KINDS))
adapters.policies({}, (), None)
print([sdk for sdk in ("asyncssh", "github", "requests", "boto3", "botocore") if sdk in sys.modules])
"""


def test_the_example_is_good_and_checking_it_loads_no_sdk() -> None:
    everything = {**os.environ, **ENVIRON}
    command = [sys.executable, "-c", LOADED]
    done = subprocess.run(command, cwd=ROOT, env=everything, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.splitlines() == ["config.example.toml: good. 1 service, 3 targets.", "[]"], done.stderr


def test_a_command_that_does_not_exist_is_a_mistake_of_usage() -> None:
    assert slipway("deploy").returncode == 2
