"""Model and code are two writes: whatever happens between them ends in a state that a look can tell, and that repairs.

The job's own code in a process of its own, killed at that very point; no host is needed for it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.ssh.remote import attempt as attempts
from adapters.ssh.remote import model
from adapters.ssh.remote.job import Job
from adapters.ssh.remote.place import Place
from adapters.ssh.remote.said import Said

KEY, SMALL, LARGE = "MODEL_ID", "org/small-1", "org/large-2"
FORWARD = {"key": KEY, "id": LARGE}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / ".env").write_text(f"A=1\n{KEY}={SMALL}\nB=2\n")
    shared = (".env",)
    return Place(tmp_path, "app.service", "releases", "detached", "", shared, None, 5, (), "python3", 0.0, None, KEY)


def job(place: Place, name: str, order: dict[str, str]) -> Job:
    lock = attempts.begin(place, name, {"attempt": name, "timeout": 60, "to": "a" * 40, "model": order})
    assert lock is not None
    return Job(place, attempts.find(place, name))


def killed(place: Place, name: str, order: dict[str, str], layout: Callable[[Job], None]) -> None:
    """The job of that attempt, dead by the time that this returns."""
    child = os.fork()
    if not child:
        try:
            model.switch(job(place, name, order), layout)
        finally:
            os._exit(1)
    os.waitpid(child, 0)


def die(_: Job) -> None:
    os._exit(9)


def fine(_: Job) -> None:
    """The code is switched."""


def refuse(_: Job) -> None:
    raise Said("switch_failed", reason="asked for")


def value(place: Place) -> str:
    rows = dict(row.split("=") for row in (place.shared_root / ".env").read_text().split())
    assert (rows["A"], rows["B"]) == ("1", "2")
    return rows[KEY]


def look(place: Place, name: str) -> dict[str, Any]:
    found = model.seen(place, attempts.find(place, name))
    assert found is not None
    return found


def test_killed_between_both_writes_a_look_can_tell_and_a_restore_puts_the_old_model_back(place: Place) -> None:
    killed(place, "e-1-1", FORWARD, die)
    seen = look(place, "e-1-1")
    assert (value(place), seen["wanted"], seen["found"]) == (LARGE, LARGE, LARGE)
    assert attempts.find(place, "e-1-1").status()["switched"]
    undo = {"key": KEY, "undoes": "e-1-1"}
    one = job(place, "e-1-2", undo)
    assert look(place, "e-1-2")["wanted"] == SMALL  # and it is not there: no evidence so far
    model.switch(one, fine)
    seen = look(place, "e-1-2")
    assert (value(place), seen["wanted"], seen["found"]) == (SMALL, SMALL, SMALL)
    assert seen["at"] > 0


def test_a_restore_that_was_killed_itself_is_carried_out_by_the_next(place: Place) -> None:
    killed(place, "e-1-1", FORWARD, fine)
    killed(place, "e-1-2", {"key": KEY, "undoes": "e-1-1"}, die)
    assert (value(place), look(place, "e-1-2")["wanted"]) == (SMALL, SMALL)
    model.switch(job(place, "e-1-3", {"key": KEY, "undoes": "e-1-1"}), fine)
    assert (value(place), look(place, "e-1-3")["wanted"]) == (SMALL, SMALL)


def test_code_that_cannot_be_switched_takes_the_model_with_it(place: Place) -> None:
    one = job(place, "e-1-1", FORWARD)
    with pytest.raises(Said):
        model.switch(one, refuse)
    assert value(place) == SMALL


def test_a_restart_that_was_refused_takes_back_both(place: Place) -> None:
    undone = []
    one = job(place, "e-1-1", FORWARD)

    def layout(this: Job) -> None:
        this.kept["undo"] = lambda: undone.append("code")

    model.switch(one, layout)
    assert value(place) == LARGE
    one.kept["undo"]()
    assert (value(place), undone) == (SMALL, ["code"])


def test_a_model_that_cannot_be_written_leaves_the_code_alone(place: Place) -> None:
    (place.shared_root / ".env").write_text(f"A=1 B=2 export {KEY}={SMALL}\n")
    reached: list[Job] = []
    with pytest.raises(Said) as said:
        model.switch(one := job(place, "e-1-1", FORWARD), reached.append)
    assert said.value.code == "model_key_missing"
    assert (reached, one.status["switched"]) == ([], False)


def test_the_model_that_stands_there_already_needs_no_write(place: Place) -> None:
    file = place.shared_root / ".env"
    os.link(file, place.shared_root / "another-name")  # so it could not be written
    before = file.stat().st_ino
    one = job(place, "e-1-1", {"key": KEY, "id": SMALL})
    model.switch(one, fine)
    assert file.stat().st_ino == before
    seen = look(place, "e-1-1")
    assert (seen["wanted"], seen["found"], seen["at"]) == (SMALL, SMALL, 0.0)
    two = job(place, "e-1-2", {"key": KEY, "undoes": "e-1-1"})
    model.switch(two, fine)
    assert (value(place), two.attempt.log.read_text()) == (SMALL, "")


def test_a_third_value_is_somebody_elses_doing_and_stays(place: Place) -> None:
    model.switch(job(place, "e-1-1", FORWARD), fine)
    (place.shared_root / ".env").write_text(f"A=1\n{KEY}=by-hand\nB=2\n")
    assert look(place, "e-1-1")["found"] == "by-hand"  # not what was ordered: never green
    model.switch(job(place, "e-1-2", {"key": KEY, "undoes": "e-1-1"}), fine)
    assert (value(place), look(place, "e-1-2")["wanted"]) == ("by-hand", None)


def test_an_old_model_that_cannot_be_put_back_does_not_hold_up_the_code_and_is_not_what_is_wanted(place: Place) -> None:
    model.switch(job(place, "e-1-1", FORWARD), fine)
    (place.shared_root / ".env").write_text(f"A=1\nB=2\nexport {KEY}={LARGE}\n")
    reached: list[Job] = []
    one = job(place, "e-1-2", {"key": KEY, "undoes": "e-1-1"})
    model.switch(one, reached.append)
    assert reached == [one]
    seen = look(place, "e-1-2")
    assert (seen["wanted"], seen["found"]) == (SMALL, LARGE)
    assert "the model was not put back: model_key_strange" in one.attempt.log.read_text()


def test_an_attempt_that_never_wrote_has_nothing_to_take_back(place: Place) -> None:
    job(place, "e-1-1", FORWARD)
    model.switch(job(place, "e-1-2", {"key": KEY, "undoes": "e-1-1"}), fine)
    assert (value(place), look(place, "e-1-2")["wanted"]) == (SMALL, None)


def test_an_order_without_a_model_touches_no_file(place: Place) -> None:
    before = (place.shared_root / ".env").stat()
    lock = attempts.begin(place, "e-1-1", {"attempt": "e-1-1", "timeout": 60, "to": "a" * 40, "model": None})
    assert lock is not None
    model.switch(Job(place, attempts.find(place, "e-1-1")), fine)
    assert (place.shared_root / ".env").stat() == before
    assert model.seen(place, attempts.find(place, "e-1-1")) is None
