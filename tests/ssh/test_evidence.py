"""From facts to proof, without a host: every fact that is missing takes the proof away."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.ssh import evidence
from adapters.ssh.answers import HealthAnswer, ModelSeen, Saved, Unit, World
from adapters.ssh.evidence import Rules
from bot.model import HealthCheck, ModelWrite, Nothing, Running, Unreadable, Version

NEW, OLD = "a" * 40, "b" * 40
TO = Version(NEW, NEW[:7], "v1.2.3")
BEGUN, NOW = 1000.0, 1020.0
CHECK = HealthCheck("http://127.0.0.1:8000/health", version="/version")
RULES = Rules("/app", "ai.service", "releases", HealthCheck("http://127.0.0.1:8000/health"), True)


def unit(**changes: Any) -> Unit:
    plain: dict[str, Any] = {
        "load": "loaded", "active": "active", "sub": "running", "result": "success", "pid": 7, "invocation": "2" * 32,
        "restarts": 0, "cgroup": "/system.slice/ai.service", "exit": 0, "started": 1010.0,
    }  # fmt: skip
    return Unit(**{**plain, **changes})


def world(**changes: Any) -> World:
    plain: dict[str, Any] = {
        "unit": unit(), "socket": "ours", "port": 8000, "answer": None, "steady": False, "old_gone": True,
        "works_in": "/app/releases/r2", "version_at_start": "", "version": NEW, "release": "r2", "changed": 1009.0,
        "clean": True,
    }  # fmt: skip
    return World(**{**plain, **changes})


SAVED = Saved(unit=unit(invocation="1" * 32, pid=6, started=500.0), marks={})


def proof(seen: World, rules: Rules = RULES) -> str | None:
    return evidence.proof(seen, TO, SAVED, BEGUN, NOW, rules)


def test_the_listening_socket_of_the_new_instance_in_the_new_release_is_proof() -> None:
    assert proof(world()) == "socket"


LACKING = {
    "the unit is not active": {"unit": unit(active="activating")},
    "the unit failed": {"unit": unit(active="failed")},
    "it is the instance from before": {"unit": unit(invocation="1" * 32)},
    "nobody says which instance it is": {"unit": unit(invocation="")},
    "it started before the attempt": {"unit": unit(started=999.0)},
    "it started before the switch": {"changed": 1011.0},
    "another version lies there": {"version": OLD},
    "no version lies there": {"version": ""},
    "the release is not whole": {"clean": False},
    "it works in another release": {"works_in": "/app/releases/r1"},
    "it works beside the release": {"works_in": "/app/releases/r22"},
    "nobody listens": {"socket": "nobody"},
    "somebody else listens": {"socket": "foreign"},
    "an old process listens": {"socket": "old"},
    "nobody can tell who listens": {"socket": "unknown"},
}


@pytest.mark.parametrize("changes", LACKING.values(), ids=LACKING.keys())
def test_there_is_no_proof_when(changes: dict[str, Any]) -> None:
    assert proof(world(**changes)) is None


WROTE, UNDOES = ModelWrite("MODEL_ID", "large-2"), ModelWrite("MODEL_ID", undoes="e-1-1")


def said(wanted: str | None, found: str | None, at: float = 1009.0) -> ModelSeen:
    return ModelSeen(key="MODEL_ID", wanted=wanted, found=found, at=at)


MODELS: dict[str, tuple[ModelSeen | None, ModelWrite | None, bool]] = {
    "none was ordered": (None, None, True),
    "the file names what was ordered": (said("large-2", "large-2"), WROTE, True),
    "it stood there already": (said("large-2", "large-2", 0.0), WROTE, True),
    "the file names another": (said("large-2", "small-1"), WROTE, False),
    "nobody can tell what the file names": (said("large-2", None), WROTE, False),
    "the process is older than the file": (said("large-2", "large-2", 1011.0), WROTE, False),
    "the job was to write another one": (said("small-1", "small-1"), WROTE, False),
    "nobody looked at the file": (None, WROTE, False),
    "the old one is back": (said("small-1", "small-1"), UNDOES, True),
    "the old one is not back": (said("small-1", "large-2"), UNDOES, False),
    "there was nothing to put back": (said(None, "by-hand", 0.0), UNDOES, True),
}


@pytest.mark.parametrize(("seen", "wrote", "enough"), MODELS.values(), ids=MODELS.keys())
def test_a_model_is_evidence_when(seen: ModelSeen | None, wrote: ModelWrite | None, enough: bool) -> None:
    assert evidence.model(seen, world(), wrote) is enough


def answer(status: int | None = 200, version: str | None = None) -> HealthAnswer:
    return HealthAnswer(status=status, error=None, version=version, ms=1.0)


NAMED = Rules("/app", "ai.service", "releases", CHECK, True)


@pytest.mark.parametrize("said", [NEW, NEW[:7], NEW[:12], "v1.2.3"])
def test_an_answer_that_names_the_version_is_proof_where_the_socket_tells_nothing(said: str) -> None:
    seen = world(socket="unknown", answer=answer(version=said), steady=True)
    assert proof(seen, NAMED) == "answer"


@pytest.mark.parametrize("said", [OLD, NEW[:6], "", None, "v1.2.4", NEW + "a"])
def test_an_answer_that_names_another_version_or_none_is_no_proof(said: str | None) -> None:
    seen = world(socket="unknown", answer=answer(version=said), steady=True)
    assert proof(seen, NAMED) is None


def test_an_answer_that_names_the_version_with_another_status_is_no_proof() -> None:
    assert proof(world(socket="unknown", answer=answer(503, NEW), steady=True), NAMED) is None


def test_an_unchanged_instance_over_an_answer_is_proof_when_the_old_process_is_gone() -> None:
    seen = world(socket="unknown", answer=answer(), steady=True)
    assert proof(seen) == "instance"
    assert proof(seen.model_copy(update={"steady": False})) is None
    assert proof(seen.model_copy(update={"old_gone": False})) is None
    assert proof(seen.model_copy(update={"socket": "foreign"})) is None
    assert proof(seen.model_copy(update={"socket": "old"})) is None


def test_without_a_health_check_it_must_stay_up_for_a_while() -> None:
    rules = Rules("/app", "ai.service", "releases", None, False)
    assert evidence.proof(world(socket="no_port"), TO, SAVED, BEGUN, 1012.0, rules) is None
    assert evidence.proof(world(socket="no_port"), TO, SAVED, BEGUN, 1014.0, rules) == "release"


def test_a_tree_on_the_commit_and_clean_is_proof_wherever_the_service_works() -> None:
    rules = Rules("/app", "ai.service", "in_place", RULES.health, True)
    assert proof(world(release="", works_in="/app/src"), rules) == "socket"
    assert proof(world(release="", works_in="/app", clean=False), rules) is None


def test_what_runs_is_what_was_there_when_it_started() -> None:
    younger = world(changed=1015.0)
    assert evidence.observation(world(), RULES) == Running(
        Version(NEW, NEW[:7]), "socket", "2" * 32, 1010.0, {"release": "r2"}
    )
    assert evidence.observation(younger, RULES) == Unreadable(
        "restart_pending", {"unit": "ai.service", "version": NEW[:7]}
    )
    old = evidence.observation(younger.model_copy(update={"version_at_start": OLD}), RULES)
    assert isinstance(old, Running)
    assert (old.version.id, old.proof) == (OLD, "release")


def test_a_unit_that_is_not_up_is_nothing_with_its_state() -> None:
    assert evidence.observation(world(unit=unit(load="not-found", active="inactive", sub="dead")), RULES) == Nothing(
        {"state": "not-found", "sub": "dead"}
    )
