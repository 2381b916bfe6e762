"""Kinds of values that the file's tables are made of. Every validator raises ValueError with a sentence for people."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from bot.config.keys import did_you_mean
from bot.model import MODEL_ID
from bot.model.duration import PositiveDuration
from bot.model.metric import Bound
from bot.windows import DAYS, NotARange, week_range

GITHUB_API = "https://api.github.com"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def fit(pattern: str, sentence: str) -> Any:
    """A text that matches; ``sentence`` says what is wanted, after the quoted value."""

    def check(value: object) -> object:
        if isinstance(value, str) and not re.fullmatch(pattern, value, re.ASCII):
            raise ValueError(f'"{value[:40]}" {sentence}')
        return value

    return Annotated[str, BeforeValidator(check), WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"})]


def _id(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        raise ValueError(f'write the id in quotes: "{value}"')  # noqa: TRY004 (pydantic collects ValueError only)
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,20}", value, re.ASCII):
        raise ValueError(f'"{value[:40]}" is not an id; ids are digits (Discord: Developer Mode, then Copy ID)')
    return value


@cache
def timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _timezone(value: str) -> str:
    if value not in timezones():
        hint = did_you_mean(value, sorted(timezones()))
        raise ValueError(f'"{value[:40]}" is no time zone{hint or "; write one like Asia/Seoul"}')
    return value


def _url(*schemes: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"must be an address that begins with {' or '.join(f'{name}://' for name in schemes)}")
        return value

    return check


def calendar_url(value: str) -> str:
    """https, or http on loopback: whoever reads along would know who is on call, and how to read the calendar."""
    if _url("http", "https")(value) and urlsplit(value).scheme != "https" and not is_loopback(value):
        raise ValueError("must begin with https:// (plain http only on loopback)")
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError(f'"{value[:40]}" is no address to listen on; write 127.0.0.1:8080')
    return value


def _impact(value: str) -> str:
    for name in re.findall(r"\{([^{}]*)\}", value):
        if name != "duration":
            raise ValueError(f"{{{name}}} is not known here; only {{duration}} is")
    if value.replace("{duration}", "").count("{") or value.replace("{duration}", "").count("}"):
        raise ValueError("a lone { or } ; only {duration} may stand here")
    return value


def _version(value: str) -> str:
    if not re.fullmatch(r"/\S*|header:[A-Za-z0-9-]+", value):
        raise ValueError(f'"{value[:40]}" is neither a JSON pointer ("/version") nor "header:X-Version"')
    return value


def _bound(value: str) -> str:
    Bound.read(value)
    return value


def _week(value: str) -> str:
    try:
        week_range(value)
    except NotARange as error:
        names = [name[:3].capitalize() for name in DAYS]
        known = f"; write one of {', '.join(names)}"
        hint = (did_you_mean(error.day, [*names, *map(str.capitalize, DAYS)]) or known) if error.day else ""
        raise ValueError(f"{error}{hint}") from None
    return value


KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)
SECRET_LIKE = re.compile(r"(?i)pass|secret|token|credential|private|api_?key")


def _model_key(value: object) -> object:
    """Its value is shown on cards, so a name that sounds like a secret's is refused."""
    if isinstance(value, str) and not KEY.fullmatch(value):
        raise ValueError(f'"{value[:40]}" is no name of an environment variable; write one like MODEL_ID')
    if isinstance(value, str) and SECRET_LIKE.search(value):
        raise ValueError(f'"{value[:40]}" sounds like a secret, and the value of a model key is shown on cards')
    return value


def _moment(value: object) -> object:
    """``2026-11-23T09:00`` in the file's timezone, quoted or as TOML's own local date-time."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        try:
            datetime.fromisoformat(value)
        except ValueError:
            raise ValueError(f'"{value[:40]}" is not a date and time; write 2026-11-23T09:00') from None
    return value


Id = Annotated[str, BeforeValidator(_id), WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,20}$"})]
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
Name = fit(NAME.pattern, "is not a name; use lower case letters, digits and -, at most 32")
Alias = fit(r"[A-Za-z_][A-Za-z0-9_-]{0,31}", "is not an alias; begin with a letter, then letters, digits, _ and -")
Group = fit(r"[a-z][a-z0-9-]{0,31}", "is not a command name; use lower case letters, digits and -")
Repository = fit(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", "is not a repository; write org/name")
GitRef = fit(r"(?!-)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}", "is not a branch")
Timezone = Annotated[str, AfterValidator(_timezone)]
HttpUrl = Annotated[str, AfterValidator(_url("http", "https"))]
CalendarUrl = Annotated[str, AfterValidator(calendar_url)]
CalendarName = Annotated[str, Field(min_length=2, max_length=100)]
SocketUrl = Annotated[str, AfterValidator(_url("ws", "wss"))]
Listen = Annotated[str, AfterValidator(_listen)]
ImpactText = Annotated[str, AfterValidator(_impact)]
Week = Annotated[str, AfterValidator(_week)]
Moment = Annotated[str, BeforeValidator(_moment)]
ModelId = fit(MODEL_ID.pattern, "is no model id; letters, digits and ._:/@+-, at most 200")
ModelKey = Annotated[str, BeforeValidator(_model_key), WithJsonSchema({"type": "string", "pattern": KEY.pattern})]
GitName = fit(r"[^\s<>]{1,200}", "is neither a mail address nor a login; write what git log shows between < and >")
Glob = fit(r"(?!/)[^\s\\\[\]{}!]{1,200}", "is no pattern of paths; write one like models/** or **/*.tf")
Login = fit(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?(?:\[bot\])?", "is no login of GitHub")
VersionPlace = Annotated[str, AfterValidator(_version)]


def _plain_url(value: str) -> str:
    """A name or password in an address would be in every log of the way."""
    if urlsplit(_url("http", "https")(value)).username is not None:
        raise ValueError("must hold no user name or password")
    return value


def _results(value: str) -> str:
    """A path, or an address; ``{version}`` becomes the full id."""
    for name in re.findall(r"\{([^{}]*)\}", value):
        if name != "version":
            raise ValueError(f"{{{name}}} is not known here; only {{version}} is")
    if "://" in value:
        return _plain_url(value)
    if not value or "\0" in value:
        raise ValueError("must be the path of a file, or an address")
    return value


PlainUrl = Annotated[str, AfterValidator(_plain_url)]
ResultsPlace = Annotated[str, AfterValidator(_results)]
BoundText = Annotated[str, AfterValidator(_bound)]


KEPT_BY_DISCORD = 45 * 86_400
"""Seconds for which a guild's audit log goes back (Discord, "Audit Logs")."""


def _readable(value: float) -> float:
    if value > KEPT_BY_DISCORD:
        raise ValueError("must be at most 45d: Discord's audit log goes back no further")
    return value


CoolOff = Annotated[PositiveDuration, AfterValidator(_readable)]


def is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in LOOPBACK
