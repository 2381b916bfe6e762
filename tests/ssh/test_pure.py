"""Parts of the adapter and of its program on the host that need no host."""

from __future__ import annotations

import json
import shlex
import socket
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.ssh import answers, doctor, telling, unitfiles
from adapters.ssh.before import Sudo, UnitFile
from adapters.ssh.config import Config
from adapters.ssh.program import program
from adapters.ssh.remote import masks, requirements, sockets
from adapters.ssh.remote.said import Said
from tests.capabilities import python38
from tests.ssh.test_config import PLAIN

TOKEN = "0123456789abcdef"


def _wanted(**files: str) -> requirements.Wanted:
    texts = {name.replace("_", "."): text.encode() for name, text in files.items()}
    return requirements.collect("requirements.txt", texts.get)


def test_the_key_of_an_environment_covers_every_file_that_is_included() -> None:
    one = _wanted(requirements_txt="-r base.txt\n-c limits.txt\nflask==3\n", base_txt="a==1", limits_txt="b<2")
    two = _wanted(requirements_txt="-r base.txt\n-c limits.txt\nflask==3\n", base_txt="a==1", limits_txt="b<3")
    assert one.reusable
    assert two.reusable
    assert one.digest != two.digest


@pytest.mark.parametrize("line", ["-e .", "--editable ./x", "./local", "../x", "/opt/x.whl", "pkg.whl", "pkg @ https://e.org/p.whl",
                                  "git+https://e.org/p", "https://e.org/p.zip", "pkg @ file:///opt/p"])  # fmt: skip
def test_what_may_change_under_the_same_words_is_never_reused(line: str) -> None:
    assert not _wanted(requirements_txt=f"flask==3\n{line}\n").reusable


FIXED = ("flask==3", "flask>=2 ; python_version>'3'", "a[b]==1 # https://e.org", "pkg==1 --hash=sha256:0",
         "pkg @ https://e.org/p.whl#sha256=" + "0" * 64)  # fmt: skip


@pytest.mark.parametrize("line", FIXED)
def test_what_names_a_release_or_a_hash_is_reused(line: str) -> None:
    assert _wanted(requirements_txt=f"{line}\n").reusable


def test_an_included_file_that_is_missing_or_outside_is_named() -> None:
    for name in ("base.txt", "../x.txt", "/etc/passwd"):
        with pytest.raises(Said) as said:
            _wanted(requirements_txt=f"-r {name}\n")
        assert said.value.code == "requirements_missing"


def test_files_that_include_each_other_end() -> None:
    assert _wanted(requirements_txt="-r b.txt\n", b_txt="-r requirements.txt\n-r b.txt\n").empty


def test_a_file_of_comments_and_options_wants_no_package() -> None:
    assert _wanted(requirements_txt="# nothing\n--index-url https://e.org\n\n").empty
    assert not _wanted(requirements_txt="flask\n").empty


def test_every_value_of_the_env_file_is_masked_in_each_way_of_quoting(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# note=notsecret1\nexport A=plainvalue1\nB='single value2'\nC=\"double value3\"\nD=with # comment4\nE=short\n"
    )
    values = masks.secrets([file, tmp_path / "missing"])
    line = "plainvalue1 single value2 double value3 short notsecret1"
    assert masks.mask(line, values) == "*** *** *** short notsecret1"


@given(
    st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=12), max_size=5),
    st.text(),
)
def test_no_value_is_left_whatever_stands_around_it(values: list[str], around: str) -> None:
    longest_first = sorted(values, key=len, reverse=True)
    said = masks.mask(around + "|".join(values) + around, longest_first)
    assert not any(value in said for value in values if "*" not in value)


def test_user_info_of_an_address_is_masked() -> None:
    assert masks.mask("fatal: https://x:ghp_token@github.com/a", []) == "fatal: https://***@github.com/a"


TRACE = [
    "Traceback (most recent call last):",
    '  File "app.py", line 3',
    "ModuleNotFoundError: No module named 'pypdf'",
    "ai.service: Main process exited, code=exited, status=1/FAILURE",
    "ai.service: Failed with result 'exit-code'.",
]


