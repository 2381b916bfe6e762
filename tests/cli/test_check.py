"""``check``: one line for each problem, exit code 1, nothing started."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import load as kinds
from bot.cli import check
from tests.cli.typing_at import file, typed
from tests.config.files import PROD, changed

COMMAND = check.command(kinds)


@pytest.mark.parametrize(
    ("swap", "line"),
    [
        (("guild =", "giuld ="), 'discord.giuld: unknown key; did you mean "guild"?'),
        (('"30m"', '"30x"'), f'{PROD}.policy.approve.expires: "30x" is not a duration; write 30s, 5m or 2h'),
        (
            ('deploy = ["deployer"]', 'deploy = ["deployr"]'),
            'services.ai-server.policy.deploy: role "deployr" is not in [roles]; did you mean "deployer"?',
        ),
        (
            ('chain = ["staging", "prod"]', 'chain = ["prod"]'),
            "services.ai-server.env.staging: stands neither in chain nor in side; add it to one of them",
        ),
        (
            ('{ roles = ["approver"] }', "{ count = 2 }"),
            f"{PROD}.policy.approve.groups[0]: nobody can meet this group; name roles, or set oncall = true",
        ),
    ],
)
def test_a_problem_is_one_line_and_exit_code_1(tmp_path: Path, swap: tuple[str, str], line: str) -> None:
    result = typed(COMMAND, "--config", file(tmp_path, changed(swap)))
    assert (result.exit_code, result.stderr, result.stdout) == (1, f"{line}\n", "")


def test_a_target_without_its_adapter_section_ends_with_exit_code_1(tmp_path: Path) -> None:
    text = changed() + '[services.web]\nchain = ["prod"]\n[services.web.policy]\ndeploy = []\n'
    result = typed(COMMAND, "--config", file(tmp_path, text + '[services.web.env.prod]\nadapter = "ssh"\n'))
    line = 'services.web.env.prod: adapter = "ssh" needs a section [services.web.env.prod.ssh]'
    assert (result.exit_code, result.stderr) == (1, f"{line}\n")


def test_a_short_secret_ends_with_exit_code_1_and_is_not_shown(tmp_path: Path) -> None:
    result = typed(
        COMMAND, "--config", file(tmp_path), environ={"DISCORD_TOKEN": "hunter2", "SSH_PRIVATE_KEY": "long enough"}
    )
    assert (result.exit_code, "hunter2" in result.output) == (1, False)
    assert result.stderr == "discord: secret DISCORD_TOKEN has only 7 characters; at least 8 are needed\n"


def test_a_file_that_is_not_there_ends_with_exit_code_1(tmp_path: Path) -> None:
    result = typed(COMMAND, "--config", tmp_path / "config.toml")
    assert (result.exit_code, "there is no such file" in result.stderr) == (1, True)


def test_a_wrong_option_is_a_mistake_of_usage() -> None:
    assert typed(COMMAND, "--exlpain").exit_code == 2


def test_a_good_file_is_said_to_be_good(tmp_path: Path) -> None:
    path = file(tmp_path)
    result = typed(COMMAND, "--config", path)
    assert (result.exit_code, result.stdout) == (0, f"{path}: good. 1 service, 2 targets.\n")


def test_nothing_is_written_by_a_check(tmp_path: Path) -> None:
    path = file(tmp_path)
    typed(COMMAND, "--config", path)
    assert list(tmp_path.iterdir()) == [path]


def test_explain_prints_each_value_and_where_it_came_from(tmp_path: Path) -> None:
    result = typed(COMMAND, "--config", file(tmp_path), "--explain", "ai-server/prod")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert ["policy.approve.expires", '"30m"', f"{PROD}.policy.approve.expires"] in rows
    assert ["policy.hold", '"5s"', "default"] in rows


def test_explain_of_an_unknown_target_ends_with_exit_code_1(tmp_path: Path) -> None:
    result = typed(COMMAND, "--config", file(tmp_path), "--explain", "ai-server/prd")
    assert (result.exit_code, 'did you mean "ai-server/prod"?' in result.stderr) == (1, True)
