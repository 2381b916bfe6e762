"""Everything Slipway raises on purpose.

SlipwayError                a code and facts; the sentence lies in bot.wording
├── Refusal                 "no, and nothing was changed": text key ``refuse.<code>``
├── AdapterError            a platform said no or did not answer: text key ``adapter.<kind>.<code>``
├── ScreenError             Discord did not show it; ``retry`` says whether it may later
├── Lost                    a compare-and-set came second: somebody else moved the deploy
├── LedgerUnwritable        nothing was recorded, so nothing was done (disk full, locked, read-only)
├── LedgerUnusable          the ledger cannot be opened: newer schema, second process, damaged
└── ConfigErrors            every problem of a config file at once, one line each
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


class SlipwayError(Exception):
    """``code`` is stable and documented; ``facts`` fill the placeholders of its text (no secrets, inert later).

    ``about``: service, env and the order that it was said of, as far as they are known: for the audit log.
    """

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts: Mapping[str, Any] = facts
        self.about: Mapping[str, Any] = {}

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{key}={value!r}" for key, value in self.facts.items() if key != "attachment")])


class Refusal(SlipwayError):
    """An order that is not accepted. ``facts["attachment"]`` (str) becomes a file under the answer."""


class AdapterError(SlipwayError):
    """A vendor's or host's failure, translated by the adapter.

    ``retry``: would the very same look succeed later (a dropped connection), or never (a changed host key)?
    """

    def __init__(self, kind: str, code: str, *, retry: bool, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.kind = kind
        self.retry = retry


class ScreenError(SlipwayError):
    """``code``: message_gone, channel_gone, forbidden, unavailable."""

    def __init__(self, code: str, *, retry: bool = False, **facts: Any) -> None:
        super().__init__(code, **facts)
        self.retry = retry


class Lost(SlipwayError):
    """Another transition of the same deploy won. The caller reads the row again and tells the person."""


class LedgerUnwritable(SlipwayError):
    """The verb was rolled back whole."""


class LedgerUnusable(SlipwayError):
    """Raised only while opening; the process says why and exits."""


class ConfigErrors(SlipwayError):
    """``problems``: one line each, every line names its key."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("config", problems=tuple(problems))
        self.problems = tuple(problems)


@contextmanager
def concerning(service: str, env: str, **order: Any) -> Iterator[None]:
    """Whatever is raised inside says what it is about; what was said further inside stays."""
    try:
        yield
    except SlipwayError as error:
        error.about = {"service": service, "env": env, **order, **error.about}
        raise
