"""What an environment is made of: the requirements file and all that it includes."""

from __future__ import annotations

import hashlib
import posixpath
import re
from typing import Callable, Iterator, NamedTuple, Optional

from .said import Said

Read = Callable[[str], Optional[bytes]]
INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)[ =]?\s*(\S+)")
EDITABLE = re.compile(r"(?:-e|--editable)\b")
ADDRESS = re.compile(r"(?:^|@\s*|\s)[a-z+]+://", re.IGNORECASE)
HASH = re.compile(r"(?:--hash=|#sha(?:256|384|512)=)")


class Wanted(NamedTuple):
    """``digest`` over names and contents; ``reusable``: the same text always means the same packages."""

    digest: str
    reusable: bool
    empty: bool


def collect(name: str, read: Read) -> Wanted:
    """Raises ``requirements_missing`` where the file or one that it includes is not there."""
    texts: dict[str, bytes] = {}
    _collect(posixpath.normpath(name), read, texts)
    digest = hashlib.sha256()
    for path in sorted(texts):
        digest.update(b"%s\0%d\0" % (path.encode(), len(texts[path])) + texts[path])
    rows = [line for text in texts.values() for line in lines(text)]
    asked = [line for line in rows if not line.startswith("-") or EDITABLE.match(line)]
    return Wanted(digest.hexdigest(), all(_fixed(line) for line in asked), not asked)


def _collect(name: str, read: Read, texts: dict[str, bytes]) -> None:
    if name in texts:
        return
    text = None if name.startswith(("/", "../")) else read(name)
    if text is None:
        raise Said("requirements_missing", file=name)
    texts[name] = text
    for line in lines(text):
        included = INCLUDE.match(line)
        if included:
            _collect(posixpath.normpath(posixpath.join(posixpath.dirname(name), included.group(1))), read, texts)


def lines(text: bytes) -> Iterator[str]:
    """Logical lines: comments away, continuations joined."""
    joined = re.sub(r"\\\r?\n", " ", text.decode("utf-8", "replace"))
    for line in joined.splitlines():
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        if bare:
            yield bare


def _fixed(line: str) -> bool:
    if EDITABLE.match(line):
        return False
    if HASH.search(line):
        return True
    path = line.startswith((".", "/")) or re.match(r"\S+\.(?:whl|zip|tar\.gz)(?:\s|;|$)", line)
    return not path and not ADDRESS.search(line)
