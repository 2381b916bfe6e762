"""The targets' side: what the adapter finds, what runs, and whether the health check passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

from bot import health
from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.errors import AdapterError
from bot.model import Answer, HealthCheck, Nothing, Running, Target, TargetSpec, Unreadable
from bot.ports import Adapter, Diagnoses, Models, Probes

DEADLINE = 60.0  # seconds for one target's adapter
STATES = {True: State.OK, False: State.FAIL, None: State.WARN}


async def examine(config: Config, adapters: Mapping[Target, Adapter]) -> AsyncIterator[Line]:
    """One target after the other; a broken one does not hide the next."""
    for target, adapter in adapters.items():
        try:
            async for found in _target(config.targets[target], adapter):
                yield found
        finally:
            await adapter.close()


async def _target(spec: TargetSpec, adapter: Adapter) -> AsyncIterator[Line]:
    """Each look; where one gets no answer at all, the next would not either."""
    for look in (_diagnosed, _running, _model, _health):
        found, answered = await _in_time(look(spec, adapter), spec.target.key)
        for one in found:
            yield one
        if not answered:
            return


async def _in_time(look: Awaitable[list[Line]], where: str) -> tuple[list[Line], bool]:
    try:
        async with asyncio.timeout(DEADLINE):
            return await look, True
    except AdapterError as error:
        return [line(State.FAIL, where, f"{error.kind}.{error.code}", error.facts)], False
    except TimeoutError:
        return [line(State.FAIL, where, "target.timeout", {"seconds": int(DEADLINE)})], False


async def _diagnosed(spec: TargetSpec, adapter: Adapter) -> list[Line]:
    if not isinstance(adapter, Diagnoses):
        return []
    found = await adapter.diagnose()
    return [line(STATES[good], spec.target.key, f"{spec.adapter}.{code}", facts) for code, good, facts in found]


async def _running(spec: TargetSpec, adapter: Adapter) -> list[Line]:
    where, seen = spec.target.key, await adapter.running()
    match seen:
        case Running(version, proof):
            return [line(State.OK, where, "target.runs", {"version": version.label, "proof": proof})]
        case Nothing(facts):
            return [line(State.WARN, where, "target.nothing", facts)]
        case Unreadable(code, facts):
            return [line(State.FAIL, where, f"{spec.adapter}.{code}", facts)]


async def _model(spec: TargetSpec, adapter: Adapter) -> list[Line]:
    """The target's environment names its model where the file says so."""
    if spec.model is None or spec.model.key is None or not isinstance(adapter, Models):
        return []
    found = await adapter.model(spec.model.key)
    facts = {"key": spec.model.key, "model": found}
    return [line(State.OK if found else State.WARN, spec.target.key, "target.model", facts)]


async def _health(spec: TargetSpec, adapter: Adapter) -> list[Line]:
    where, check = spec.target.key, spec.health
    if check is None:
        return [line(State.WARN, where, "target.no_health")]
    inside = check.source == "host" and isinstance(adapter, Probes)
    answer = await adapter.probe(check) if inside and isinstance(adapter, Probes) else await health.ask(check)
    lines = [line(_state(answer.status == check.expect), where, "target.health", _facts(check, answer))]
    if check.version and answer.status == check.expect:
        lines.append(line(_state(bool(answer.version)), where, "target.health_version", {"version": answer.version}))
    return lines


def _state(good: bool) -> State:
    return State.OK if good else State.FAIL


def _facts(check: HealthCheck, answer: Answer) -> dict[str, Any]:
    said = f"HTTP {answer.status}" if answer.status else answer.error or "no answer"
    asked = {"url": check.url, "source": check.source, "expect": check.expect}
    return {**asked, "answer": said, "status": answer.status, "ms": round(answer.ms)}
