"""From a workflow's text to its shape. What is not shaped as GitHub asks is left out or refused, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from adapters.github.workflow.shape import Concurrency, Flag, Input, Job, Step, Workflow
from adapters.github.workflow.tree import Tree, plain, unreadable

DISPATCH = "workflow_dispatch"
OUTCOME = re.compile(r"\bsteps\.([\w-]+)\.outcome\b")
SCRIPTS = ("script", "run", "command")  # inputs of actions that run what they are given


def read(text: str) -> Workflow:
    """Pure; the longest file takes more than a moment: call it in a thread.

    Raises AdapterError("workflow_unreadable"): why.
    """
    file = plain(text)
    if not isinstance(file, dict) or not isinstance(file.get("jobs"), dict):
        raise unreadable("it has no jobs")
    triggers = _triggers(file.get("on"))
    dispatch = triggers.get(DISPATCH)
    return Workflow(
        name=_text(file.get("name")),
        run_name=_text(file.get("run-name")),
        dispatchable=DISPATCH in triggers,
        inputs=_inputs(_table(_table(dispatch).get("inputs"))),
        jobs={name: _job(name, _table(job)) for name, job in file["jobs"].items()},
        concurrency=_concurrency(file.get("concurrency")),
        writes_all=file.get("permissions") == "write-all",
    )


def _triggers(on: Tree) -> Mapping[str, Any]:
    """``on`` is a name, a list of names, or a table."""
    if isinstance(on, dict):
        return on
    names = on if isinstance(on, list) else [on]
    return {name: None for name in names if isinstance(name, str)}


def _inputs(declared: Mapping[str, Any]) -> dict[str, Input]:
    return {name: _input(_table(body)) for name, body in declared.items()}


def _input(body: Mapping[str, Any]) -> Input:
    return Input(
        type=_text(body.get("type")) or "string",
        required=body.get("required") is True,
        default=_text(body.get("default")),
        options=_texts(body.get("options")),
    )


def _job(name: str, body: Mapping[str, Any]) -> Job:
    return Job(
        id=name,
        name=_text(body.get("name")),
        uses=_text(body.get("uses")),
        environment=_text(_named(body.get("environment"), "name")),
        condition=_text(body.get("if")),
        needs=_texts(body.get("needs")),
        hides=_flag(body.get("continue-on-error")),
        concurrency=_concurrency(body.get("concurrency")),
        writes_all=body.get("permissions") == "write-all",
        steps=tuple(_step(step) for step in _list(body.get("steps")) if isinstance(step, dict)),
        judged=frozenset(name for text in _said(body) for name in OUTCOME.findall(text)),
    )


def _step(body: Mapping[str, Any]) -> Step:
    uses, run = _text(body.get("uses")), _text(body.get("run"))
    given = _table(body.get("with"))
    scripts = [text for text in (_text(given.get(name)) for name in SCRIPTS) if text]
    first = next(iter((run or "").strip().splitlines()), "")
    return Step(
        name=_text(body.get("name")) or uses or first or "?",
        id=_text(body.get("id")),
        uses=uses,
        run=run,
        script="\n".join(scripts) or None,
        hides=_flag(body.get("continue-on-error")),
    )


def _concurrency(said: Tree) -> Concurrency | None:
    """A group's name, or a table with it."""
    group = _text(_named(said, "group"))
    if not group:
        return None
    return Concurrency(group, _flag(said.get("cancel-in-progress")) if isinstance(said, dict) else False)


def _said(body: Mapping[str, Any]) -> Iterator[str]:
    """Every text in it."""
    left: list[Any] = list(body.values())
    while left:
        said = left.pop()
        if isinstance(said, str):
            yield said
        elif isinstance(said, dict | list):
            left.extend(said.values() if isinstance(said, dict) else said)


def _named(said: Tree, key: str) -> Tree:
    return said.get(key) if isinstance(said, dict) else said


def _flag(said: Tree) -> Flag:
    return said if isinstance(said, bool | str) else False


def _text(said: Tree) -> str | None:
    if isinstance(said, bool):
        return "true" if said else "false"
    return said if isinstance(said, str) else None


def _texts(said: Tree) -> tuple[str, ...]:
    """One or several."""
    return tuple(text for text in (_text(one) for one in (said if isinstance(said, list) else [said])) if text)


def _list(said: Tree) -> list[Any]:
    return said if isinstance(said, list) else []


def _table(said: Tree) -> Mapping[str, Any]:
    return said if isinstance(said, dict) else {}
