"""The phase ``watching``: the new version runs and is proved; its metric is looked at until its time has passed.

Evidence and health must stay true all the while. At the end a clear yes is green and a clear no is a failure; anything
else (too few samples, no data, no Prometheus) holds the target and asks a person. It never turns green by itself then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot import metrics, prometheus
from bot.engine import watched
from bot.engine.core import Core
from bot.engine.running import carried, judge, look_once, silent
from bot.engine.verdict import failed, settle, to_unknown
from bot.engine.verifying import ENDED, green, proof
from bot.engine.watched import Watched
from bot.engine.watching import Watching
from bot.ledger.rows import NewPing
from bot.model import (
    Answer,
    AttemptRow,
    Deploy,
    Evidence,
    Failure,
    Health,
    HealthCheck,
    Progress,
    Status,
    WatchAfter,
)
from bot.plan.facts import probe

SURE = 2  # readings in a row against the bound: one may be an outlier
CLOSELY, LOOSELY = 5.0, 30.0  # seconds between looks at the platform
OFTEN, SELDOM = 5.0, 300.0  # seconds between readings of the metric
HELD = 60.0  # seconds between readings while a person is asked
SPOT = Answer(None, 0.0)


async def watching(core: Core, deploy: Deploy) -> float:
    found, after, state = await carried(core, deploy), deploy.plan.watch_after, watched.of(deploy)
    check = core.site(deploy.target).spec.health
    if found is None or after is None or state is None or check is None:
        return await to_unknown(core, deploy, "no_attempt", {})
    row, ref, memory = found
    if memory.counted is None:
        memory.counted = memory.clock()
    progress = await look_once(core, deploy, row, ref, memory)
    if progress is None:
        return await silent(core, deploy, memory, "no_answer")
    if progress.status not in ENDED:
        return await judge(core, deploy, row, memory, progress)
    if deploy.stop_asked:
        return await failed(core, deploy, row.attempt, Failure("stopped", "watch"), switched=True)
    bad = await _gone_bad(core, deploy, row, memory, check, progress)
    if bad is not None:
        failure = progress.failure or Failure(bad.error or "health_failed", "watch", _told(bad), progress.log)
        return await failed(core, deploy, row.attempt, failure, switched=True, health=bad if bad.tries else None)
    if memory.unwell:
        return min(max(check.interval, 0.1), CLOSELY)
    return await _metric(core, deploy, row, memory, after, state)


async def _gone_bad(
    core: Core, deploy: Deploy, row: AttemptRow, memory: Watching, check: HealthCheck, progress: Progress
) -> Health | None:
    """Another version, another instance or nothing at all is bad at once; health after as many tries as at the start.

    ``tries`` 0: the evidence is what is bad, and ``error`` its code.
    """
    before = Progress(Status.DONE, evidence=deploy.evidence)
    spot = proof(row.attempt.to, before, progress, SPOT, replace(check, version=None))
    if isinstance(spot, str):
        return Health(False, 0, error=spot)
    answer = await probe(core.site(deploy.target))
    well = answer.status == check.expect and isinstance(
        proof(row.attempt.to, before, progress, answer, check), Evidence
    )
    memory.unwell = 0 if well else memory.unwell + 1
    if memory.unwell < check.tries:
        return None
    error = "wrong_version" if answer.status == check.expect else answer.error
    return Health(False, memory.unwell, answer.status, round(answer.ms, 1), error, core.now())


def _told(bad: Health) -> dict[str, Any]:
    return {"status": bad.status, "error": bad.error, "tries": bad.tries}


async def _metric(
    core: Core, deploy: Deploy, row: AttemptRow, memory: Watching, after: WatchAfter, state: Watched
) -> float:
    assert memory.counted is not None
    passed = memory.clock() - memory.counted
    due = _pace(core, after, state)
    if state.left > 0:
        due = min(due, state.left)
    if state.code is not None and passed < due:
        return min(due - passed, LOOSELY if state.nagged else _closely(after))
    window, timeout = state.watched + passed, core.deadlines.metric
    reading = await prometheus.read(after.metric, window=window, timeout=timeout, at=core.at)
    passed = memory.clock() - memory.counted
    said = prometheus.judge(reading, after.metric)
    state = state.after(passed, reading, said, core.now())
    deploy, state = await _note(core, deploy, state, reading)
    memory.counted = memory.clock()
    _measure(deploy, state)
    if state.broken >= SURE:
        failure = Failure("metric_broken", "watch", _read(after, state))
        return await failed(core, deploy, row.attempt, failure, switched=True)
    if state.held is None and state.left <= 0 and said == "within":
        assert deploy.health is not None
        assert deploy.evidence is not None
        ending = green(core, deploy, row.attempt, deploy.health, deploy.evidence, deploy.downtime)
        await settle(core, deploy, replace(ending, facts=deploy.facts))
    return 0.0


def _pace(core: Core, after: WatchAfter, state: Watched) -> float:
    """Seconds between two readings: forty of them in the whole time, within bounds."""
    if state.held is not None:
        return core.deadlines.slowest_look if state.nagged else HELD
    if state.broken:
        return OFTEN
    return min(max(after.for_ / 40, OFTEN), SELDOM)


def _closely(after: WatchAfter) -> float:
    return min(max(after.for_ / 120, CLOSELY), LOOSELY)


async def _note(core: Core, deploy: Deploy, state: Watched, reading: prometheus.Reading) -> tuple[Deploy, Watched]:
    """The reading, and with it whom it asks: somebody, once, when the time is over and nothing is clear."""
    over = state.held is None and state.left <= 0 and state.code not in ("within", "broken")
    nag = state.held is not None and not state.nagged and state.waited >= core.deadlines.escalate_after
    state = replace(state, held=core.now() if over else state.held, nagged=state.nagged or nag)
    noted = await core.note(
        deploy,
        "watch_held" if over else "watch_nag" if nag else "metric_unread" if reading.samples is None else "metric_read",
        facts={**reading.facts, "code": state.code, "value": state.value, "samples": state.samples},
        columns={"facts": watched.facts(deploy, state)},
        pings=[NewPing("watch_held" if over else "watch_nag")] if over or nag else [],
    )
    return noted, state


def _read(after: WatchAfter, state: Watched) -> dict[str, Any]:
    return {"value": state.value, "bound": after.metric.bound, "samples": state.samples, "need": after.metric.samples}


def _measure(deploy: Deploy, state: Watched) -> None:
    where = deploy.target
    metrics.READINGS.labels(where.service, where.env, str(state.code)).inc()
    if state.value is not None:
        metrics.WATCHED.labels(where.service, where.env).set(state.value)
