"""Text from outside does nothing in Discord: it neither pings, links, formats, hides nor overflows (SAFETY: Text).

``text()`` makes every fact inert that is not ``Trusted``; only this package and the cards make ``Trusted`` text.
Secrets are taken out first: an escape in the middle of a value would hide it from the later search.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot import redact

LIMIT = 200
FILLERS = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0xFFFC)
SELECTORS = (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000), *range(0x1BCA0, 0x1BCA4))
IGNORABLE = frozenset((*FILLERS, *SELECTORS))
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
ANSI = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,2000}(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]")
MARKS = r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
PILED = re.compile(f"({MARKS}{{2}}){MARKS}+")
INVITE = re.compile(r"(?i)(discord(?:app)?)\.(?=(?:gg|com|me|new|gift|li|media)\b)")
ACTIVE = re.compile(r"[\\*`\[]|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\||(?<![^\W_])_|_(?![^\W_])")
SIGNS = str.maketrans({"<": "‹", ">": "›", "@": "＠"})
ADDRESS = re.compile(
    r"(?:https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?|http://127\.0\.0\.1:\d{1,5})/[A-Za-z0-9._~/%?=&#:$-]{0,400}"
)
LEADING = re.compile(r"^([#+-])")


class Trusted(str):
    """Text that we formatted: mentions, timestamps, texts of the catalogues. Cut or joined, it is plain again."""

    __slots__ = ()


def plain(raw: object, limit: int = LIMIT) -> str:
    """One line of visible characters without secrets: for labels, footers, options, where no markdown is read."""
    clean = redact.clean(str(raw)[: 4 * limit + 1000])
    text = "".join(_visible(char) for char in ANSI.sub("", clean))
    text = PILED.sub(r"\1", unicodedata.normalize("NFC", text))
    text = " ".join(text.split())
    return cut(text if text == clean else redact.clean(text), limit)


def _visible(char: str) -> str:
    if char in "\n\r\t\v\f\x85\u2028\u2029" or unicodedata.category(char).startswith("Z"):
        return " "
    return "" if unicodedata.category(char) in INVISIBLE or ord(char) in IGNORABLE else char


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def inert(raw: object, limit: int = LIMIT) -> Trusted:
    """For embeds and contents. ``limit`` counts visible characters; escapes come on top (at most twice as many)."""
    if isinstance(raw, Trusted):
        return raw
    text = ACTIVE.sub(r"\\\g<0>", plain(raw, limit)).translate(SIGNS)
    text = INVITE.sub(r"\1․", text.replace("://", ":∕∕"))
    return Trusted(LEADING.sub(r"\\\1", text))


def code(raw: object, limit: int = LIMIT) -> Trusted:
    """Between backticks, where nothing but a backtick is read: commit subjects, log lines, commands to copy."""
    text = plain(raw, limit).replace("`", "ˋ")
    text = re.sub(r"(?i)@(?=everyone|here)", "＠", text).replace("<@", "‹@").replace("<#", "‹#")
    return Trusted(f"`{text or ' '}`")


def fence(lines: Iterable[object], limit: int = LIMIT) -> Trusted:
    """A block of log lines: no language (so no ANSI colours), and nothing that closes it."""
    shown = [plain(line, limit).replace("`", "ˋ") for line in lines]
    return Trusted("```\n" + "\n".join(shown) + "\n```")


def table(rows: Iterable[Sequence[object]], limit: int = 24) -> Trusted:
    """A block of aligned cells, each cut to ``limit`` characters, in which nothing is read but our own signs."""
    cells = [[cell if isinstance(cell, Trusted) else _cell(cell, limit) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
    return Trusted("```\n" + "\n".join(lines) + "\n```")


def _cell(raw: object, limit: int) -> str:
    return plain(raw, limit).translate(SIGNS).replace("://", ":∕∕").replace("`", "ˋ")


def link(label: Trusted, address: str) -> Trusted:
    """A link to a plain https address (http on this machine alone); of any other only the label is left."""
    return Trusted(f"[{label}]({address})") if ADDRESS.fullmatch(address) else label


def mention(user: str) -> Trusted:
    """A ping of a user. Raises ValueError when ``user`` is not an id."""
    return Trusted(f"<@{_digits(user)}>")


def mention_role(role: str) -> Trusted:
    return Trusted(f"<@&{_digits(role)}>")


def is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,20}", text, re.ASCII) is not None


def _digits(snowflake: str) -> str:
    if not is_id(snowflake):
        raise ValueError("an id is a string of digits")
    return snowflake
