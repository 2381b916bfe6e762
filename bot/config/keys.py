"""Key paths as people read them, and what somebody probably meant."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence

Path = tuple[str | int, ...]


def dotted(path: Sequence[str | int]) -> str:
    """``("services", "a", "groups", 0)`` → ``services.a.groups[0]``; odd keys in quotes, as TOML wants them."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            shown = part if re.fullmatch(r"[A-Za-z0-9_-]{1,60}", part) else json.dumps(part[:60], ensure_ascii=False)
            text += f".{shown}" if text else shown
    return text


def meant(typed: str, known: Iterable[str]) -> list[str]:
    """Every known word that is one slip of a finger away, else the most similar one, else nothing."""
    words = list(dict.fromkeys(known))
    slips = [word for word in words if word != typed and _one_slip(typed.lower(), word.lower())]
    return slips or difflib.get_close_matches(typed, words, n=1, cutoff=0.6)


def did_you_mean(typed: str, known: Iterable[str]) -> str:
    """``; did you mean "deployer"?`` or nothing."""
    words = " or ".join(f'"{word}"' for word in meant(typed, known))
    return f"; did you mean {words}?" if words else ""


def _one_slip(typed: str, word: str) -> bool:
    """Equal but for case, or one letter added, left out, replaced, or two neighbours swapped."""
    if abs(len(typed) - len(word)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), min(len(typed), len(word)))
    rest, right = typed[start:], word[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == right or rest == right[1:] or rest[1:] == right[1:] or swapped == right
