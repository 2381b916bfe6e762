"""``doctor`` on the targets and on this machine; and the table of remedies, whole."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters import load as kinds
from adapters.dry_run.codes import CODES as DRY_RUN
from adapters.github import codes as github
from adapters.ssh.codes import DOCTOR, ERRORS, FINDINGS
from bot.cli import doctor
from bot.cli.doctor import here, targets
from bot.cli.doctor.remedies import CHECKS
from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.errors import AdapterError
from bot.model import Answer, HealthCheck, Nothing, Observation, Running, Target, Unreadable, Version
from tests.cli.typing_at import file, typed
from tests.config.files import ENVIRON, GOOD, changed, load

Found = Sequence[tuple[str, bool | None, Mapping[str, Any]]]
PROD = Target("ai-server", "prod")
RUNS = Running(Version("a" * 40, "aaaaaaa"), "socket")
HEALTHY = Answer(200, 12.0)


class Pretended:
    """Answers what it was given; an adapter as far as ``doctor`` asks."""

    def __init__(self, *, running: Observation = RUNS, answer: Answer = HEALTHY, found: Found | Exception = ()) -> None:
        self._running, self._answer, self._found = running, answer, found
        self.closed = False

    async def diagnose(self) -> Found:
        if isinstance(self._found, Exception):
            raise self._found
        return self._found

    async def running(self) -> Observation:
        return self._running

    async def probe(self, health: HealthCheck) -> Answer:
        return self._answer

    async def close(self) -> None:
        self.closed = True


async def examined(config: Config, adapter: Any) -> list[Line]:
    return [found async for found in targets.examine(config, {PROD: adapter})]


def bad(lines: Sequence[Line]) -> list[tuple[State, str]]:
    return [(found.state, found.text) for found in lines if found.state is not State.OK]


async def test_an_unreachable_host_is_one_line_and_nothing_more_is_asked(tmp_path: Path) -> None:
    adapter = Pretended(found=AdapterError("ssh", "unreachable", retry=True, host="h", reason="timeout"))
    (only,) = await examined(load(tmp_path), adapter)
    assert str(only) == (
        "fail  ai-server/prod: h does not answer: timeout → check host and port, the firewall, and sshd"
    )
    assert adapter.closed


async def test_a_changed_host_key_tells_to_look_at_the_console_first(tmp_path: Path) -> None:
    error = AdapterError("ssh", "host_key_changed", retry=False, host="h", fingerprint="SHA256:abc")
    (only,) = await examined(load(tmp_path), Pretended(found=error))
    assert "SHA256:abc" in only.text
    assert only.remedy.startswith("find out why on the host's console")


async def test_too_much_sudo_is_a_warning(tmp_path: Path) -> None:
    found = [("sudo_too_much", None, {"user": "ubuntu", "rule": "(root) NOPASSWD: /usr/bin/systemctl *"})]
    lines = await examined(load(tmp_path), Pretended(found=found))
    assert bad(lines) == [(State.WARN, "sudo of ubuntu allows more than needed: (root) NOPASSWD: /usr/bin/systemctl *")]


async def test_a_failing_health_check_is_a_failure_with_its_address(tmp_path: Path) -> None:
    lines = await examined(load(tmp_path), Pretended(answer=Answer(502, 3.0)))
    assert bad(lines) == [(State.FAIL, "the health check does not pass: HTTP 502, expected HTTP 200")]
    assert "http://localhost:8000/health" in lines[-1].remedy


async def test_a_health_answer_without_the_promised_version_is_a_failure(tmp_path: Path) -> None:
    config = load(tmp_path, changed(("[services.ai-server.ssh]", 'version = "/v"\n[services.ai-server.ssh]')))
    lines = await examined(config, Pretended())
    assert bad(lines) == [(State.FAIL, "the health answer names no version where health.version says")]


async def test_an_empty_target_is_a_warning_and_an_unreadable_one_a_failure(tmp_path: Path) -> None:
    config = load(tmp_path)
    empty = await examined(config, Pretended(running=Nothing()))
    unreadable = await examined(config, Pretended(running=Unreadable("systemd_unreadable", {"unit": "u"})))
    assert bad(empty) == [(State.WARN, "nothing runs there yet")]
    assert bad(unreadable) == [(State.FAIL, "systemctl show u answers nothing")]


async def test_one_broken_target_does_not_hide_the_next(tmp_path: Path) -> None:
    broken = Pretended(found=AdapterError("ssh", "lost", retry=True, host="h", call="look"))
    both: Mapping[Target, Any] = {Target("ai-server", "staging"): broken, PROD: Pretended()}
    lines = [found async for found in targets.examine(load(tmp_path), both)]
    assert [found.where for found in lines] == ["ai-server/staging", "ai-server/prod", "ai-server/prod"]


def test_what_a_host_says_cannot_move_the_cursor() -> None:
    said = line(State.FAIL, "x", "ssh.unreachable", {"host": "h", "reason": "\x1b[2Jgone\nok    x: fine"})
    assert "\x1b" not in str(said)
    assert "\n" not in str(said)


def test_a_code_that_is_not_in_the_table_is_shown_with_its_facts() -> None:
    assert str(line(State.FAIL, "x", "ssh.brand_new", {"host": "h"})).startswith("fail  x: brand_new host h → ")


OF_A_DISPATCH = {
    "input_invalid",
    "ref_moved",
    "version_not_sent",
    "restart_not_possible",
    "not_visible",
    "several_runs",
}
OF_A_RUN = {"run_gone", "foreign_run", "other_run", "too_big", "gone", "artifact_damaged"}
ON_GITHUB = {**github.ERRORS, **github.FINDINGS, **github.workflow.CODES}


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("ssh", {**ERRORS, **FINDINGS, **DOCTOR}),
        ("dry_run", {"world": DRY_RUN["world"]}),
        ("github", {code: facts for code, facts in ON_GITHUB.items() if code not in OF_A_DISPATCH | OF_A_RUN}),
    ],
)
def test_every_code_that_doctor_may_meet_has_words_that_use_only_its_facts(
    kind: str, codes: Mapping[str, tuple[str, ...]]
) -> None:
    orders = {"version_not_found", "bad_ref", "ambiguous_ref", "abandoned", "effect_changed"}
    for code, facts in codes.items():
        if code not in orders:
            check = CHECKS[f"{kind}.{code}"]
            for template in check:
                template.format_map(dict.fromkeys(facts, "fact"))


async def test_a_port_that_is_taken_is_a_warning(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = load(tmp_path, f'[web]\nlisten = "127.0.0.1:{port}"\n{GOOD}')
        lines = list(here.examine(config))
    assert (State.WARN, f"127.0.0.1:{port} is taken") in bad(lines)


def test_a_ledgers_folder_that_does_not_exist_is_a_failure(tmp_path: Path) -> None:
    (first, *_) = list(here.examine(load(tmp_path)))
    assert (first.state, first.text.endswith("cannot be written: it does not exist")) == (State.FAIL, True)


def test_a_ledger_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    ledger = tmp_path / "data" / "slipway.db"
    ledger.parent.mkdir()
    ledger.touch()
    ledger.chmod(0o644)
    assert (State.WARN, f"other users of this machine can read {ledger}") in bad(list(here.examine(load(tmp_path))))


def test_the_command_prints_every_line_and_ends_with_exit_code_1(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    broken = Pretended(answer=Answer(None, 0.0, "refused"))

    @asynccontextmanager
    async def build(config: Config) -> AsyncIterator[doctor.Reached]:
        pretended: Any = broken
        yield doctor.Reached(None, {PROD: pretended})

    async def synced(config: Config) -> bool:
        return True

    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}/api/v10"
    environ = {**ENVIRON, "SLIPWAY_DISCORD_API": address}
    result = typed(doctor.command(kinds, build, synced), "--config", file(tmp_path), environ=environ)
    assert result.exit_code == 1
    assert "fail  discord: the API does not answer" in result.stdout
    assert "fail  ai-server/prod: the health check does not pass: refused" in result.stdout
    assert result.stdout.splitlines()[-1] == "Not ready: something above failed."


@pytest.mark.parametrize(("said", "state"), [("qwen2.5-7b", State.OK), (None, State.WARN)])
async def test_a_model_key_is_looked_up_where_the_file_names_one(
    tmp_path: Path, said: str | None, state: State
) -> None:
    class Served(Pretended):
        async def model(self, key: str) -> str | None:
            return said

    assert not any("MODEL_ID" in one.text for one in await examined(load(tmp_path), Served()))
    prod = "[services.ai-server.env.prod]\n"
    config = load(tmp_path, changed((prod, f'[services.ai-server.env.prod.model]\nkey = "MODEL_ID"\n{prod}')))
    (found,) = (one for one in await examined(config, Served()) if "MODEL_ID" in one.text)
    assert found.state is state
