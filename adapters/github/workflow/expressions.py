"""What a job's ``if`` comes to, as far as our inputs tell: true, false, or only GitHub knows.

Three-valued, for ``||``, ``&&``, ``!``, ``==``, ``!=``, brackets, literals and our inputs; comparison ignores case
(https://docs.github.com/actions/reference/workflows-and-actions/expressions). All else is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Value = str | bool | None
"""None: unknown."""

Given = Mapping[str, str | bool]
"""Our inputs as the ``inputs`` context has them (a boolean is one); those whose value is not known yet are left out."""

INPUT = re.compile(r"(?<![\w.-])(?:github\.event\.)?inputs\b(?:\.([\w-]+)|\[\s*'([^']+)'\s*\])?")
RUNS_ANYWAY = re.compile(r"\b(?:always|failure|cancelled)\s*\(")
WORD = re.compile(r"\s*(\|\||&&|==|!=|!|\(|\)|'(?:[^']|'')*'|(?:(?![|&=!()']).)+)", re.DOTALL)
LONGEST = 4_000  # characters of a condition that is looked at


class _Unclear(Exception):
    """A form that is not read here."""


def _parts(text: str) -> Iterator[tuple[str, str | None]]:
    """Plain text, and the expression after it if there is one; each character is looked at once."""
    at = 0
    while (start := text.find("${{", at)) >= 0 and (end := text.find("}}", start)) >= 0:
        yield text[at:start], text[start + 3 : end].strip()[: LONGEST + 1]
        at = end + 2
    yield text[at:], None


def expressions(text: str) -> list[str]:
    """What stands between ``${{`` and ``}}``."""
    return [found for _, found in _parts(text) if found is not None]


def uses_inputs(text: str) -> list[str]:
    """Names of the inputs that GitHub puts into this text before anything runs; ``*`` for all of them."""
    found = (name for inside in expressions(text) for name in INPUT.findall(_without_text(inside)))
    return list(dict.fromkeys(dotted or bracketed or "*" for dotted, bracketed in found))


def _without_text(expression: str) -> str:
    """Without literals that merely speak of inputs; ``inputs['x']`` stays."""
    return re.sub(r"(?<!\[)'(?:[^']|'')*'", "''", expression)


def filled(text: str, inputs: Given) -> str | None:
    """The text with our inputs in it; None where more than they would have to be known."""
    whole = []
    for before, expression in _parts(text):
        said = "" if expression is None else _value(expression, inputs)
        if said is None:
            return None
        whole += [before, str(said).lower() if isinstance(said, bool) else said]
    return "".join(whole)


def holds(condition: str | None, inputs: Given) -> bool | None:
    """None: unknown. No condition holds."""
    if condition is None:
        return True
    parts = list(_parts(condition.strip()))
    marked = parts[0][1] if len(parts) == 2 and parts[0][0] == parts[1][0] == "" else None
    said = _value(condition if marked is None else marked, inputs)
    return None if said is None else bool(said)


def _value(text: str, inputs: Given) -> Value:
    """Any form that is not read is unknown."""
    if len(text) > LONGEST or text.count("(") > 20 or text.count("!") > 20:
        return None
    tokens = [found for found in (one.strip() for one in WORD.findall(text)) if found]
    try:
        said = _any(tokens, inputs)
    except (_Unclear, IndexError):
        return None
    return None if tokens else said


def _any(tokens: list[str], inputs: Given) -> Value:
    return _chain(tokens, inputs, "||", _all, decides=True)


def _all(tokens: list[str], inputs: Given) -> Value:
    return _chain(tokens, inputs, "&&", _compared, decides=False)


def _chain(
    tokens: list[str],
    inputs: Given,
    sign: str,
    part: Callable[[list[str], Given], Value],
    *,
    decides: bool,
) -> Value:
    """The first operand that decides, else the last, as in JavaScript; an unknown one leaves it open."""
    parts = [part(tokens, inputs)]
    while tokens and tokens[0] == sign:
        tokens.pop(0)
        parts.append(part(tokens, inputs))
    if len(parts) == 1:
        return parts[0]
    known = [one for one in parts if one is not None]
    deciding = next((one for one in known if bool(one) is decides), None)
    if deciding is not None:
        return deciding if len(known) == len(parts) else decides
    return known[-1] if len(known) == len(parts) else None


def _compared(tokens: list[str], inputs: Given) -> Value:
    left = _one(tokens, inputs)
    while tokens and tokens[0] in ("==", "!="):
        same = tokens.pop(0) == "=="
        right = _one(tokens, inputs)
        if left is None or right is None or isinstance(left, bool) is not isinstance(right, bool):
            left = None  # GitHub turns different kinds into numbers; nobody means that
        else:
            left = (_folded(left) == _folded(right)) is same
    return left


def _one(tokens: list[str], inputs: Given) -> Value:
    word = tokens.pop(0)
    if word == "!":
        said = _one(tokens, inputs)
        return None if said is None else not said
    if word == "(":
        said = _any(tokens, inputs)
        if tokens.pop(0) != ")":
            raise _Unclear
        return said
    if word.startswith("'"):
        return word[1:-1].replace("''", "'")
    if tokens and tokens[0] == "(":  # a function
        _skip(tokens)
        return None
    return _named(word, inputs)


def _named(word: str, inputs: Given) -> Value:
    if word in ("true", "false"):
        return word == "true"
    if word == "github.event_name":
        return "workflow_dispatch"
    found = INPUT.fullmatch(word)
    name = found[1] if found else None
    return inputs.get(name) if name else None


def _skip(tokens: list[str]) -> None:
    """Over a function's brackets."""
    depth = 0
    while tokens:
        word = tokens.pop(0)
        depth += (word == "(") - (word == ")")
        if depth == 0:
            return
    raise _Unclear


def _folded(value: Value) -> Value:
    return value.casefold() if isinstance(value, str) else value
