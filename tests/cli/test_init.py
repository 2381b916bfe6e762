"""``init`` writes a commented file that ``check`` accepts once the open places are filled; it never overwrites."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from adapters import load as kinds
from bot import config, redact
from bot.cli import init
from bot.errors import AdapterError
from bot.model import Target
from tests.cli.typing_at import typed
from tests.cli.workflows import BY_ACTION, NO_DEPLOY
from tests.config.files import ENVIRON, HOST_KEY

IDS = ("--guild", "1", "--deploys", "2", "--deployer", "3", "--approver", "4", "--oncall", "5")
AI_SERVER: dict[str, Any] = {
    "unit": "ai-server.service",
    "path": "/app/ai-server",
    "remote": "https://example.org/ai-server.git",
    "branch": "main",
    "sha": "a" * 40,
    "changed": 1,
    "untracked": ["chroma_db"],
    "env_files": ["/app/ai-server/.env"],
    "logs": ["/var/log/ai-server.log"],
    "requirements": True,
    "port": 8000,
}


class Pretended:
    """A host that shows a key, and applications to whoever pinned that key."""

    def __init__(self, *applications: dict[str, Any]) -> None:
        self._applications = list(applications)
        self.asked: list[tuple[str, str, int, str]] = []

    async def host_key(self, host: str, port: int) -> tuple[str, str]:
        if host == "away":
            raise AdapterError("ssh", "unreachable", retry=True, host=host, reason="timeout")
        return HOST_KEY, "SHA256:abc"

    async def applications(self, user: str, host: str, port: int, pinned: str, key: str) -> dict[str, Any]:
        assert pinned == HOST_KEY
        self.asked.append((user, host, port, key))
        return {"applications": self._applications}


def started(folder: Path, *words: str, host: Pretended | None = None, answers: str = "y\n") -> Result:
    there = host or Pretended(AI_SERVER)
    command = init.command(kinds, init.Discover(there.host_key, there.applications))
    return typed(command, "--config", folder / "config.toml", *words, answers=answers)


def workflow(folder: Path, text: str = BY_ACTION) -> str:
    path = folder / "cd.yml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_any_source_the_file_names_everything_that_is_left_to_do(tmp_path: Path) -> None:
    result = started(tmp_path)
    assert result.exit_code == 1
    assert '  discord.guild: "FILL IN" is not an id' in result.stdout
    assert "  services.my-service.env.prod.ssh.path: " in result.stdout


def test_a_workflow_fills_in_what_it_says(tmp_path: Path) -> None:
    result = started(tmp_path, "--from", workflow(tmp_path))
    file = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    service = file["services"]["dojangkok-ai"]
    assert service["health"]["url"] == "http://localhost:8000/health"
    assert (service["health"]["tries"], service["health"]["interval"], service["branch"]) == (7, "6s", "main")
    assert service["env"]["prod"]["ssh"]["key"] == "AI_SSH_KEY"
    assert "path" not in [line.split(":")[0].split(".")[-1].strip() for line in result.stdout.splitlines()]


def test_host_and_ids_make_a_file_that_check_accepts(tmp_path: Path) -> None:
    result = started(tmp_path, "--ssh", "ubuntu@host", *IDS)
    assert (result.exit_code, result.stdout.splitlines()[-1].endswith("good. Next: slipway doctor")) == (0, True)
    spec = config.load(tmp_path / "config.toml", kinds, ENVIRON).targets[Target("ai-server", "prod")]
    section = spec.section.model_dump()
    assert section["hosts"] == [{"host": "host", "port": 22, "user": "ubuntu", "host_key": HOST_KEY}]
    assert (section["path"], section["layout"]) == ("/app/ai-server", "in_place")
    assert section["shared"] == [".env", "chroma_db"]
    assert spec.policy.approve is not None


def test_workflow_and_host_together_make_one_file(tmp_path: Path) -> None:
    result = started(tmp_path, "--from", workflow(tmp_path), "--ssh", "ubuntu@host:2222", *IDS)
    text = (tmp_path / "config.toml").read_text(encoding="utf-8")
    assert "# - unit: the host says ai-server, the workflow dojangkok-ai; the host's is written here" in text
    assert "AI_SSH_KEY has no value" in result.stdout


def test_a_host_key_that_nobody_confirms_stops_before_the_login(tmp_path: Path) -> None:
    host = Pretended(AI_SERVER)
    result = started(tmp_path, "--ssh", "ubuntu@host", host=host, answers="n\n")
    assert (result.exit_code, host.asked, (tmp_path / "config.toml").exists()) == (1, [], False)
    assert "SHA256:abc" in result.stderr


def test_a_host_that_does_not_answer_is_said_with_a_remedy(tmp_path: Path) -> None:
    result = started(tmp_path, "--ssh", "ubuntu@away")
    assert result.stderr == "fail  away: away does not answer: timeout → check host and port, the firewall, and sshd\n"
    assert not (tmp_path / "config.toml").exists()


def test_several_units_ask_which_one_is_meant(tmp_path: Path) -> None:
    host = Pretended(AI_SERVER, {**AI_SERVER, "unit": "worker.service"})
    assert "Say --unit: ai-server.service, worker.service" in started(tmp_path, "--ssh", "u@host", host=host).stderr
    assert started(tmp_path, "--ssh", "u@host", "--unit", "worker", *IDS, host=host).exit_code == 0
    assert "[services.worker]" in (tmp_path / "config.toml").read_text(encoding="utf-8")


def test_a_host_without_a_git_tree_still_gives_its_address(tmp_path: Path) -> None:
    result = started(tmp_path, "--ssh", "ubuntu@host", host=Pretended())
    assert "No unit there works in a git tree" in result.stderr
    assert 'host = "host"' in (tmp_path / "config.toml").read_text(encoding="utf-8")


def test_a_file_that_is_there_is_never_overwritten_and_the_difference_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("mine = true\n", encoding="utf-8")
    result = started(tmp_path, "--from", workflow(tmp_path), *IDS)
    assert file.read_text(encoding="utf-8") == "mine = true\n"
    assert "-mine = true" in result.stdout
    assert "+[services.dojangkok-ai]" in result.stdout
    assert "  mine: unknown key" in result.stdout


def test_what_a_host_says_cannot_leave_its_quotes_or_its_comment(tmp_path: Path) -> None:
    evil = 'x"\n[discord]\nguild = "9"\n# \x7f \U0001f600'
    host = Pretended({**AI_SERVER, "branch": evil, "path": evil})
    started(tmp_path, "--ssh", "ubuntu@host", "--service", "safe", host=host)
    file = tomllib.loads((tmp_path / "config.toml").read_text(encoding="utf-8"))
    assert file["discord"]["guild"] == "FILL IN"
    assert file["services"]["safe"]["branch"] == evil


def test_a_workflow_that_does_not_deploy_is_refused(tmp_path: Path) -> None:
    result = started(tmp_path, "--from", workflow(tmp_path, NO_DEPLOY))
    assert (result.exit_code, "has no step that deploys over SSH" in result.stderr) == (1, True)


def test_a_name_that_is_none_is_a_mistake_of_usage(tmp_path: Path) -> None:
    assert started(tmp_path, "--service", "AI server").exit_code == 2


@pytest.mark.parametrize("login", ["host", "@host", "ubuntu@", "ubuntu@host:ssh"])
def test_a_login_in_another_form_is_refused(tmp_path: Path, login: str) -> None:
    assert "is not USER@HOST" in started(tmp_path, "--ssh", login).stderr


def test_a_key_file_is_read_masked_and_handed_over(tmp_path: Path) -> None:
    key, host = tmp_path / "id", Pretended(AI_SERVER)
    key.write_text("a private key of this test\n", encoding="utf-8")
    started(tmp_path, "--ssh", "ubuntu@host", "--key", str(key), host=host)
    assert host.asked == [("ubuntu", "host", 22, "a private key of this test\n")]
    assert "private key of this test" not in redact.clean("a private key of this test")


def test_without_any_key_it_says_how_to_give_one(tmp_path: Path) -> None:
    there = Pretended()
    command = init.command(kinds, init.Discover(there.host_key, there.applications))
    result = typed(command, "--config", tmp_path / "config.toml", "--ssh", "u@host", environ={"SSH_PRIVATE_KEY": ""})
    assert (result.exit_code, "Say --key FILE" in result.stderr) == (1, True)
