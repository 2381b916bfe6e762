"""A workflow file's text as plain data: mappings, lists, text, true, false and nothing. Bounded, whoever wrote it.

As GitHub reads it: keys are text (``on`` stays ``on``), only ``true`` and ``false`` are booleans, a key stands once,
an alias repeats its anchor (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax).
Numbers stay the text that was written: every input of a dispatch is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bot.errors import AdapterError

SIZE = 256 * 1024  # characters of a file; people's own have a hundredth
DEPTH = 40  # tables in tables, aliases followed
VALUES = 50_000  # everything that the file says, aliases repeated
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
PLAIN = {said: value for word, value in WORDS.items() for said in (word, word.title(), word.upper())}  # YAML 1.2's

Tree = dict[str, Any] | list[Any] | str | bool | None


def unreadable(why: str) -> AdapterError:
    """The file is no workflow that could be dispatched; ``why`` is for people."""
    return AdapterError("github", "workflow_unreadable", retry=False, why=why)


@dataclass(frozen=True)
class _Whole:
    """A value that is complete: what it is, how many values it has in it, how deep it goes."""

    value: Tree
    size: int = 1
    depth: int = 0


class _Open:
    """A table or list that is being read."""

    def __init__(self, value: dict[str, Any] | list[Any], anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: str | None = None
        self.size = 1
        self.depth = 0

    def put(self, it: _Whole) -> None:
        self.size += it.size
        self.depth = max(self.depth, it.depth + 1)
        if isinstance(self.value, list):
            self.value.append(it.value)
        elif self.key is None:
            self.key = _key(it.value, self.value)
        else:
            self.value[self.key] = it.value
            self.key = None

    def whole(self) -> _Whole:
        return _Whole(self.value, self.size, self.depth)


def plain(text: str) -> Tree:
    """Raises AdapterError("workflow_unreadable")."""
    if len(text) > SIZE:
        raise unreadable(f"longer than {SIZE // 1024} KB")
    try:
        return _built(yaml.parse(text, Loader=LOADER))
    except (yaml.YAMLError, UnicodeError) as error:
        raise unreadable(f"not YAML: {' '.join(str(error).split())[:200]}") from None


def _built(events: Iterator[yaml.Event]) -> Tree:
    """Without recursion, so that no nesting of the file reaches our own stack."""
    open_now: list[_Open] = []
    anchors: dict[str, _Whole] = {}
    documents: list[Tree] = []
    total = 0
    for event in events:
        done = _done(event, open_now, anchors)
        if done is None:
            _deep(len(open_now))
            continue
        total += done.size if isinstance(event, yaml.AliasEvent) else 1
        if total > VALUES:
            raise unreadable(f"says more than {VALUES} things")
        _deep(len(open_now) + done.depth)
        if open_now:
            open_now[-1].put(done)
        else:
            documents.append(done.value)
    if len(documents) != 1:
        raise unreadable("not one document")
    return documents[0]


def _done(event: yaml.Event, open_now: list[_Open], anchors: dict[str, _Whole]) -> _Whole | None:
    """The value that this event completes, if it does."""
    match event:
        case yaml.MappingStartEvent():
            open_now.append(_Open({}, event.anchor))
        case yaml.SequenceStartEvent():
            open_now.append(_Open([], event.anchor))
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            ended = open_now.pop()
            return _anchored(ended.anchor, ended.whole(), anchors)
        case yaml.ScalarEvent():
            return _anchored(event.anchor, _Whole(_scalar(event)), anchors)
        case yaml.AliasEvent():
            if event.anchor not in anchors:  # also one that is not complete yet: it would contain itself
                raise unreadable(f"the alias {str(event.anchor)[:40]} stands for nothing that is complete before it")
            return anchors[event.anchor]
    return None


def _anchored(anchor: str | None, whole: _Whole, anchors: dict[str, _Whole]) -> _Whole:
    if anchor is not None:
        anchors[anchor] = whole
    return whole


def _scalar(event: yaml.ScalarEvent) -> str | bool | None:
    text: str = event.value
    if event.style or (event.tag and event.tag.endswith(":str")):
        return text
    return PLAIN.get(text, text)


def _key(value: Tree, table: dict[str, Any]) -> str:
    """``true: …`` and ``12: …`` are names like others."""
    if isinstance(value, dict | list):
        raise unreadable("a table is used as a key")
    name = value if isinstance(value, str) else {True: "true", False: "false", None: ""}[value]
    if name in table:
        raise unreadable(f"the key {name[:40]} stands twice")
    return name


def _deep(depth: int) -> None:
    if depth > DEPTH:
        raise unreadable(f"deeper than {DEPTH} tables")
