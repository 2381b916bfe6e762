"""The two catalogues and the one way to fill a text (WORDING.md).

Facts are filled in by their *names*, so that raw facts of refusals and adapters can be handed over as they are:
a number called ``until`` is a moment, one called ``left`` a duration, a code called ``step`` is that step's name.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, cast, get_args

from bot.model import Language, Target, Version
from bot.wording.inert import LIMIT, Trusted, inert
from bot.wording.times import duration, when

MOMENTS = frozenset({"when", "until", "since", "at", "expires"})
DURATIONS = frozenset({"duration", "left", "usual", "took"})
WORDS = {
    **{name: name for name in ("step", "kind", "phase", "verdict", "proof", "choice", "source", "direction")},
    "holder_phase": "phase",
    "error": "health.error",
    "what": "changed",
    "uncounted": "uncounted",
}
NOTHING = {"until": "word.no_end", "from": "word.none", "reason": "word.none"}
LIST = 10
NAMES = frozenset(
    ("who", "owner", "author", "approvers", "from", "to", "version", "recorded", "running", "target", "env", "title")
)
IN_NAME = 80  # what is longer than this is no name that anybody recognises
IN_CONTENT = 60  # a content is one line that a push preview shows


def _load(lang: str) -> dict[str, str]:
    raw = resources.files(__package__).joinpath(f"{lang}.toml").read_text("utf-8")
    return {key: str(value) for key, value in tomllib.loads(raw).items()}


CATALOGUES: Mapping[Language, Mapping[str, str]] = {lang: _load(lang) for lang in get_args(Language)}


def has(key: str) -> bool:
    return key in CATALOGUES["en"]


def keys() -> tuple[str, ...]:
    return tuple(CATALOGUES["en"])


def is_content(key: str) -> bool:
    """Keys with a part ``content`` become a card's content: one line, no timestamps."""
    return "content" in key.split(".")


def placeholders(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def text(lang: Language, key: str, /, **facts: Any) -> Trusted:
    """The filled text. Raises KeyError for a key that no catalogue has; a fact that is missing reads ``–``."""
    template = CATALOGUES[lang][key]
    limit = IN_CONTENT if is_content(key) else LIMIT
    filled = {name: show(lang, name, facts.get(name), limit) for name in placeholders(template)}
    return Trusted(template.format_map(filled).strip())


def first(lang: Language, wanted: Iterable[str], /, **facts: Any) -> Trusted:
    """The first of these keys that exists. The last one must."""
    *maybe, last = wanted
    return text(lang, next((key for key in maybe if has(key)), last), **facts)


def show(lang: Language, name: str, fact: Any, limit: int = LIMIT) -> Trusted:
    """One fact as text. Everything that is not ``Trusted`` is inert afterwards."""
    if isinstance(fact, Trusted):
        return fact
    if name in NAMES:
        limit = min(limit, IN_NAME)
    if fact is None or fact == "":
        return text(lang, NOTHING[name]) if name in NOTHING else Trusted("–")
    if isinstance(fact, bool):
        return text(lang, "word.yes" if fact else "word.no")
    if isinstance(fact, int | float):
        return _number(lang, name, fact)
    if isinstance(fact, Version):
        return inert(fact.label, limit)
    if isinstance(fact, Target):
        return inert(str(fact), limit)
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return _list(lang, name, fact, limit)
    return _word(lang, name, str(fact), limit)


def _number(lang: Language, name: str, fact: float) -> Trusted:
    if name in MOMENTS:
        return when(fact)
    if name in DURATIONS:
        return duration(lang, fact)
    return Trusted(f"{fact:.10g}")


def _list(lang: Language, name: str, facts: Sequence[Any], limit: int) -> Trusted:
    shown = [show(lang, name, fact, limit) for fact in facts[:LIST]]
    more = [f"+{len(facts) - LIST}"] if len(facts) > LIST else []
    return Trusted(", ".join([*shown, *more]) or "–")


def _word(lang: Language, name: str, fact: str, limit: int) -> Trusted:
    """A code's own text; of ``job:deploy`` the text of ``job`` around a name from outside."""
    key = f"{WORDS.get(name)}.{fact}"
    if has(key):
        return text(lang, key)
    code, colon, named = fact.partition(":")
    key = f"{WORDS.get(name)}.{code}"
    if colon and has(key) and "name" in placeholders(CATALOGUES[lang][key]):
        return text(lang, key, name=inert(named, IN_NAME))
    return inert(fact, limit)


def language(locale: str) -> Language:
    """A reader's Discord locale as one of ours: Korean for ``ko``, English for everybody else."""
    short = locale.split("-")[0].lower()
    return cast(Language, short) if short in get_args(Language) else "en"
