"""A workflow file, read before it is dispatched: its inputs, and what in it makes a deploy less safe. Pure."""

from adapters.github.workflow.expressions import filled, holds
from adapters.github.workflow.habits import typed, warnings
from adapters.github.workflow.inputs import Problem, check, names
from adapters.github.workflow.lines import lines
from adapters.github.workflow.reading import read
from adapters.github.workflow.shape import Concurrency, Input, Job, Step, Workflow

__all__ = [
    "Concurrency",
    "Input",
    "Job",
    "Problem",
    "Step",
    "Workflow",
    "check",
    "filled",
    "holds",
    "lines",
    "names",
    "read",
    "typed",
    "warnings",
]
