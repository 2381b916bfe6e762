"""Counters of /metrics. Labels are names from the config and codes: nothing that people type."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()

DEPLOYS = Counter(
    "slipway_deploys", "Deploys that reached a verdict.", ["service", "env", "kind", "verdict"], registry=REGISTRY
)
SECONDS = Histogram(
    "slipway_deploy_seconds",
    "From the intent to the verdict.",
    ["service", "env", "verdict"],
    buckets=(1, 2, 5, 10, 30, 60, 120, 300, 600, 1800),
    registry=REGISTRY,
)
BREAK_GLASS = Counter(
    "slipway_break_glass_deploys",
    "Break-glass deploys that reached a verdict.",
    ["service", "env", "verdict"],
    registry=REGISTRY,
)
COUNTERSIGNS = Gauge(
    "slipway_countersigns_owed", "Break-glass deploys that nobody stood behind yet.", ["state"], registry=REGISTRY
)
UNFINISHED = Gauge(
    "slipway_unfinished_deploys", "Confirmed deploys without a verdict, by phase.", ["phase"], registry=REGISTRY
)
READINGS = Counter(
    "slipway_watch_readings",
    "Readings of a metric after a deploy, by result.",
    ["service", "env", "result"],
    registry=REGISTRY,
)
WATCHED = Gauge(
    "slipway_watch_value",
    "The metric's value at the newest reading after a deploy.",
    ["service", "env"],
    registry=REGISTRY,
)
DELIVERIES = Counter(
    "slipway_webhook_deliveries",
    "Webhooks that came in, by what became of them.",
    ["source", "event", "outcome"],
    registry=REGISTRY,
)
HINT_QUEUE = Gauge("slipway_hint_queue_reached", "1 while the queue of hints answers.", ["queue"], registry=REGISTRY)
REFUSALS = Counter("slipway_refusals", "Orders that were not accepted.", ["verb", "code"], registry=REGISTRY)
GATES = Counter(
    "slipway_gate_answers",
    "What gates said when they were asked.",
    ["service", "env", "gate", "says"],
    registry=REGISTRY,
)
CALLS = Histogram(
    "slipway_adapter_call_seconds",
    "Calls to platforms, by result.",
    ["kind", "call", "result"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30),
    registry=REGISTRY,
)
GATEWAY = Gauge("slipway_discord_ready", "1 while the gateway is READY.", registry=REGISTRY)
HEALTHY = Gauge(
    "slipway_target_healthy", "1 while a target's own watch finds it well.", ["service", "env"], registry=REGISTRY
)
DRIFT = Gauge(
    "slipway_target_drift", "1 while something else runs than was recorded.", ["service", "env"], registry=REGISTRY
)
CALENDAR_READ = Gauge(
    "slipway_oncall_calendar_read_seconds", "When the on-call calendar was last read, Unix time.", registry=REGISTRY
)
HANDOVERS = Counter("slipway_oncall_handovers", "Changes of the person on call.", registry=REGISTRY)
LOOP_LAG = Gauge("slipway_loop_lag_seconds", "How late the last heartbeat of the event loop was.", registry=REGISTRY)
REQUESTS_LEFT = Gauge(
    "slipway_github_requests_left",
    "Requests that GitHub still answers before the reset.",
    ["identity"],
    registry=REGISTRY,
)
REQUESTS_LIMIT = Gauge(
    "slipway_github_requests_limit", "Requests that GitHub answers in an hour.", ["identity"], registry=REGISTRY
)
AWS_REQUESTS = Counter(
    "slipway_aws_requests", "Requests to AWS, by IAM's name of the action.", ["action"], registry=REGISTRY
)
AWS_FAULTS = Counter(
    "slipway_aws_faults", "Requests to AWS that came to nothing, by the code of why.", ["code"], registry=REGISTRY
)
QUEUED = Gauge("slipway_queue_wishes", "People who wait for a target that is not free.", registry=REGISTRY)
UNTOLD = Gauge("slipway_records_waiting", "What others (GitHub) are still to be told of deploys.", registry=REGISTRY)
UNDRAWN = Gauge("slipway_cards_waiting", "Messages that Discord does not show yet.", registry=REGISTRY)


def count_up(counter: Counter, totals: Mapping[str, int], known: dict[str, int]) -> None:
    """A counter of what somebody else counts; ``known``: what was told before."""
    for name, total in totals.items():
        counter.labels(name).inc(total - known.get(name, 0))
    known.update(totals)


def page() -> bytes:
    """The text format of Prometheus."""
    return generate_latest(REGISTRY)
