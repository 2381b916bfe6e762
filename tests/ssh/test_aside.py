"""Looks side by side on the host: one that fails hides no other's work and is not lost."""

from __future__ import annotations

import threading

import pytest

from adapters.ssh.remote import aside
from adapters.ssh.remote.said import Said


def test_the_first_failure_comes_out_when_all_have_ended() -> None:
    ended: list[str] = []
    second_failed = threading.Event()

    def slow() -> str:
        second_failed.wait(10)
        ended.append("slow")
        return "slow"

    def first() -> str:
        second_failed.wait(10)
        raise Said("dirty_tree")

    def second() -> str:
        second_failed.set()
        raise Said("disk_full")

    with pytest.raises(Said) as said:
        aside.together(slow, first, second)
    assert (said.value.code, ended) == ("dirty_tree", ["slow"])


def test_the_answers_come_in_the_order_of_the_looks_that_run_side_by_side() -> None:
    met = threading.Barrier(3, timeout=10)

    def look(number: int) -> int:
        met.wait()
        return number

    assert aside.together(lambda: look(1), lambda: look(2), lambda: look(3)) == [1, 2, 3]


def test_a_look_that_has_begun_tells_what_it_raised_to_whoever_asks() -> None:
    ended = aside.begun(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        ended()
