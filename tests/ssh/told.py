"""What the stories expect of failures and findings: the code, with exactly the facts that the catalogue gets."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

import pytest

from adapters.ssh.codes import CODES
from bot.errors import AdapterError
from bot.model import Change, Failure, Finding, Kind, Preflight, Progress, Running, Status
from bot.ports import Adapter, Preflights
from tests.contract.beds import running


def complete(code: str, facts: Mapping[str, Any]) -> None:
    assert set(facts) == set(CODES[code]), (code, facts)


def failed(progress: Progress, code: str, step: str) -> Failure:
    assert progress.status is Status.FAILED, progress
    assert progress.failure is not None
    assert (progress.failure.code, progress.failure.step) == (code, step), progress.failure
    complete(code, progress.failure.facts)
    return progress.failure


async def untouched(adapter: Adapter, progress: Progress, before: Running) -> None:
    """The old instance runs on, and the record says that nothing was switched."""
    assert not progress.switched
    assert (await running(adapter)) == before


async def preflight(adapter: Adapter, wanted: str, kind: Kind = Kind.DEPLOY) -> Preflight:
    assert isinstance(adapter, Preflights)
    seen = await adapter.running()
    before = seen.version if isinstance(seen, Running) else None
    found = await adapter.preflight(Change(kind, before, await adapter.resolve(wanted)))
    for finding in found.findings:
        complete(finding.code, finding.facts)
    return found


def only(found: Preflight) -> Finding:
    assert len(found.findings) == 1, found.findings
    return found.findings[0]


async def refused(call: Awaitable[Any], code: str, *, retry: bool) -> AdapterError:
    with pytest.raises(AdapterError) as error:
        await call
    assert (error.value.code, error.value.retry) == (code, retry), error.value
    complete(code, error.value.facts)
    return error.value
