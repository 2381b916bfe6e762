"""From rows to stories: a line of /history, a deploy step by step, a target's last healthy and first failing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.errors import Refusal
from bot.ledger import Ledger, audit, deploys
from bot.ledger.locks import ALL
from bot.ledger.rows import AuditRow, StateParts
from bot.model import (
    Approval,
    Deploy,
    DeployState,
    HistoryRow,
    Link,
    Seats,
    Standing,
    Target,
    TargetSpec,
    Verdict,
    WhyLine,
    WhyView,
    duration,
)

EVENTS = (
    *(
        "drift",
        "unhealthy",
        "well_again",
        "accepted",
        "locked",
        "unlocked",
        "lock_extended",
        "override_set",
        "override_ended",
        "frozen",
        "unfrozen",
    ),
    *("countersigned", "countersign_overdue"),
)
BAD = (Verdict.FAILED, Verdict.ROLLED_BACK)


def moment(since: str, now: float) -> float:
    """``7d`` back from now, or an ISO date (its start, UTC). Raises Refusal("bad_duration")."""
    try:
        return now - duration.seconds(since.strip().lower())
    except ValueError:
        pass
    try:
        day = datetime.fromisoformat(since.strip())
    except ValueError:
        raise Refusal("bad_duration", wanted=since) from None
    return (day if day.tzinfo else day.replace(tzinfo=UTC)).timestamp()


def line(deploy: Deploy, link: Link | None = None, record: Standing | None = None) -> HistoryRow:
    began, ended = deploy.started_at, deploy.settled_at
    return HistoryRow(
        at=deploy.confirmed_at or deploy.created_at,
        target=deploy.target,
        number=deploy.number,
        kind=deploy.kind,
        before=deploy.plan.before,
        to=deploy.to,
        verdict=deploy.verdict,
        phase=deploy.phase.value,
        code=deploy.code,
        who=deploy.requester_name,
        seconds=ended - began if began and ended else None,
        emergency=deploy.plan.emergency,
        model=deploy.plan.model,
        link=link,
        record=record,
    )


def state(
    parts: StateParts, spec: TargetSpec | None, usual: Mapping[str, float], links: Mapping[str, Link]
) -> DeployState:
    """The ledger's part, what the engine last counted of the votes, and the configuration's words.

    ``spec`` None: the target was taken out of the configuration; its card still tells the truth.
    """
    tally = parts.deploy.facts.get("tally", {})
    ignored = {(user, choice, source): reason for user, choice, source, reason in tally.get("ignored", [])}
    approval = spec.policy.approve if spec else None
    return DeployState(
        deploy=parts.deploy,
        title=spec.title if spec else parts.deploy.target.service,
        attempts=tuple(parts.attempts),
        votes=tuple(replace(vote, counts=ignored.get((vote.user, vote.choice, vote.source))) for vote in parts.votes),
        need=tally.get("need", sum(group.count for group in approval.groups) if approval else 0),
        have=tally.get("have", 0),
        groups=_groups(tally, approval),
        approvers=tuple(tally.get("approvers", [])),
        usual=usual,
        impact=spec.impact if spec else {},
        newer=parts.newer,
        links=links,
        countersign=parts.countersign,
    )


def _groups(tally: Mapping[str, Any], approval: Approval | None) -> tuple[Seats, ...]:
    """As they were last counted; before that nobody sits anywhere."""
    if "groups" in tally:
        return tuple(Seats(tuple(one["roles"]), one["oncall"], one["have"], one["need"]) for one in tally["groups"])
    return tuple(Seats(group.roles, group.oncall, 0, group.count) for group in (approval.groups if approval else ()))


def event(row: AuditRow) -> HistoryRow:
    """Something that changed a target beside deploys."""
    target = Target(row.service or "*", row.env or "*")
    return HistoryRow(at=row.at, target=target, who=row.actor, event=row.action, facts=row.facts)


def covers(row: AuditRow, service: str | None, env: str | None) -> bool:
    """A hold on everything stands in every target's history."""
    return (service in (None, row.service) or row.service == ALL) and (env in (None, row.env) or row.env == ALL)


def why_line(row: AuditRow, deploy: Deploy | None = None) -> WhyLine:
    return WhyLine(at=row.at, code=row.action, actor=_actor(row, deploy), facts=row.facts)


def _actor(row: AuditRow, deploy: Deploy | None) -> str:
    if row.actor == "slipway" or deploy is None:
        return row.actor
    names = {deploy.requester: deploy.requester_name, deploy.ended_by: deploy.ended_by_name}
    return names.get(row.actor) or row.actor


def of_deploy(deploy: Deploy, rows: Sequence[AuditRow], links: Mapping[str, Link]) -> WhyView:
    """``links``: by the attempt's id; each stands where that attempt's beginning was read."""
    begun = {row.seq: links.get(row.facts.get("attempt", "")) for row in rows if row.action == "adopted"}
    lines = (replace(why_line(row, deploy), link=begun.get(row.seq)) for row in _told(rows))
    return WhyView(deploy.target, tuple(lines), number=deploy.number, adapter=deploy.plan.adapter)


def _told(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """Of readings in a row that were judged alike only the newest is told."""
    later = [*rows[1:], None]
    return [row for row, after in zip(rows, later, strict=True) if after is None or not _same_reading(row, after)]


def _same_reading(row: AuditRow, after: AuditRow) -> bool:
    both = row.action == after.action in ("metric_read", "metric_unread")
    return both and row.facts.get("code") == after.facts.get("code")


async def of_target(ledger: Ledger, target: Target) -> WhyView:
    """Last healthy → first failing after it → everything between. Nothing by Slipway in between is an answer."""
    recent = await ledger.read(deploys.recent, service=target.service, env=target.env, limit=50)
    healthy = next((deploy for deploy in recent if deploy.verdict is Verdict.SUCCEEDED), None)
    since = healthy.settled_at if healthy else None
    later = [deploy for deploy in reversed(recent) if healthy is None or deploy.number > healthy.number]
    failing = next((deploy for deploy in later if deploy.verdict in BAD), None)
    rows = await ledger.read(audit.events, target=target, since=since, limit=25)
    return WhyView(
        target,
        tuple(why_line(row) for row in rows),
        last_healthy=_verdict(healthy) if healthy else None,
        first_failing=_verdict(failing) if failing else None,
        adapter=recent[0].plan.adapter if recent else "",
    )


def _verdict(deploy: Deploy) -> WhyLine:
    facts = {"deploy": deploy.number, "version": deploy.to.label, "code": deploy.code}
    verdict = deploy.verdict.value if deploy.verdict else deploy.phase.value
    return WhyLine(deploy.settled_at or deploy.created_at, verdict, deploy.requester_name, facts)
