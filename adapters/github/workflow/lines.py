"""For ``slipway doctor``: a workflow as a target dispatches it, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from adapters.github.workflow.habits import warnings
from adapters.github.workflow.inputs import Problem, check, names
from adapters.github.workflow.shape import Workflow

Line = tuple[str, bool | None, Mapping[str, Any]]


def lines(
    workflow: Workflow, inputs: Mapping[str, str], *, path: str, ref: str, env: str, owner: str | None = None
) -> Iterator[Line]:
    """``inputs``: as configured; a value with a placeholder in it is judged before each dispatch, not here."""
    bad = _refused(workflow, inputs)
    if not bad:
        yield "workflow", True, {"workflow": path, "ref": ref}
    yield from ((one.code, False, one.facts) for one in bad)
    if workflow.dispatchable:
        yield from ((one.code, None, one.facts) for one in warnings(workflow, inputs, env, owner))


def _refused(workflow: Workflow, inputs: Mapping[str, str]) -> list[Problem]:
    if not workflow.dispatchable:
        return check(workflow, inputs)
    missing = list(names(workflow, inputs))
    said = {problem.facts.get("input") for problem in missing}
    fixed = {name: value for name, value in inputs.items() if "{" not in value}
    known = [one for one in check(workflow, fixed) if one.facts.get("input") not in {*said, *(inputs.keys() - fixed)}]
    return missing + known