def test_an_exception_is_told_before_what_systemd_says_of_it() -> None:
    told = telling.best_first(TRACE)
    assert told[0] == "ModuleNotFoundError: No module named 'pypdf'"
    assert told[1:] == tuple(line for line in TRACE if line != told[0])
    assert telling.hopeless(TRACE)
    assert not telling.hopeless(["OSError: [Errno 98] Address already in use"])


def test_a_tool_s_error_line_is_told_before_its_talk() -> None:
    told = telling.best_first(["Looking in links", "ERROR: No matching distribution found for x", "[notice] a new pip"])
    assert told[0] == "ERROR: No matching distribution found for x"
    assert telling.best_first([]) == ()
    assert telling.best_first(["", "just talk"]) == ("just talk",)


@given(st.binary(max_size=300))
def test_no_bytes_of_a_host_break_the_parser(data: bytes) -> None:
    assert answers.envelope(data, TOKEN) is None
    answers.envelope(f"slipway1 {TOKEN} ".encode() + data, TOKEN)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_json_of_a_host_passes_for_a_look(data: object) -> None:
    assert answers.parsed(answers.Look, data) is None
    assert answers.parsed(answers.World, data) is None


def test_an_answer_without_our_token_is_nobody_s() -> None:
    line = f"slipway1 {TOKEN} " + json.dumps({"ok": {}, "now": 1.0}) + "\n"
    assert answers.envelope(line.encode(), TOKEN) is not None
    assert answers.envelope(line.encode(), "f" * 16) is None
    assert answers.envelope((line + line).encode(), TOKEN) is None


def test_the_program_is_the_same_bytes_every_time_and_only_modules_of_ours() -> None:
    names = zipfile.ZipFile(BytesIO(program().packed)).namelist()
    assert program().sha256 == program.__wrapped__().sha256
    assert names[0] == "__main__.py"
    assert "slipway_host/__main__.py" in names
    assert all(name.endswith(".py") for name in names)


@pytest.mark.needs("python3.8")
def test_the_program_runs_with_the_oldest_python_that_is_promised(tmp_path: Path) -> None:
    python = python38()
    assert python is not None
    home = tmp_path / "home"
    home.mkdir()
    store, launch = shlex.split(program().store())[1:], shlex.split(program().launch())[1:]
    subprocess.run([python, *store], input=program().packed, check=True, cwd=home)
    place = {
        "path": str(tmp_path), "unit": "x.service", "layout": "releases", "runner": "detached", "repository": "/x",
        "shared": [], "requirements": None, "keep": 5, "logs": [], "python": "python3", "drain": 0.0,
        "health": None,
    }  # fmt: skip
    asked = json.dumps({"place": place, "questions": [{"token": TOKEN, "verb": "versions"}]}).encode()
    said = subprocess.run([python, *launch], input=asked, capture_output=True, check=True, cwd=home)
    parsed = answers.envelope(said.stdout, TOKEN)
    assert parsed is not None
    assert parsed.ok == {"versions": []}


@pytest.mark.needs("python3.8")
def test_every_module_of_the_program_can_be_imported_by_that_python() -> None:
    folder = Path(__file__).parents[2] / "adapters" / "ssh"
    names = sorted(f"remote.{file.stem}" for file in (folder / "remote").glob("*.py") if file.stem != "__main__")
    code = "import sys, importlib; sys.dont_write_bytecode = True; sys.path.insert(0, sys.argv[1])\n"
    code += "for name in sys.argv[2:]: importlib.import_module(name)"
    subprocess.run([str(python38()), "-c", code, str(folder), *names], check=True)


def test_a_listening_socket_belongs_to_the_process_that_holds_it() -> None:
    import os
    import time

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert sockets.owner(port, [os.getpid()], 0.0) == "ours"
        assert sockets.owner(port, [os.getpid()], time.time() + 10) == "old"
        assert sockets.owner(port, [os.getpid()], time.time() + 10, os.getpid()) == "ours"  # a late note of the start
        assert sockets.owner(port, [os.getppid()], 0.0) == "foreign"
    assert sockets.owner(port, [os.getpid()], 0.0) == "nobody"


