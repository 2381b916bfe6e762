"""What docs/github says to write is taken as it stands: the workflow by its reader, the target by ``check``'s."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import adapters
from adapters.github import filling
from adapters.github.config import Config
from adapters.github.titles import titles
from adapters.github.workflow import check, read, warnings
from bot import config
from bot.model import Target
from tests.capabilities import ROOT

HEAD = """
[discord]
guild = "100000000000000001"
deploys = "100000000000000002"
[roles]
deployer = "100000000000000003"
"""
ENVIRON = {"DISCORD_TOKEN": "t" * 30, "GITHUB_TOKEN": "ghp_" + "a" * 36}


def written(page: str, kind: str) -> str:
    """The first block of that kind, as a reader copies it."""
    found = re.search(rf"```{kind}\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)
    assert found is not None
    return re.sub("^   ", "", found[1], flags=re.MULTILINE)


@pytest.mark.parametrize("page", ["github.md", "github.ko.md"])
def test_the_workflow_and_the_target_of_the_page_fit_each_other(page: str, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(HEAD + written(page, "toml"), encoding="utf-8")
    section = config.load(file, adapters.load, ENVIRON).targets[Target("llmops", "dev")].section
    assert isinstance(section, Config)
    workflow, known = read(written(page, "yaml")), {"env": "dev", "service": "llmops"}
    sent = filling.planned(section.inputs, section.rules, {**known, "version": "a" * 40, "sha": "a" * 40})
    assert check(workflow, filling.filled(sent, "abcd2345-7-1")) == []
    assert [one.code for one in warnings(workflow, section.inputs, "dev")] == []
    shown = titles(workflow.run_name, section.inputs, known)
    assert (shown.version, shown.attempt, shown.apart) == (True, True, True)
    assert set(section.deploy_jobs) <= set(workflow.jobs)
