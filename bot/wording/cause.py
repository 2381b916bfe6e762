"""What a telling log line most likely means: texts ``cause.<code>`` and ``remedy.<code>``."""

from __future__ import annotations

import re
from collections.abc import Sequence

DOWN = r"(?:connection refused|could not connect|can't connect)"
STORE = r"(?:postgres|psycopg|mysql|redis|mongo|database|:5432|:3306|:6379|:27017)"
LOST = r"name or service not known|temporary failure in name resolution|getaddrinfo|could not resolve host"

# From the most particular to the most general; named groups become facts.
CAUSES = (
    ("module_missing", r"(?:ModuleNotFoundError|ImportError): No module named '?(?P<module>[\w.-]+)'?"),
    ("import_failed", r"ImportError: cannot import name '(?P<name>\w+)'"),
    ("requirement_missing", r"No matching distribution found for (?P<package>[\w.\[\]=<>!~-]+)"),
    ("requirements_conflict", r"ResolutionImpossible|conflicting dependencies"),
    ("build_failed", r"Failed building wheel for (?P<package>[\w.-]+)|metadata-generation-failed"),
    ("hash_mismatch", r"THESE PACKAGES DO NOT MATCH THE HASHES"),
    ("address_in_use", r"(?i)address already in use|EADDRINUSE"),
    ("no_space", r"(?i)no space left on device|ENOSPC|disk quota exceeded"),
    ("gpu_memory", r"(?i)CUDA out of memory|CUDA error: out of memory"),
    ("out_of_memory", r"(?i)out of memory|oom-kill|MemoryError|Cannot allocate memory|status=9/KILL"),
    ("too_many_files", r"(?i)too many open files|EMFILE"),
    ("database_refused", rf"(?i){STORE}.{{0,200}}{DOWN}|{DOWN}.{{0,200}}{STORE}"),
    ("database_login", r"(?i)password authentication failed for user|access denied for user"),
    ("name_unresolved", rf"(?i){LOST}"),
    ("connection_refused", r"(?i)connection refused|ECONNREFUSED"),
    ("certificate", r"(?i)certificate verify failed|certificate has expired"),
    ("variable_missing", r"KeyError: '(?P<name>[A-Z][A-Z0-9_]{2,})'"),
    ("setting_invalid", r"ValidationError: (?P<n>\d+) validation errors? for (?P<name>\w+)"),
    ("syntax", r"SyntaxError|IndentationError|TabError"),
    ("exec_format", r"(?i)exec format error"),
    ("program_missing", r"status=203/EXEC|(?i:failed to locate executable)"),
    ("directory_missing", r"status=200/CHDIR"),
    ("user_missing", r"status=217/USER"),
    ("permission", r"(?i)permission denied|EACCES|PermissionError"),
    ("git_access", r"(?i)could not read from remote repository|authentication failed for|repository not found"),
    ("file_missing", r"(?i)FileNotFoundError.*?'(?P<file>[^']{1,200})'|no such file or directory"),
    ("start_limit", r"(?i)start request repeated too quickly|start-limit-hit"),
)  # fmt: skip
_CAUSES = tuple((code, re.compile(pattern)) for code, pattern in CAUSES)
CODES = tuple(code for code, _ in CAUSES)
LINES, WIDTH = 50, 2000


def cause(log: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """The likely cause that the most telling line names (lines best first), with its facts; None: nobody knows."""
    for line in log[:LINES]:
        for code, pattern in _CAUSES:
            found = pattern.search(line[:WIDTH])
            if found:
                return code, {name: value for name, value in found.groupdict().items() if value}
    return None
