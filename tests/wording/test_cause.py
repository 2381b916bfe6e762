"""From a telling log line to its likely cause and a remedy that has texts."""

from __future__ import annotations

import pytest

from bot.wording import has, text
from bot.wording.catalogue import CATALOGUES, placeholders
from bot.wording.cause import CAUSES, CODES, cause

LINES = {
    "ModuleNotFoundError: No module named 'pypdf'": ("module_missing", {"module": "pypdf"}),
    "ImportError: cannot import name 'BaseModel' from 'pydantic'": ("import_failed", {"name": "BaseModel"}),
    "ERROR: No matching distribution found for torch==9.9": ("requirement_missing", {"package": "torch==9.9"}),
    "ERROR: ResolutionImpossible: for help visit": ("requirements_conflict", {}),
    "ERROR: Failed building wheel for chroma-hnswlib": ("build_failed", {"package": "chroma-hnswlib"}),
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES": ("hash_mismatch", {}),
    "[Errno 98] error while attempting to bind on address: address already in use": ("address_in_use", {}),
    "OSError: [Errno 28] No space left on device": ("no_space", {}),
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate": ("gpu_memory", {}),
    "Main process exited, code=killed, status=9/KILL": ("out_of_memory", {}),
    "OSError: [Errno 24] Too many open files": ("too_many_files", {}),
    "psycopg.OperationalError: connection to server at 10.0.0.2, port 5432 failed: Connection refused": (
        "database_refused",
        {},
    ),
    "FATAL: password authentication failed for user app": ("database_login", {}),
    "socket.gaierror: [Errno -2] Name or service not known": ("name_unresolved", {}),
    "httpx.ConnectError: [Errno 111] Connection refused": ("connection_refused", {}),
    "ssl.SSLCertVerificationError: certificate verify failed": ("certificate", {}),
    "KeyError: 'OPENAI_API_KEY'": ("variable_missing", {"name": "OPENAI_API_KEY"}),
    "ValidationError: 2 validation errors for Settings": ("setting_invalid", {"n": "2", "name": "Settings"}),
    "SyntaxError: invalid syntax": ("syntax", {}),
    "OSError: [Errno 8] Exec format error": ("exec_format", {}),
    "Main process exited, code=exited, status=203/EXEC": ("program_missing", {}),
    "code=exited, status=200/CHDIR": ("directory_missing", {}),
    "code=exited, status=217/USER": ("user_missing", {}),
    "PermissionError: [Errno 13] Permission denied: '/var/log/x'": ("permission", {}),
    "fatal: Could not read from remote repository.": ("git_access", {}),
    "FileNotFoundError: [Errno 2] No such file or directory: 'model.bin'": ("file_missing", {"file": "model.bin"}),
    "start request repeated too quickly": ("start_limit", {}),
}


@pytest.mark.parametrize("line", LINES)
def test_a_telling_line_names_its_cause(line: str) -> None:
    assert cause([line]) == LINES[line]


def test_every_cause_has_an_example_here() -> None:
    assert {code for code, _ in LINES.values()} == set(CODES)


def test_the_best_line_decides_though_a_later_one_is_plainer() -> None:
    log = ["INFO: started", "KeyError: 'DB_URL'", "ModuleNotFoundError: No module named 'x'"]
    assert cause(log) == ("variable_missing", {"name": "DB_URL"})


def test_nobody_guesses_where_nothing_is_known() -> None:
    assert cause(["INFO: Application startup complete", ""]) is None
    assert cause([]) is None


@pytest.mark.parametrize(("name", "pattern"), CAUSES)
def test_every_cause_is_said_with_a_remedy(name: str, pattern: str) -> None:
    for key in (f"cause.{name}", f"remedy.{name}"):
        assert has(key)
        for lang in CATALOGUES:
            assert all(f"(?P<{fact}>" in pattern for fact in placeholders(CATALOGUES[lang][key]))
            assert text(lang, key)
