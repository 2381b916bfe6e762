"""A gate that does not say yes: nothing is claimed, nothing is asked of people, nothing begins."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.engine.gating import through_gates
from bot.errors import Refusal
from bot.ledger import audit, deploys
from bot.model import Check, Choice, Deploy, Evaluation, Gates, Kind, Phase, Says, Verdict
from tests.engine.life import HOUR, PROD, STAGING, Life
from tests.engine.world import HANEUL, JIEUN, NEW, trouble


def gated(life: Life, **gates: Any) -> None:
    """Another file for prod, with a restart."""
    found = life.specs[PROD]
    life.specs[PROD] = replace(found, gates=Gates(**gates), previous="staging")
    life.restart()


def said(deploy: Deploy) -> list[tuple[str, str]]:
    return [(answer.gate, answer.code) for answer in deploy.plan.answers]


async def refused(life: Life, planned: Deploy) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await life.engine.confirm(planned.ulid, JIEUN)
    assert await life.ledger.read(deploys.open_on, PROD) is None
    return caught.value


def green(life: Life) -> None:
    life.platform.ci = [Check("test", "actions", "success", 1.0)]


def red(life: Life) -> None:
    life.platform.ci = [Check("test", "actions", "failure", 2.0)]


def running(life: Life) -> None:
    life.platform.ci = [Check("test", "actions", None, 3.0)]


async def test_what_was_never_verified_before_is_refused_at_the_plan_and_at_a_forged_confirm(life: Life) -> None:
    gated(life, verified_in="staging")
    planned = await life.plan(PROD)
    assert said(planned) == [("verified_in", "never")]
    refusal = await refused(life, planned)
    assert refusal.code == "gate_no"
    assert [one["code"] for one in refusal.facts["gates"]] == ["never"]
    assert life.platform.begun() == []


async def test_a_soak_that_is_not_over_refuses_until_it_is(life: Life) -> None:
    await life.deployed("b")
    gated(life, verified_in="staging", soak=HOUR)
    life.platform.runs = None
    planned = await life.plan(PROD)
    assert said(planned) == [("verified_in", "verified"), ("soak", "soaking")]
    assert (await refused(life, planned)).code == "gate_not_yet"
    life.clock.pass_(HOUR)
    life.policy(approve=None)
    planned = await life.plan(PROD)
    assert [answer.says for answer in planned.plan.answers] == [Says.YES, Says.YES]
    deploy = await life.engine.confirm(planned.ulid, JIEUN)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_stale_card_whose_gate_closed_meanwhile_is_refused(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    planned = await life.plan(PROD)
    red(life)
    assert (await refused(life, planned)).code == "gate_no"


async def test_nobody_is_asked_to_approve_while_a_gate_says_not_yet(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.order(PROD)
    running(life)
    await life.while_(deploy, 300.0)
    now = await life.now(deploy)
    assert (now.phase, now.code) == (Phase.CONFIRMED, "gate")
    assert await life.audited(deploy, "gates_judged") == 2  # at Confirm, and when it changed: not every 15 s
    green(life)
    asked = await life.until(deploy, Phase.AWAITING)
    assert (asked.phase, asked.code) == (Phase.AWAITING, None)


async def test_what_waits_for_a_gate_expires(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.order(PROD)
    running(life)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.EXPIRED, "expired")
    assert life.platform.begun() == []


async def test_a_no_before_approval_ends_it_and_tells_the_requester(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.order(PROD)
    red(life)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "gate")
    assert settled.facts["gates"]["answers"][0]["code"] == "failed"
    assert await life.pings(deploy) == ["cancelled"]


async def test_a_no_between_the_approval_and_the_start_begins_nothing(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    red(life)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "gate")
    assert life.platform.begun() == []


async def test_a_version_that_is_rolled_back_before_while_approval_is_awaited_does_not_start(life: Life) -> None:
    await life.deployed("c")
    await life.deployed("b")
    gated(life, verified_in="staging")
    life.platform.runs = None
    deploy = await life.order(PROD)
    await life.until(deploy, Phase.AWAITING)
    life.platform.runs = NEW
    back = await life.order(STAGING, Kind.ROLLBACK)
    await life.settled(back)
    life.platform.runs = None
    before = len(life.platform.begun())
    await life.react(deploy, HANEUL)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "gate")
    assert len(life.platform.begun()) == before


async def test_not_yet_at_the_start_waits_and_then_starts(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    running(life)
    await life.until(deploy, Phase.STARTING)
    await life.while_(deploy, 100.0)
    assert (await life.now(deploy)).code == "gate"
    assert life.platform.begun() == []
    green(life)
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_a_rejection_ends_what_a_gate_holds_at_its_start(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    running(life)
    await life.until(deploy, Phase.STARTING)
    await life.while_(deploy, 50.0)
    await life.react(deploy, HANEUL, Choice.REJECT)
    settled = await life.settled(deploy)
    assert settled.verdict is Verdict.REJECTED


async def test_a_lost_quorum_is_noticed_when_the_gate_opens(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    running(life)
    await life.until(deploy, Phase.STARTING)
    await life.while_(deploy, 50.0)
    life.guild.standing[Choice.APPROVE].clear()
    green(life)
    assert (await life.until(deploy, Phase.AWAITING)).phase is Phase.AWAITING
    assert life.platform.begun() == []


async def test_a_source_of_checks_that_is_silent_holds_and_never_passes(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    life.platform.next["checks"].extend([trouble()] * 500)
    assert (await life.settled(deploy)).verdict is Verdict.EXPIRED
    assert life.platform.begun() == []


async def test_a_soak_that_was_shaken_after_confirm_holds_the_start(life: Life) -> None:
    await life.deployed("b")
    life.clock.pass_(2 * HOUR)
    life.policy(approve=None)
    gated(life, verified_in="staging", soak=HOUR)
    life.platform.runs = None
    deploy = await life.order(PROD)
    await life.ledger.do(
        audit.append, actor="slipway", action="unhealthy", now=life.clock.now(), service="app", env="staging", facts={}
    )
    await life.while_(deploy, 60.0)
    now = await life.now(deploy)
    assert (now.phase, now.code) == (Phase.STARTING, "gate")
    assert life.platform.begun(None)[1:] == []


async def test_what_is_taken_back_before_while_discord_is_asked_does_not_start(life: Life) -> None:
    """After the gates were asked and before the intent: noticed by the intent's own transaction."""
    await life.deployed("b")
    gated(life, verified_in="staging")
    life.platform.runs = None
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    await life.until(deploy, Phase.STARTING)

    async def found_drifted() -> None:
        facts = {"recorded": "bbbbbbb", "running": "eeeeeee"}
        now = life.clock.now()
        await life.ledger.do(
            audit.append, actor="slipway", action="drift", now=now, service="app", env="staging", facts=facts
        )

    before = len(life.platform.begun())
    life.guild.next.append(found_drifted)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code) == (Verdict.CANCELLED, "gate")
    assert len(life.platform.begun()) == before


