"""Where the product calls the outside, read from its source: a call that names no points cannot be walked.

Each check takes a module's source and returns a line for every call site that a crash test could not reach.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parents[2]
SCREEN = {"send", "edit", "react", "find", "attach", "pin"}
EFFECTS = {"start", "find", "check", "stop", "abandon"}
AUTHORITY = {"member", "reactions", "granted"}
WHOLE = {"before", "sent", "answered"}


def modules(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module below these folders of the project, without what runs on a host by itself."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "remote" not in path.parts:
                yield path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))


def names(tree: ast.AST) -> Iterator[str]:
    """The points that ``at`` is called with; what a format puts in is ``*``."""
    for call in _calls(tree):
        if _last(call.func) in ("at", "_at") and len(call.args) == 1 and isinstance(call.func, ast.Attribute):
            yield from _texts(call.args[0])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)  # type: ignore[misc]


def verbs(tree: ast.AST) -> Iterator[str]:
    """What is given to ``ledger.do``: each names its points by itself. What wraps a verb goes by its name."""
    wrapped = {one.name: _last(by.args[0]) for one in _functions(tree) for by in one.decorator_list if _wraps(by)}
    for call in _calls(tree):
        if _last(call.func) == "do" and call.args and "ledger" in ast.unparse(call.func):
            verb = _last(call.args[0])
            yield wrapped.get(verb, verb)


def _wraps(decorator: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(decorator, ast.Call) and _last(decorator.func) == "wraps"


def writes_beside_the_ledger(tree: ast.AST) -> Iterator[str]:
    """``transact`` and raw statements that change something, outside of ``Ledger.do``."""
    yield from (f"line {call.lineno}: transact" for call in _calls(tree) if _last(call.func) == "transact")


def screens_without_points(tree: ast.AST) -> Iterator[str]:
    """A call of ``ports.Screen`` stands between its own ``before`` and ``sent``, in one function."""
    for function in _functions(tree):
        said = {point: line for line, point in _pointed(function)}
        for call in _calls(function):
            verb = _last(call.func)
            if verb not in SCREEN or not ast.unparse(call.func).endswith(f"screen.{verb}"):
                continue
            before, sent = said.get(f"screen.{verb}.before"), said.get(f"screen.{verb}.sent")
            if before is None or sent is None or not before < call.lineno < sent:
                yield f"line {call.lineno}: {ast.unparse(call.func)} without screen.{verb}.before and .sent around it"


def _pointed(function: ast.AST) -> Iterator[tuple[int, str]]:
    for call in _calls(function):
        if _last(call.func) in ("at", "_at") and call.args:
            yield from ((call.lineno, text) for text in _texts(call.args[0]))


def effects_without_points(tree: ast.AST) -> Iterator[str]:
    """An adapter's effect is an argument of ``core.call`` under its own name; so is what Discord says of a person."""
    named = {
        id(call.args[1]): call for call in _calls(tree) if _last(call.func) in ("call", "_authority") and call.args[1:]
    }
    for call in _calls(tree):
        asked, verb = ast.unparse(call.func), _last(call.func)
        wanted = ""
        if verb in EFFECTS and asked.endswith(f"adapter.{verb}"):
            wanted = f"adapter.{verb}"
        elif verb in AUTHORITY and asked.endswith(f"authority.{verb}"):
            wanted = verb
        around = named.get(id(call))
        if wanted and (around is None or [*_texts(around.args[0])] != [wanted]):
            yield f"line {call.lineno}: {asked} outside of a call named {wanted}"


def doors_without_points(tree: ast.AST) -> Iterator[str]:
    """A class with an ``_at`` is the one place that touches its platform: each public way in names all three points."""
    for found in ast.walk(tree):
        if isinstance(found, ast.ClassDef) and "self._at = " in ast.unparse(found):
            yield from _ways_in(found)


def _ways_in(found: ast.ClassDef) -> Iterator[str]:
    methods = {one.name: one for one in found.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}
    touches = {name for name, one in methods.items() if _touches(one)}
    for name, method in methods.items():
        reached = _reached(name, methods)
        if name.startswith("_") or name in ("close", "connection") or not (reached & touches):
            continue
        ends = {point.rsplit(".", 1)[-1] for each in reached for point in names(methods[each])}
        if not ends >= WHOLE:
            yield f"line {method.lineno}: {found.name}.{name} does not name {', '.join(sorted(WHOLE - ends))}"


def _touches(method: ast.AST) -> bool:
    """It speaks with the platform: a connection's own call, or the pretended world's."""
    text = ast.unparse(method)
    return any(mark in text for mark in ("asyncssh.", "connection.", "process.", "self._world."))


def _reached(name: str, methods: Mapping[str, ast.AST]) -> set[str]:
    found, left = set(), [name]
    while left:
        one = left.pop()
        if one in methods and one not in found:
            found.add(one)
            left += [_last(call.func) for call in _calls(methods[one]) if ast.unparse(call.func).startswith("self.")]
    return found


def imports(tree: ast.AST, name: str) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(one.name.split(".")[0] == name for one in node.names):
            return True
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == name:
            return True
    return False


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _last(node: ast.expr) -> str:
    """``core.ledger.do`` → do; ``deploys.move`` → move."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