ADDRESSES = {
    "0100007F:1F40": True,  # 127.0.0.1:8000
    "00000000:1F40": True,  # 0.0.0.0
    "00000000000000000000000000000000:1F40": True,  # ::
    "00000000000000000000000001000000:1F40": True,  # ::1
    "0000000000000000FFFF00000100007F:1F40": True,  # ::ffff:127.0.0.1
    "0500000A:1F40": False,  # 10.0.0.5: another application may well have the same port there
    "0100007F:1F41": False,
}


@pytest.mark.parametrize(("local", "reached"), ADDRESSES.items())
def test_only_sockets_that_the_health_check_reaches_count(local: str, reached: bool) -> None:
    assert sockets.reaches(local, 8000) is reached


CONFIG = Config.model_validate(PLAIN)
APP = "/app/ai-server"


def _unit(works_in: str, argv: str) -> UnitFile:
    return UnitFile(load="loaded", works_in=works_in, program="", argv=argv, user="ubuntu", kill_mode="control-group")


UNITS = {
    f"{APP}/releases/old": (f"{APP}/releases/old/.venv/bin/python app.py", f"{APP}/current/.venv/bin/python app.py"),
    f"{APP}": (f"{APP}/venv/bin/uvicorn main:app --port 8000", f"{APP}/current/.venv/bin/uvicorn main:app --port 8000"),
    f"{APP}/": (f"/usr/bin/python3 {APP}/app.py", f"/usr/bin/python3 {APP}/current/app.py"),
    f"{APP}/current": (f"{APP}/venvs/abc/bin/gunicorn app", f"{APP}/current/.venv/bin/gunicorn app"),
}


@pytest.mark.parametrize(("works_in", "words"), UNITS.items(), ids=UNITS.keys())
def test_the_drop_in_leads_the_unit_through_current(works_in: str, words: tuple[str, str]) -> None:
    text = unitfiles.drop_in(_unit(works_in, words[0]), CONFIG)
    assert text == f"[Service]\nWorkingDirectory={APP}/current\nExecStart=\nExecStart={words[1]}\n"


def test_a_unit_that_follows_current_needs_no_drop_in() -> None:
    for words in (
        f"{APP}/current/.venv/bin/python app.py",
        "/usr/bin/python3 app.py",
        f"/usr/bin/x --env {APP}/shared/.env",
    ):
        assert unitfiles.drop_in(_unit(f"{APP}/current", words), CONFIG) is None
    assert unitfiles.drop_in(_unit(f"{APP}/current/src", "/usr/bin/python3 app.py"), CONFIG) is None


RIGHT = (
    "(root) NOPASSWD: /usr/bin/systemctl restart dojangkok-ai.service, /usr/bin/systemctl stop dojangkok-ai.service",
    r"(root) NOPASSWD: /usr/bin/systemctl ^start slipway-job@[a-z0-9-]{1\,40}[.]service$",
)
ROOT = (
    "(ALL : ALL) ALL",
    "(ALL) NOPASSWD: ALL",
    "(root) NOPASSWD: /usr/bin/systemctl",
    "(root) NOPASSWD: /usr/bin/systemctl restart *",
    "(root) NOPASSWD: /usr/bin/systemctl start slipway-job@*",
    "(root) NOPASSWD: /usr/bin/systemctl restart dojangkok-ai.service, /usr/bin/journalctl",
    "(root) NOPASSWD: /usr/bin/systemctl restart another.service",
)


class _Seen:
    """As much of a preflight as the question about sudo reads."""

    def __init__(self, rule: str) -> None:
        self.root = False
        self.sudo = Sudo(missing=[], rules=[rule])


@pytest.mark.parametrize("rule", RIGHT)
def test_the_documented_sudo_rules_are_enough_and_not_too_much(rule: str) -> None:
    assert doctor.too_much(_Seen(rule), CONFIG) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", ROOT)
def test_a_sudo_rule_that_gives_more_is_named(rule: str) -> None:
    assert doctor.too_much(_Seen(rule), CONFIG) == [rule]  # type: ignore[arg-type]
