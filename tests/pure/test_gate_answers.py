"""What each gate makes of what it was told: nothing that is not clearly good is a yes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gates import checks, evaluation, metric, webhook
from bot.gates.before import soak, verified_in
from bot.gates.outside import Reply, host, shown
from bot.gates.results import Score
from bot.gates.verified import Verified
from bot.model import Check, Evaluation, GateAnswer, Health, Metric, Says
from bot.prometheus import Reading

VERSION, NOW = "a" * 40, 1_763_600_000.0
GOOD = {"version": VERSION, "at": "2025-11-20T00:53:20Z", "metrics": [{"name": "f1", "score": 0.9, "threshold": 0.8}]}
FILE = Evaluation(file="results.json")


def evaluated(body: object, asked: Evaluation = FILE, now: float = NOW) -> GateAnswer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return evaluation.judge(Reply(200, raw), asked, VERSION, "results.json", now)


def with_metric(**changes: Any) -> Mapping[str, Any]:
    row = {**GOOD["metrics"][0], **changes}  # type: ignore[dict-item]
    return {**GOOD, "metrics": [{key: value for key, value in row.items() if value is not ...}]}


def test_scores_at_their_thresholds_pass() -> None:
    answer = evaluated(GOOD)
    assert (answer.says, answer.code) == (Says.YES, "passed")
    assert answer.facts["metrics"] == [["f1", 0.9, 0.8, True, True]]
    assert evaluated(with_metric(score=0.8)).says is Says.YES
    assert evaluated(with_metric(score=0.8, higher_is_better=False)).says is Says.YES


def test_one_failing_metric_is_a_no_and_stands_first() -> None:
    rows = [{"name": "a", "score": 1, "threshold": 0}, {"name": "p95", "score": 500, "threshold": 400}]
    rows[1]["higher_is_better"] = False
    answer = evaluated({**GOOD, "metrics": rows})
    assert (answer.says, answer.code, answer.facts["failed"]) == (Says.NO, "failed", 1)
    assert [row[0] for row in answer.facts["metrics"]] == ["p95", "a"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"<html>", "not_json"),
        (b"\xff\xfe{}", "not_json"),
        (b'{"version": NaN}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (json.dumps(GOOD).replace("0.9", "1e999").encode(), "not_json"),
        (json.dumps(GOOD).replace('"at"', '"version"').encode(), "not_json"),
        ([], "shape"),
        ({}, "shape"),
        ({**GOOD, "metrics": []}, "shape"),
        ({**GOOD, "metrics": {}}, "shape"),
        ({**GOOD, "metrics": [1]}, "shape"),
        ({**GOOD, "metrics": GOOD["metrics"] * 2}, "shape"),  # type: ignore[operator]
        ({**GOOD, "extra": 1}, "shape"),
        ({**GOOD, "at": "yesterday"}, "shape"),
        ({**GOOD, "at": "2025-11-20T09:00:00"}, "shape"),
        ({**GOOD, "version": None}, "shape"),
        (with_metric(score=True), "shape"),
        (with_metric(score="0.9"), "shape"),
        (with_metric(score=10**400), "shape"),
        (with_metric(higher_is_beter=False), "shape"),
        (with_metric(higher_is_better="no"), "shape"),
        (with_metric(name=""), "shape"),
        (with_metric(threshold=...), "no_threshold"),
        ({**GOOD, "version": VERSION[:7]}, "other_version"),
        ({**GOOD, "version": VERSION.upper()}, "other_version"),
        ({**GOOD, "at": "2025-11-20T01:53:20Z"}, "future"),
    ],
)
def test_results_that_are_not_as_they_must_be_say_how(body: object, code: str) -> None:
    answer = evaluated(body)
    assert (answer.says, answer.code) == (Says.NO, code)


def test_results_grow_old_only_where_that_is_asked_for() -> None:
    assert evaluated(GOOD, now=NOW + 1e9).says is Says.YES
    asked = Evaluation(file="r", max_age=3600)
    assert evaluated(GOOD, asked, NOW + 3600).says is Says.YES
    assert evaluated(GOOD, asked, NOW + 3601).code == "stale"


@pytest.mark.parametrize(
    ("reply", "says", "code"),
    [
        (Reply(404), Says.NOT_YET, "missing"),
        (Reply(503), Says.NOT_YET, "status"),
        (Reply(403), Says.NO, "status"),
        (Reply(204), Says.NO, "status"),
        (Reply(code="slow"), Says.NOT_YET, "slow"),
        (Reply(code="refused"), Says.NOT_YET, "refused"),
        (Reply(code="too_big"), Says.NO, "too_big"),
        (Reply(code="redirect"), Says.NO, "redirect"),
        (Reply(code="unreadable"), Says.NO, "unreadable"),
    ],
)
def test_an_evaluation_that_cannot_be_read_is_no_yes(reply: Reply, says: Says, code: str) -> None:
    answer = evaluation.judge(reply, FILE, VERSION, "here", NOW)
    assert (answer.says, answer.code) == (says, code)


words = st.sampled_from(["version", "at", "metrics", "name", "score", "threshold"])
leaves = st.none() | st.booleans() | st.floats() | st.text()
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(words, inner))


@given(anything)
def test_no_other_json_is_ever_a_yes(body: object) -> None:
    assert evaluated(json.dumps(body).encode()).says is Says.NO


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_score_passes_on_its_own_side(score: float, threshold: float) -> None:
    assert Score("x", score, threshold).passed is (score >= threshold)
    assert Score("x", score, threshold, higher=False).passed is (score <= threshold)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"allow": true}', Says.YES),
        (b'{"allow": false}', Says.NO),
        (b'{"allow": false, "reason": "@everyone"}', Says.NO),
        (b'{"allow": true, "reason": "but"}', Says.NOT_YET),
        (b'{"allow": 1}', Says.NOT_YET),
        (b'{"allow": "true"}', Says.NOT_YET),
        (b'{"allow": false, "allow": true}', Says.NOT_YET),
        (b'{"allow": false, "x": 1}', Says.NOT_YET),
        (b'[{"allow": true}]', Says.NOT_YET),
        (b"true", Says.NOT_YET),
        (b"", Says.NOT_YET),
        (b"\xff", Says.NOT_YET),
    ],
)
def test_only_a_plain_yes_of_a_webhook_is_a_yes(body: bytes, says: Says) -> None:
    assert webhook.judge(Reply(200, body), "here").says is says


@pytest.mark.parametrize("reply", [Reply(201, b'{"allow": true}'), Reply(500, b'{"allow": true}'), Reply(code="slow")])
def test_any_other_answer_of_a_webhook_is_not_yet(reply: Reply) -> None:
    assert webhook.judge(reply, "here").says is Says.NOT_YET


METRIC = Metric("up", "< 0.01", 5, "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        (Reading(0.001, 5), Says.YES),
        (Reading(0.001, 4), Says.NOT_YET),
        (Reading(0.5, 5), Says.NO),
        (Reading(None, None, "absent"), Says.NOT_YET),
        (Reading(None, None, "nan"), Says.NOT_YET),
        (Reading(None, None, "several", {"series": 2}), Says.NOT_YET),
        (Reading(None, None, "unreachable"), Says.NOT_YET),
        (Reading(None, None, "rejected", {"why": "parse error"}), Says.NO),
    ],
)
def test_a_metric_is_a_yes_only_within_its_bound_over_enough_samples(reading: Reading, says: Says) -> None:
    assert metric.judge(reading, METRIC).says is says


conclusions = st.sampled_from(["success", "failure", "cancelled", "skipped", "neutral", "", None])
runs = st.lists(
    st.builds(
        Check, st.sampled_from(["test", "lint"]), st.sampled_from(["actions", "other"]), conclusions, st.integers(0, 5)
    ),
    max_size=12,
)


@given(runs, st.randoms())
def test_the_order_in_which_checks_are_told_means_nothing(found: list[Check], chance: Any) -> None:
    mixed = list(found)
    chance.shuffle(mixed)
    assert checks.judge(["test", "lint"], found) == checks.judge(["test", "lint"], mixed)


@given(runs)
def test_checks_are_a_yes_only_where_every_newest_run_was_a_success(found: list[Check]) -> None:
    answer = checks.judge(["test", "lint"], found)
    newest = {
        key: [one for one in found if (one.app, one.name) == key and one.at == max(same)]
        for key in {(one.app, one.name) for one in found}
        for same in [[one.at for one in found if (one.app, one.name) == key]]
    }
    good = all(one.conclusion == "success" for those in newest.values() for one in those)
    known = {name for _, name in newest} == {"test", "lint"}
    assert (answer.says is Says.YES) is (good and known)


@given(runs, conclusions)
def test_an_older_run_changes_nothing(found: list[Check], conclusion: str | None) -> None:
    older = [Check(one.name, one.app, conclusion, one.at - 10) for one in found]
    assert checks.judge(["test"], found) == checks.judge(["test"], [*older, *found])


def test_a_missing_check_is_no_and_a_running_one_not_yet() -> None:
    assert checks.judge(["test"], []).code == "missing"
    running = checks.judge(["test"], [Check("test", "actions", None, 1)])
    assert (running.says, running.code) == (Says.NOT_YET, "running")
    assert checks.judge(["test"], [Check("Test", "actions", "success", 1)]).code == "missing"


def test_verified_before_names_the_health_check_that_proved_it() -> None:
    found = Verified(None, since=5.0, deploy=7, health=Health(True, 2, 200, 3.0))
    answer = verified_in(found, "staging")
    assert (answer.says, answer.facts["status"], answer.facts["n"], answer.facts["deploy"]) == (Says.YES, 200, 2, 7)


@given(st.floats(0, 1e6), st.floats(1, 1e6), st.floats(0, 2e6))
def test_a_soak_is_over_when_its_time_is_and_says_when(since: float, seconds: float, now: float) -> None:
    answer = soak(Verified(None, since), seconds, now)
    assert (answer.says is Says.YES) is (now >= since + seconds)
    if answer.says is Says.NOT_YET:
        assert answer.facts["until"] == since + seconds


def test_what_is_not_verified_does_not_soak() -> None:
    assert soak(Verified("elsewhere", 1.0), 1.0, 1e9).says is Says.NOT_YET


def test_an_address_is_shown_without_what_may_be_secret() -> None:
    address = "https://user:pass@gate.example.org:8443/hook/T0K3N?key=abc#x"
    assert shown(address) == "gate.example.org:8443/hook/T0K3N"
    assert host(address) == "gate.example.org:8443"
