"""A job's log as people read it, the most telling line first."""

from __future__ import annotations

from adapters.github.lines import plain, telling

LOG = """\ufeff2026-11-20T12:00:00.1234567Z ##[group]Run docker push
2026-11-20T12:00:00.2234567Z docker push registry/app:abc
2026-11-20T12:00:00.3234567Z ##[endgroup]
2026-11-20T12:00:01.1234567Z \x1b[31mdenied: requested access to the resource is denied\x1b[0m
2026-11-20T12:00:01.2234567Z ##[error]Process completed with exit code 1.
2026-11-20T12:00:01.3234567Z Cleaning up orphan processes
"""


def test_marks_times_and_colours_are_taken_off() -> None:
    assert plain(LOG)[:2] == ["docker push registry/app:abc", "denied: requested access to the resource is denied"]


def test_the_exit_code_is_not_what_went_wrong() -> None:
    assert telling(LOG)[0] == "denied: requested access to the resource is denied"


def test_what_an_action_calls_an_error_comes_before_what_only_looks_like_one() -> None:
    text = "##[error]Input required and not supplied: role\n0 errors\n##[error]Process completed with exit code 2."
    assert telling(text)[0] == "error: Input required and not supplied: role"


def test_an_exceptions_own_line_comes_first() -> None:
    text = "##[error]tests did not pass\nModuleNotFoundError: No module named 'pypdf'\nmore\n"
    assert telling(text)[0] == "ModuleNotFoundError: No module named 'pypdf'"


def test_a_log_that_says_nothing_gives_its_last_lines() -> None:
    assert telling("a\nb\n") == ("a", "b")
    assert telling("") == ()
