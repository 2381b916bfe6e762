"""For ``slipway doctor``: a target's repository and workflow, what makes its deploys less safe, what proves them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.github.before import Before
from adapters.github.filling import NAMES
from adapters.github.repository import Repository
from adapters.github.titles import titles
from adapters.github.workflow import lines as of_workflow
from bot.errors import AdapterError
from bot.model import Finding

Line = tuple[str, bool | None, Mapping[str, Any]]


async def lines(repository: Repository, before: Before, known: Mapping[str, str]) -> Sequence[Line]:
    """``known``: the values of {env} and {service}. Where there is no workflow there is no more to say."""
    config = repository.config
    found = [_line(one) async for one in before.standing()]
    try:
        workflow = await repository.workflow(config.ref)
    except AdapterError as error:
        told = {code for code, _, _ in found}
        return found if error.code in told else [*found, (error.code, False, error.facts)]
    inputs = {name: template.format_map(_filled(known)) for name, template in config.inputs.items()}
    where = {"path": config.path, "ref": config.ref, "env": known["env"]}
    owner = repository.name.partition("/")[0]
    found += await asyncio.to_thread(lambda: list(of_workflow(workflow, inputs, owner=owner, **where)))
    if workflow.dispatchable:
        found += [_line(one) for one in before.proving(titles(workflow.run_name, config.inputs, known))]
    return found


def _filled(known: Mapping[str, str]) -> dict[str, str]:
    """What a plan does not know yet stays as it is written."""
    return {**{name: f"{{{name}}}" for name in NAMES}, **known}


def _line(found: Finding) -> Line:
    return found.code, False if found.stops else None, found.facts
