"""States of one deploy for the card tests: ordinary ones, and one whose every outside text is hostile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model import (
    Attempt,
    AttemptRow,
    Choice,
    Commit,
    Commits,
    Countersign,
    Deploy,
    DeployState,
    Direction,
    Evidence,
    Failure,
    Finding,
    GateAnswer,
    Health,
    Kind,
    Known,
    Origin,
    Outcome,
    Phase,
    Plan,
    PromotionSet,
    Ref,
    Says,
    Step,
    StepState,
    Target,
    Verdict,
    Version,
    Vote,
    VoteSource,
)

NOW = 1_763_600_000.0
ULID = "01JCK7Q3ZV9M2T4X8B6N5R1K3V"
OLD = Version("9c1e0aa" + "0" * 33, "9c1e0aa")
NEW = Version("a1b9f2e" + "1" * 33, "a1b9f2e", "main")
TARGET = Target("ai-server", "prod")
IMPACT = {
    "ko": {"down": "AI 기능이 약 {duration} 동안 중단됩니다.", "up": "AI 기능이 정상 동작 중입니다."},
    "en": {"down": "AI features stop for about {duration}.", "up": "AI features are working normally."},
}
CODES = ("connect", "save", "fetch", "install", "switch", "restart", "health", "verify")


def a_plan(kind: Kind = Kind.DEPLOY, outside: str = "", **more: Any) -> Plan:
    """``outside`` replaces every text that somebody outside could have written."""
    subject, name = outside or "fix: missing LoRA response", outside or "jieun"
    fixed: dict[str, Any] = {
        "format": 1,
        "number": 128,
        "epoch": "abcd2345",
        "kind": kind,
        "target": TARGET,
        "adapter": "ssh",
        "from_id": OLD.id,
        "to_id": NEW.id,
        "effect": {},
        "policy": {},
        "gates": {},
        "section": {},
        "requester": "1001",
        "digest": "4f2a9c" + "0" * 58,
        "before": replace(OLD, label=outside or OLD.label),
        "to": replace(NEW, label=outside or NEW.label),
        "requester_name": name,
        "wanted": outside or "main",
        "reason": outside or None,
        "created_at": NOW - 30,
        "expires_at": NOW + 570,
        "commits": Commits(4, tuple(Commit(NEW.id, name, subject, NOW - 3600) for _ in range(4))),
        "findings": (Finding("sudo_too_much", False, {"user": name, "rule": outside or "ALL"}),),
        "expected": 150.0,
        "samples": 10,
        "downtime": 30.0,
        "back": replace(OLD, label=outside or OLD.label),
        "current": Known(OLD, "verified", NOW - 172800, 120, outside or "minsu"),
        "proof": "socket",
        "answers": (scores(outside),) if outside else (),
    }
    return Plan(**{**fixed, **more})


def scores(outside: str = "", *, passed: bool = True) -> GateAnswer:
    rows = [[outside or "f1", 0.7, 0.8, not passed, passed], [outside or "p95", 310.0, 400.0, False, True]]
    facts = {"where": outside or "results.json", "at": NOW, "n": 2, "failed": int(not passed), "metrics": rows}
    return GateAnswer("evaluation", Says.YES if passed else Says.NO, "passed" if passed else "failed", facts)


def answers(outside: str = "") -> tuple[GateAnswer, ...]:
    """Of gates that were told something by somebody outside."""
    denied = {"where": outside or "gate.example.org", "reason": outside or "no"}
    return (
        GateAnswer("checks", Says.NO, "failed", {"names": [f"{outside or 'test'}: failure"]}),
        scores(outside, passed=False),
        GateAnswer("webhook", Says.NO, "denied", denied),
    )


def a_deploy(phase: Phase = Phase.SETTLED, plan: Plan | None = None, **more: Any) -> Deploy:
    plan = plan or a_plan()
    fixed: dict[str, Any] = {
        "number": 128,
        "ulid": ULID,
        "kind": plan.kind,
        "target": plan.target,
        "requester": plan.requester,
        "requester_name": plan.requester_name,
        "phase": phase,
        "revision": 3,
        "plan": plan,
        "created_at": NOW - 300,
        "confirmed_at": NOW - 280,
        "expires_at": NOW + 1500,
        "hold_until": NOW + 5,
        "started_at": NOW - 151 if phase not in (Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD) else None,
        "settled_at": NOW if phase is Phase.SETTLED else None,
    }
    return Deploy(**{**fixed, **more})


def an_attempt(plan: Plan, running: int = 3, direction: Direction = Direction.FORWARD) -> AttemptRow:
    """``running``: index of the step that runs."""
    attempt = Attempt("abcd2345-128-1", 128, 1, plan.target, direction, plan.kind, OLD, NEW, {}, NOW - 151)
    steps = tuple(_step(code, n, running) for n, code in enumerate(CODES))
    return AttemptRow(attempt, Ref({}), None, None, steps)


def _step(code: str, n: int, running: int) -> Step:
    if n == running:
        return Step(code, StepState.RUNNING, NOW - 60)
    return Step(code, StepState.DONE, NOW - 90, 2.0) if n < running else Step(code)


def a_state(deploy: Deploy, outside: str = "", **more: Any) -> DeployState:
    votes = tuple(
        Vote("9", str(n), outside or "haneul", Choice.APPROVE, VoteSource.REACTION, NOW, counts)
        for n, counts in enumerate((None, "requester", "bot", "no_role", "not_member", "?"))
    )
    fixed: dict[str, Any] = {
        "deploy": deploy,
        "title": outside or "AI Server",
        "attempts": (an_attempt(deploy.plan),) if deploy.started_at else (),
        "votes": votes,
        "need": 2,
        "have": 1,
        "approvers": (f"n{outside}" if outside else "haneul",),
        "usual": {"install": 30.0},
        "impact": IMPACT,
    }
    return DeployState(**{**fixed, **more})


def a_failure(outside: str = "") -> Failure:
    line = outside or "ModuleNotFoundError: No module named 'pypdf'"
    return Failure("crash_loop", "restart", {"unit": "dojangkok-ai", "state": "failed", "restarts": 5}, (line, "other"))


WHY = "payments fail for everybody since 02:40"
EVIDENCE = Evidence(NEW.id, "socket", "i2", NOW)
GOOD = Health(True, 2, 200, 84.2, None, NOW)
BAD = Health(False, 5, 502, 12.0, None, NOW)


def settled(verdict: Verdict, outcome: Outcome | None = None, kind: Kind = Kind.DEPLOY, **more: Any) -> Deploy:
    outside = more.pop("outside", "")
    fixed: dict[str, Any] = {"verdict": verdict, "outcome": outcome, "ended_by_name": outside or "minsu"}
    if verdict is Verdict.SUCCEEDED:
        fixed |= {"health": GOOD, "evidence": EVIDENCE, "downtime": 24.0}
    if verdict is Verdict.FAILED:
        fixed |= {"health": BAD, "evidence": EVIDENCE, "failure": a_failure(outside), "code": "crash_loop"}
    return a_deploy(Phase.SETTLED, a_plan(kind, outside), **{**fixed, **more})


def broken_glass(state: DeployState, outside: str = "", **more: Any) -> DeployState:
    """The same deploy as break-glass, and what it owes."""
    plan = replace(state.deploy.plan, emergency=True, reason=outside or WHY, policy={"countersign": 43200.0})
    owed = Countersign(128, ULID, plan.target, outside or "jieun", NOW + 43200, **more)
    return replace(state, deploy=replace(state.deploy, plan=plan), countersign=owed)


def a_set(phase: Phase = Phase.AWAITING, outside: str = "", n: int = 3) -> tuple[PromotionSet, list[Deploy]]:
    """Promotions 128, 129, … under one approval, all in this phase."""
    origin = Origin("staging", Known(NEW, "verified", NOW - 3600, 120, outside or "jieun"), GOOD)
    services = [f"service-{index}" for index in range(n)]
    found = PromotionSet(
        7, "01JCK7Q3ZV9M2T4X8B6N5R1SET", "prod", "1001", outside or "jieun", "5e7a" + "0" * 60,
        tuple(range(128, 128 + n)), tuple(range(128, 128 + n)), (), NOW - 60,
    )  # fmt: skip
    planned = [
        a_deploy(
            phase,
            a_plan(Kind.PROMOTE, outside, number=128 + index, target=Target(service, "prod"), origin=origin),
            number=128 + index,
            ulid=ULID[:-2] + f"{index:02}" if index else ULID,
            part_of=7,
            leads=() if index else tuple(services),
        )
        for index, service in enumerate(services)
    ]
    return found, planned


def every_state(outside: str = "") -> dict[str, DeployState]:
    """Each phase, verdict, outcome and kind under a name."""
    found: dict[str, DeployState] = {}
    for kind in Kind:
        plan = a_plan(kind, outside)
        for phase in Phase:
            if phase is not Phase.SETTLED:
                found[f"{kind} {phase}"] = a_state(a_deploy(phase, plan, facts={"dropped": [outside or "x"]}), outside)
        for verdict in Verdict:
            found[f"{kind} {verdict}"] = a_state(settled(verdict, None, kind, outside=outside), outside)
        for outcome in Outcome:
            deploy = settled(Verdict.FAILED, outcome, kind, outside=outside, facts={"reason": outside or "r"})
            found[f"{kind} failed {outcome}"] = a_state(deploy, outside)
    bare = a_plan(before=None, back=None, commits=None, current=None, expected=None, downtime=None, proof=None)
    for phase in Phase:
        found[f"bare {phase}"] = a_state(a_deploy(phase, bare), outside, attempts=(), votes=(), approvers=(), impact={})
    for name, state in [*found.items()]:
        if name.startswith("deploy "):
            found[f"break-glass {name}"] = broken_glass(state, outside)
    for phase in (Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING):
        a, (first, *rest) = a_set(phase, outside)
        found[f"set {phase}"] = a_state(first, outside, set=a, together=(first, *rest))
        follower = replace(rest[0], number=128, ulid=ULID)
        found[f"part {phase}"] = a_state(follower, outside, set=a, together=(rest[1], follower))
    found["continued"] = a_state(a_deploy(Phase.RUNNING), outside, continued=True)
    found["newer"] = a_state(settled(Verdict.SUCCEEDED), outside, newer=130)
    found["restoring"] = a_state(
        a_deploy(Phase.RUNNING), outside, attempts=(an_attempt(a_plan(), direction=Direction.RESTORE),)
    )
    found["settled by a person"] = a_state(settled(Verdict.FAILED, code="settled_by_person", failure=None), outside)
    found["superseded outside"] = a_state(settled(Verdict.SUPERSEDED, code="superseded_outside"), outside)
    return found