async def test_scores_that_are_exchanged_after_the_approval_do_not_start(life: Life, tmp_path: Path) -> None:
    file = tmp_path / f"{NEW.id}.json"
    rows = [{"name": "f1", "score": 0.9, "threshold": 0.8}]
    results = {"version": NEW.id, "at": "2025-11-20T00:00:00Z", "metrics": rows}
    file.write_text(json.dumps(results))
    gated(life, evaluation=Evaluation(file=str(tmp_path / "{version}.json")))
    deploy = await life.approved()
    await life.until(deploy, Phase.HOLD)
    rows[0]["score"] = 0.1
    file.write_text(json.dumps(results))
    settled = await life.settled(deploy)
    assert settled.facts["gates"]["answers"][0]["facts"]["metrics"] == [["f1", 0.1, 0.8, True, False]]
    assert life.platform.begun() == []


async def test_a_gate_that_waits_is_judged_anew_by_a_new_process(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.order(PROD)
    running(life)
    await life.while_(deploy, 30.0)
    life.restart()
    await life.while_(deploy, 30.0)
    assert await life.audited(deploy, "gates_judged") == 2
    green(life)
    assert (await life.until(deploy, Phase.AWAITING)).phase is Phase.AWAITING


async def test_a_rollback_and_a_restart_pass_a_gate_that_says_no(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    for letter in "cb":
        deploy = await life.order(PROD, wanted=letter)
        await life.until(deploy, Phase.AWAITING)
        await life.react(deploy, HANEUL)
        assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
        life.guild.standing[Choice.APPROVE].clear()
    red(life)
    back = await life.order(PROD, Kind.ROLLBACK)
    assert (await life.settled(back)).verdict is Verdict.SUCCEEDED
    assert (await life.plan(PROD, Kind.RESTART)).plan.answers == ()


async def test_break_glass_passes_the_gates_and_that_is_written_down_once(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.order(PROD)
    red(life)
    emergency = replace(deploy, plan=replace(deploy.plan, emergency=True))
    noted, wait = await through_gates(life.core, emergency)
    assert wait is None
    emergency = replace(noted, plan=emergency.plan)
    assert (await through_gates(life.core, emergency))[1] is None
    assert await life.audited(deploy, "gates_skipped") == 1


async def test_the_audit_log_tells_what_each_gate_said_at_each_judgement(life: Life) -> None:
    gated(life, checks=("test",))
    green(life)
    deploy = await life.approved()
    await life.settled(deploy)
    rows = await life.ledger.read(audit.of, deploy.number)
    told = [(row.action, [one["code"] for one in row.facts["answers"]]) for row in rows if row.facts.get("answers")]
    judged = ("gates_judged", ["passed"])
    assert told == [("planned", ["passed"]), judged, judged, judged]  # plan, Confirm, before approval, at the start
