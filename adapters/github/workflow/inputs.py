"""Our inputs held against those that a workflow declares, before anything is dispatched.

GitHub refuses a dispatch with an input that is not declared, a required one that is missing and has no default, and a
value that its type does not allow (422); 25 inputs and 65,535 characters at most
(https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_dispatch).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.github.workflow.shape import Input, Workflow

AT_MOST = 25
LENGTH = 65_535
SHAPES = {
    "boolean": re.compile("true|false"),
    "number": re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?"),
}


@dataclass(frozen=True)
class Problem:
    """``code``: one of ``codes.INPUTS``."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def check(workflow: Workflow, inputs: Mapping[str, str]) -> list[Problem]:
    """Every reason for which GitHub would refuse these inputs, or silently do something else than was meant."""
    return list(_problems(workflow, inputs))


def _problems(workflow: Workflow, inputs: Mapping[str, str]) -> Iterator[Problem]:
    if not workflow.dispatchable:
        yield Problem("not_dispatchable")
        return
    yield from names(workflow, inputs)
    for name, value in inputs.items():
        if name in workflow.inputs:
            yield from _value(name, workflow.inputs[name], value)
    length = sum(len(name) + len(value) for name, value in inputs.items())
    if len(inputs) > AT_MOST:
        yield Problem("inputs_too_many", {"count": len(inputs), "most": AT_MOST})
    if length > LENGTH:
        yield Problem("inputs_too_long", {"length": length, "most": LENGTH})


def names(workflow: Workflow, inputs: Mapping[str, str]) -> Iterator[Problem]:
    """What can be said before the values are known."""
    declared = ", ".join(workflow.inputs) or "-"
    for name in inputs:
        if name not in workflow.inputs:
            yield Problem("input_unknown", {"input": name, "declared": declared})
    for name, one in workflow.inputs.items():
        if one.required and one.default is None and name not in inputs:
            yield Problem("input_missing", {"input": name})


def _value(name: str, declared: Input, value: str) -> Iterator[Problem]:
    facts = {"input": name, "value": value[:80]}
    shape = SHAPES.get(declared.type)
    if shape and not shape.fullmatch(value):
        yield Problem("input_type", {**facts, "type": declared.type})
    elif declared.type == "choice" and value not in declared.options:
        yield Problem("input_option", {**facts, "options": ", ".join(declared.options) or "-"})
    elif declared.required and not value:
        yield Problem("input_missing", {"input": name})
