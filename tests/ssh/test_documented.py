"""What docs/ssh tells an operator to install is what the adapter asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from adapters.ssh import codes, unitfiles

DOCS = Path(__file__).parents[2] / "docs" / "ssh"
CODE = Path(__file__).parents[2] / "adapters" / "ssh"


def _settings(text: str) -> list[str]:
    return [line for line in text.splitlines() if "=" in line and not line.startswith(("#", "Description"))]


def test_the_job_unit_of_the_docs_is_the_one_that_a_plan_shows() -> None:
    documented = (DOCS / "slipway-job@.service").read_text("utf-8")
    assert _settings(documented) == _settings(unitfiles.job_unit("ubuntu", "/home/ubuntu"))


@pytest.mark.parametrize("name", ["sudoers-unit", "sudoers-detached"])
def test_the_sudo_rules_name_whole_commands_and_no_wildcard(name: str) -> None:
    rules = "\n".join(line for line in (DOCS / name).read_text("utf-8").splitlines() if not line.startswith("#"))
    assert "*" not in rules
    for command in re.findall(r"/usr/bin/systemctl\s+([^\n,\\]*(?:\\,[^\n]*)?)", rules):
        assert re.fullmatch(r"(?:restart|stop|reset-failed) dojangkok-ai\.service|\^start .*\$", command.strip()), (
            command
        )


def test_every_code_that_is_said_has_a_text_s_name_and_every_name_is_said() -> None:
    files = [file for file in CODE.rglob("*.py") if file.name != "codes.py"]
    files.append(CODE.parent / "transports" / "ssh.py")
    source = "\n".join(file.read_text("utf-8") for file in files)
    said = set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', source))
    assert set(codes.CODES) <= said, set(codes.CODES) - said
    raised = set(re.findall(r'(?:Said|stop|warn|Failure|_error|\berror)\(\s*"([a-z_]+)"', source))
    assert raised <= set(codes.CODES), raised - set(codes.CODES)
