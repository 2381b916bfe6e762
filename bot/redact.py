"""Secrets out of every sink: registered values in all their disguises, and common shapes (SAFETY: secrets; INV11).

``clean`` is the one door; ``struct`` brings it to structlog, ``Cleaning`` to the standard library's handlers.
A value is found as itself, with its punctuation escaped (JSON, shell, markdown, repr), URL-encoded, HTML-escaped, in
hexadecimal, and in base64 at each of the three alignments.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

MASK = "***"
SHORTEST = 8
HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;|&#34;", "'": "&#39;|&#x27;"}

# A name that says that a secret follows, and what stands between the two. NOPASSWD is the tag of a sudo rule.
NAMES = (
    r"(?<!\bNO)passw(?:or)?d|passphrase|\bpass(?==)|\bpwd(?!\s*[:=]\s*/)|secret|token|credentials?"
    r"|(?:api|access|private|secret|signing)[_-]?key"
)
IS = r"\\*[\"']?\s*[:=]\s*"
QUOTED = r"(?P<quote>\\*[\"'])(?:(?!(?P=quote))(?:\\.|[^\n\\]))*(?P=quote)"
SHAPES = (
    (r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\Z)", MASK),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", MASK),
    (r"\bgh[pousr]_[A-Za-z0-9._-]{20,}", MASK),
    (r"\bgithub_pat_[A-Za-z0-9_]{20,}", MASK),
    (r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}", MASK),
    (r"\bAIza[A-Za-z0-9_-]{35}", MASK),
    (r"\b[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}", MASK),  # Discord
    (r"(/(?:webhooks|interactions)/\d{15,22}/)[A-Za-z0-9_-]{20,}", rf"\1{MASK}"),
    (r"\beyJ[A-Za-z0-9_-]{8,500}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]*)?", MASK),
    (rf"(?i)\b((?:proxy-)?authorization{IS}\\*[\"']?)[^\s\"'\\][^\n\"'\\]*", rf"\1{MASK}"),
    (r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=-]{8,}", rf"\1{MASK}"),
    (r"(?i)(\b[a-z][a-z0-9+.-]{1,20}://)[^\s/@\"'<>]{1,300}@", rf"\1{MASK}@"),
    (rf"(?i)((?:{NAMES}){IS}){QUOTED}", rf"\1\g<quote>{MASK}\g<quote>"),
    (rf"(?i)((?:{NAMES}){IS}\\*[\"']?)(?!\*\*\*)[^\s\"'&\\][^\s\"'&]*", rf"\1{MASK}"),
)
_SHAPES = tuple((re.compile(shape, re.DOTALL), to) for shape, to in SHAPES)


class Redactor:
    """One set of secrets; the process has one, below."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}
        self._found: re.Pattern[str] | None = None

    def register(self, value: str) -> None:
        """From now on ``clean`` hides this value. ValueError (never naming it) for one too short to be searched for."""
        if len(value.strip()) < SHORTEST:
            raise ValueError(f"a secret is shorter than {SHORTEST} characters: it would be masked inside words")
        for part in _parts(value):
            self._known[part] = _patterns(part)
        self._search()

    def _search(self) -> None:
        longest = sorted(self._known, key=len, reverse=True)
        self._found = (
            re.compile("|".join(pattern for part in longest for pattern in self._known[part])) if longest else None
        )

    def hide(self, value: str) -> Callable[[], None]:
        """``register`` for a value that does not live long; what is given back takes it out again."""
        self.register(value)
        return lambda: self._forget(value)

    def _forget(self, value: str) -> None:
        for part in _parts(value):
            self._known.pop(part, None)
        self._search()

    def clean(self, text: str) -> str:
        """The text without secrets. Registered values go first, so that a shape never leaves half of one behind."""
        if self._found is not None:
            text = self._found.sub(MASK, text)
        for shape, to in _SHAPES:
            text = shape.sub(to, text)
        return text


def _parts(value: str) -> list[str]:
    """The value, and each long line of it: logs quote single lines of a private key."""
    return [value, *(line.strip() for line in value.splitlines() if len(line.strip()) >= 2 * SHORTEST)]


def _patterns(value: str) -> tuple[str, ...]:
    raw = value.encode(errors="surrogatepass")
    disguised = "".join(_backslashes(len(run)) if run[0] == "\\" else _disguised(run) for run in RUNS.findall(value))
    return (disguised, *_base64(raw), f"(?i:{raw.hex()})")


RUNS = re.compile(r"\\+|[^\\]", re.DOTALL)


def _backslashes(n: int) -> str:
    """A run of them under one quantifier: several in a row would be tried in every combination."""
    return rf"(?:\\{{{n},{4 * n}}}|(?i:%5C){{{n}}}|(?i:\\{{1,3}}(?:u005c|x5c)){{{n}}})"


def _disguised(char: str) -> str:
    """One character, however a log may have written it."""
    if char.isascii() and char.isalnum():
        return char
    raw = char.encode(errors="surrogatepass")
    url = "".join(f"%{byte:02X}" for byte in raw)
    ways = [r"\\{0,3}" + re.escape(char), f"(?i:{url})", rf"(?i:\\{{1,3}}{_json(char)})"]
    ways += [rf"(?i:\\{{1,3}}x{ord(char):02x})"] if ord(char) < 256 else []
    ways += HTML[char].split("|") if char in HTML else []
    ways += [r"\+"] if char == " " else []
    return f"(?:{'|'.join(ways)})"


def _json(char: str) -> str:
    return re.escape(json.dumps(char)[1:-1].lstrip("\\") or "\\")


def _base64(raw: bytes) -> list[str]:
    """What stays the same of the encoded value, whatever stands before and behind it."""
    found = []
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw).decode()
        core = whole[(0, 2, 3)[before] : (before + len(raw)) * 8 // 6]
        found.append("".join({"+": "[-+]", "/": "[_/]"}.get(char, char) for char in core))
    return found


_process = Redactor()
register, hide, clean = _process.register, _process.hide, _process.clean


def deep(value: Any) -> Any:
    """``clean`` for keys and values of nested data; what is no plain data is shown as its cleaned ``repr``."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {deep(key): deep(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [deep(item) for item in value]
    return clean(str(value) if isinstance(value, BaseException) else repr(value))


META = ("_record", "_from_structlog")  # structlog's own, taken out again before anything is written


def struct(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: stands last before the renderer. Renders ``exc_info`` itself, so that nobody forgets."""
    info = event.pop("exc_info", None)
    if info:
        event["exception"] = _traceback(info)
    return {clean(str(key)): value if key in META else deep(value) for key, value in event.items()}


def _traceback(info: Any) -> str:
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else sys.exc_info()[1]
    return "".join(traceback.format_exception(error)) if error else ""


class Cleaning(logging.Formatter):
    """For handlers of libraries that log by themselves: the finished line, its traceback included."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))
