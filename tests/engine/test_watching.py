"""After the verification a metric is watched: a clear yes is green, a clear no is not, and the rest asks a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import metrics
from bot.board.story import of_deploy
from bot.cards import refusal_card
from bot.engine.watched import Watched, of
from bot.errors import Refusal
from bot.gates import verified_on
from bot.ledger import audit, versions
from bot.model import Deploy, Direction, Gates, Kind, Metric, Outcome, Phase, Verdict, WatchAfter
from tests.engine.life import STAGING, Life, lived
from tests.engine.world import ELSE, HANEUL, JIEUN, MINSU, NEW, OLD, STRANGER, trouble
from tests.prometheus import Prometheus, hang, prometheus, refused

QUERY, COUNT = "error_rate", "sum(requests)"
FOR = 60.0


@pytest.fixture
async def server() -> AsyncIterator[Prometheus]:
    async with prometheus() as found:
        found.answers = {QUERY: "0.004", COUNT: "812"}
        yield found


def watched_by(server: Prometheus, **changes: Any) -> Gates:
    return Gates(watch_after=WatchAfter(FOR, replace(Metric(QUERY, "< 0.01", 500, server.url, COUNT), **changes)))


@pytest.fixture
async def life(tmp_path: Path, server: Prometheus) -> AsyncIterator[Life]:
    async with lived(tmp_path, lambda spec: replace(spec, gates=watched_by(server))) as found:
        yield found


def state(deploy: Deploy) -> Watched:
    found = of(deploy)
    assert found is not None
    return found


async def watching(life: Life) -> Deploy:
    return await life.until(await life.order(), Phase.WATCHING)


async def watching_to_the_end(life: Life) -> Deploy:
    return await life.settled(await watching(life))


async def held(life: Life) -> Deploy:
    deploy = await watching(life)
    await life.while_(deploy, FOR + 10)
    found = await life.now(deploy)
    assert state(found).held is not None
    return found


# The clear answers


async def test_a_metric_within_its_bound_is_green_after_its_time_and_not_before(life: Life) -> None:
    deploy = await watching(life)
    began = life.clock.ticks
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.SUCCEEDED
    assert FOR <= life.clock.ticks - began <= FOR + 10
    assert (state(settled).value, state(settled).samples, state(settled).code) == (0.004, 812, "within")
    assert settled.evidence is not None
    assert settled.evidence.version == NEW.id
    assert settled.health is not None
    assert await life.pings(settled) == []
    assert [known.how for known in await life.ledger.read(versions.verified, STAGING)][:1] == ["verified"]


async def test_the_target_is_held_and_nothing_else_is_done_meanwhile(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    for kind in (Kind.DEPLOY, Kind.ROLLBACK):
        with pytest.raises(Refusal, match="target_busy") as refused:
            await life.order(wanted="c" if kind is Kind.DEPLOY else None, kind=kind)
        assert "Its card puts the previous version back" in refusal_card(refused.value, "en").content
    assert [effect.event for effect in life.platform.log] == ["begin"]


async def test_a_broken_bound_is_a_failure_with_a_title_of_its_own(life: Life, server: Prometheus) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 3)
    server.answers[QUERY] = "0.2"
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.outcome, settled.code) == (Verdict.FAILED, Outcome.METRIC, "metric_broken")
    assert settled.failure is not None
    assert settled.failure.facts == {"value": 0.2, "bound": "< 0.01", "samples": 812, "need": 500}
    assert state(settled).left > FOR / 2
    assert await life.pings(settled) == ["failed"]
    assert life.platform.runs == NEW
    current = await life.ledger.read(versions.current, STAGING)
    assert current is not None
    assert current.version == OLD


async def test_a_broken_bound_puts_the_old_version_back_where_the_policy_says_so(
    life: Life, server: Prometheus
) -> None:
    life.policy(auto_rollback=True)
    server.answers[QUERY] = "0.2"
    settled = await life.settled(await life.order())
    assert (settled.verdict, settled.outcome, settled.code) == (Verdict.ROLLED_BACK, Outcome.AUTO, "metric_broken")
    assert [effect.to for effect in life.platform.begun()] == [NEW.id, OLD.id]
    assert life.platform.runs == OLD


async def test_outliers_that_do_not_follow_each_other_are_no_failure(life: Life, server: Prometheus) -> None:
    deploy = await watching(life)
    for value, broken in (("0.2", 1), ("0.004", 0), ("0.2", 1), ("0.004", 0)):
        server.answers[QUERY] = value
        while state(await life.now(deploy)).broken != broken:
            life.clock.pass_(await life.step(deploy) or 0.0)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_broken_bound_over_too_few_samples_is_no_failure(life: Life, server: Prometheus) -> None:
    """The first request after the start failed: one of one is no error rate."""
    server.answers = {QUERY: "1", COUNT: "1"}
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    server.answers = {QUERY: "0.004", COUNT: "812"}
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


# The unclear ones

UNCLEAR: dict[str, tuple[dict[str, Any], str]] = {
    "too few samples": ({COUNT: "499"}, "too_few"),
    "nothing was counted": ({COUNT: None}, "too_few"),
    "no data": ({QUERY: None}, "absent"),
    "0/0": ({QUERY: "NaN"}, "nan"),
    "two series": ({QUERY: ["0.001", "0.002"]}, "several"),
    "a query that takes too long": ({QUERY: lambda: refused(503, "timeout", "query timed out")}, "http"),
}


@pytest.mark.parametrize("name", UNCLEAR)
async def test_what_is_unclear_at_the_end_holds_and_asks_once_and_never_passes(
    life: Life, server: Prometheus, name: str
) -> None:
    answers, code = UNCLEAR[name]
    deploy = await watching(life)
    server.answers |= answers
    await life.while_(deploy, FOR + 10)
    found = await life.now(deploy)
    assert (found.phase, state(found).code) == (Phase.WATCHING, code)
    assert await life.pings(found) == ["watch_held"]
    await life.while_(deploy, 3000.0)
    found = await life.now(deploy)
    assert found.phase is Phase.WATCHING
    assert await life.pings(found) == ["watch_held", "watch_nag"]
    assert len(state(found).readings) <= 20
    assert await life.audited(found, "metric_read") < 50


async def test_a_hanging_prometheus_is_no_answer(life: Life, server: Prometheus, tmp_path: Path) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR - 10)
    server.answers[QUERY] = hang
    life.core.deadlines = replace(life.core.deadlines, metric=0.2)
    await life.while_(deploy, 20)
    assert state(await life.now(deploy)).code == "timeout"
    assert state(await life.now(deploy)).held is not None


async def test_what_becomes_clear_while_a_person_is_asked_is_still_the_persons(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    server.answers[COUNT] = "812"
    await life.while_(deploy, 2000.0)
    assert (await life.now(deploy)).phase is Phase.WATCHING


async def test_a_bound_that_breaks_while_a_person_is_asked_is_a_failure(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    server.answers = {QUERY: "0.5", COUNT: "812"}
    assert (await life.settled(deploy)).outcome is Outcome.METRIC


# What a person may say


async def test_watch_on_takes_the_whole_time_again(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    await life.while_(deploy, 1500)
    server.answers[COUNT] = "812"
    assert state(await life.engine.watch_on(deploy.ulid, HANEUL)).rounds == 2
    began = life.clock.ticks
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert life.clock.ticks - began >= FOR


async def test_keep_is_green_on_a_persons_word_and_the_version_only_observed(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    settled = await life.engine.keep(deploy.ulid, HANEUL, "nobody is awake to make traffic")
    assert (settled.verdict, settled.code, settled.ended_by_name) == (
        Verdict.SUCCEEDED,
        "kept_by_person",
        HANEUL.name,
    )
    assert settled.facts["reason"] == "nobody is awake to make traffic"
    current = await life.ledger.read(versions.current, STAGING)
    assert current is not None
    assert (current.version, current.how) == (NEW, "observed")
    assert (await verified_on(life.ledger, STAGING, NEW)).code == "observed"


async def test_keep_wants_a_version_that_runs_and_answers(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    life.platform.sick.add(NEW.id)
    with pytest.raises(Refusal, match="still_unhealthy"):
        await life.engine.keep(deploy.ulid, HANEUL, "it will be fine")
    assert (await life.now(deploy)).phase is Phase.WATCHING


async def test_putting_back_is_a_stop_and_needs_no_policy(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    assert await life.engine.stop_effect(deploy.ulid, HANEUL) == "put_back"
    await life.engine.stop(deploy.ulid, HANEUL)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.ended_by_name) == (Verdict.ROLLED_BACK, "stopped", HANEUL.name)
    assert life.platform.runs == OLD


async def test_a_stop_in_the_middle_of_the_watch_puts_back_too(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, 30)
    await life.engine.stop(deploy.ulid, JIEUN)
    assert (await life.settled(deploy)).verdict is Verdict.ROLLED_BACK


async def test_a_first_deploy_has_nothing_to_put_back(life: Life) -> None:
    life.platform.runs = None
    deploy = await watching(life)
    with pytest.raises(Refusal, match="cannot_stop"):
        await life.engine.stop(deploy.ulid, JIEUN)


async def test_a_stranger_may_say_nothing(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    for asked in (
        life.engine.watch_on(deploy.ulid, STRANGER),
        life.engine.keep(deploy.ulid, STRANGER, "because I say so"),
        life.engine.stop(deploy.ulid, STRANGER),
    ):
        with pytest.raises(Refusal, match="role"):
            await asked
    assert (await life.now(deploy)).phase is Phase.WATCHING


async def test_nobody_is_asked_before_the_end_and_nobody_after_it(life: Life, server: Prometheus) -> None:
    deploy = await watching(life)
    for asked in (life.engine.watch_on(deploy.ulid, HANEUL), life.engine.keep(deploy.ulid, HANEUL, "early")):
        with pytest.raises(Refusal, match="not_held"):
            await asked
    await life.settled(deploy)
    with pytest.raises(Refusal, match="already_over"):
        await life.engine.keep(deploy.ulid, HANEUL, "late")


async def test_keeping_wants_a_reason(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    with pytest.raises(Refusal, match="reason_needed"):
        await life.engine.keep(deploy.ulid, MINSU, "   ")


async def test_after_keep_watch_on_and_stop_at_once_exactly_one_wins(life: Life, server: Prometheus) -> None:
    server.answers[COUNT] = "1"
    deploy = await held(life)
    await life.engine.stop(deploy.ulid, HANEUL)
    for asked in (life.engine.watch_on(deploy.ulid, MINSU), life.engine.keep(deploy.ulid, MINSU, "keep it")):
        with pytest.raises(Refusal, match="not_held"):
            await asked
    assert (await life.settled(deploy)).verdict is Verdict.ROLLED_BACK


# Evidence and health stay true, or it is over


async def test_a_crash_while_watched_is_found_at_the_next_look(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    life.platform.instance += 1
    began = life.clock.ticks
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.FAILED, "instance_changed")
    assert life.clock.ticks - began <= 10


async def test_what_vanishes_while_watched_is_put_back_by_policy(life: Life) -> None:
    life.policy(auto_rollback=True)
    deploy = await watching(life)
    life.platform.runs = None
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.ROLLED_BACK, "no_evidence")


async def test_another_version_from_outside_is_left_alone(life: Life) -> None:
    deploy = await watching(life)
    life.platform.runs, life.platform.instance = ELSE, 99
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.SUPERSEDED
    assert len(life.platform.begun()) == 1


async def test_bad_health_while_watched_gets_its_tries_and_fails(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, 30)
    life.platform.sick.add(NEW.id)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.outcome) == (Verdict.FAILED, "health_failed", Outcome.BROKEN)
    assert settled.health is not None
    assert (settled.health.tries, settled.health.status) == (3, 502)


async def test_bad_health_at_the_very_end_is_not_outvoted_by_a_good_metric(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR - 1)
    life.platform.sick.add(NEW.id)
    assert (await life.settled(deploy)).code == "health_failed"


async def test_one_bad_answer_while_watched_is_forgiven(life: Life) -> None:
    deploy = await watching(life)
    life.platform.sick.add(NEW.id)
    await life.step(deploy)
    life.platform.sick.clear()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_host_that_stays_away_is_unknown_and_the_watch_goes_on_where_it_was(life: Life) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    left = state(await life.now(deploy)).left
    life.platform.dead = True
    await life.until(deploy, Phase.UNKNOWN)
    assert await life.pings(deploy) == ["unknown"]
    await life.while_(deploy, 600)
    life.platform.dead = False
    again = await life.until(deploy, Phase.WATCHING)
    assert state(again).left == left
    began = life.clock.ticks
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert left <= life.clock.ticks - began <= left + 10


async def test_a_short_silence_of_the_host_is_waited_out(life: Life) -> None:
    deploy = await watching(life)
    life.platform.next["check"].extend([trouble(), trouble()])
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert await life.pings(deploy) == []


async def test_why_tells_the_newest_of_readings_that_were_judged_alike(life: Life, server: Prometheus) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    server.answers[COUNT] = "1"
    await life.while_(deploy, FOR)
    rows = await life.ledger.read(audit.of, deploy.number)
    assert sum(row.action == "metric_read" for row in rows) > 5
    told = [line.code for line in of_deploy(await life.now(deploy), rows, {}).lines]
    assert [code for code in told if code.startswith(("metric", "watch"))][:4] == [
        "watching",
        "metric_read",
        "metric_read",
        "watch_held",
    ]


# Clocks and crashes


@pytest.mark.parametrize("jump", [-86400.0, 86400.0])
async def test_a_wall_clock_that_jumps_makes_the_watch_neither_longer_nor_shorter(life: Life, jump: float) -> None:
    deploy = await watching(life)
    began = life.clock.ticks
    await life.while_(deploy, FOR / 2)
    life.clock.jump(jump)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert FOR <= life.clock.ticks - began <= FOR + 10


@pytest.mark.parametrize("away", [0.0, 5.0, 86400.0])
async def test_a_bot_that_was_away_goes_on_watching_and_its_absence_does_not_count(life: Life, away: float) -> None:
    deploy = await watching(life)
    await life.while_(deploy, FOR / 2)
    left = state(await life.now(deploy)).left
    assert 0 < left < FOR
    life.clock.pass_(away)
    life.clock.ticks = 7.0  # another boot
    life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert left <= life.clock.ticks - 7.0 <= left + 10


async def test_another_configuration_after_a_restart_does_not_change_what_was_approved(
    life: Life, server: Prometheus
) -> None:
    deploy = await watching(life)
    life.restart(gates=Gates())
    server.answers[QUERY] = "0.2"
    assert (await life.settled(deploy)).outcome is Outcome.METRIC


async def test_readings_are_counted_and_the_newest_value_is_measured(life: Life, server: Prometheus) -> None:
    where = {"service": STAGING.service, "env": STAGING.env}
    labels = {**where, "result": "absent"}
    before = metrics.REGISTRY.get_sample_value("slipway_watch_readings_total", labels) or 0.0
    await watching_to_the_end(life)
    assert metrics.REGISTRY.get_sample_value("slipway_watch_value", where) == 0.004
    server.answers[QUERY] = None
    await life.while_(await life.until(await life.order(wanted="c"), Phase.WATCHING), FOR)
    assert (metrics.REGISTRY.get_sample_value("slipway_watch_readings_total", labels) or 0.0) > before


# What is not watched


async def test_a_rollback_and_a_restart_are_not_watched(life: Life, server: Prometheus) -> None:
    assert (await life.settled(await life.order())).verdict is Verdict.SUCCEEDED
    server.asked.clear()
    for kind in (Kind.RESTART, Kind.ROLLBACK):
        assert (await life.settled(await life.order(kind=kind))).verdict is Verdict.SUCCEEDED
    assert server.asked == []


async def test_what_puts_the_old_version_back_is_not_watched(life: Life, server: Prometheus) -> None:
    life.policy(auto_rollback=True)
    life.platform.mode[Direction.FORWARD] = "breaks"
    assert (await life.settled(await life.order())).verdict is Verdict.ROLLED_BACK
    assert server.asked == []


async def test_a_health_check_run_again_later_does_not_make_up_for_the_watch(life: Life, server: Prometheus) -> None:
    """The metric said no: that the service answers is known, and says nothing of it."""
    server.answers[QUERY] = "0.2"
    settled = await life.settled(await life.order())
    assert settled.outcome is Outcome.METRIC
    await life.engine.recheck(settled.ulid, HANEUL)
    assert (await verified_on(life.ledger, STAGING, NEW)).code == "observed"
    current = await life.ledger.read(versions.current, STAGING)
    assert current is not None
    assert (current.version, current.how) == (NEW, "observed")


async def test_a_rollback_is_on_offer_after_the_metric_said_no(life: Life, server: Prometheus) -> None:
    server.answers[QUERY] = "0.2"
    await life.settled(await life.order())
    back = await life.settled(await life.order(kind=Kind.ROLLBACK))
    assert back.verdict is Verdict.SUCCEEDED
    assert life.platform.runs == OLD
