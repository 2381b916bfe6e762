"""What the code can say, read from its syntax: codes of refusals, verdicts and audit rows, and keys of texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "commands", "adapters")


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """(where, call) of every call in the product."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def named(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def literals(node: ast.expr | None) -> Iterator[str]:
    """Every string that an argument may be: a literal, or the branches of a conditional."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    if len(call.args) > place:
        return call.args[place]
    return next((word.value for word in call.keywords if word.arg == name), None)


@cache
def codes(function: str, place: int, name: str = "code") -> dict[str, list[tuple[str, ast.Call]]]:
    """Literal codes that stand at ``place`` (or under ``name``) of calls of ``function``: code → where, call."""
    found: dict[str, list[tuple[str, ast.Call]]] = {}
    for where, call in calls():
        if named(call) == function:
            for code in literals(argument(call, place, name)):
                found.setdefault(code, []).append((where, call))
    return found


def given(call: ast.Call) -> set[str] | None:
    """Names of the facts handed over; None: some come from a mapping."""
    names = {word.arg for word in call.keywords}
    return None if None in names else {name for name in names if name}
