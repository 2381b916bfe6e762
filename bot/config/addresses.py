"""Where Discord is: its own addresses, or an imitation on loopback; the token is sent nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from bot.config.fields import HttpUrl, SocketUrl, is_loopback
from bot.config.problems import Problems
from bot.config.shape import DiscordTable

Which = Literal["api", "gateway"]
VARIABLES: dict[Which, str] = {"api": "SLIPWAY_DISCORD_API", "gateway": "SLIPWAY_DISCORD_GATEWAY"}
KINDS: dict[Which, TypeAdapter[str]] = {"api": TypeAdapter(HttpUrl), "gateway": TypeAdapter(SocketUrl)}


def addresses(
    table: DiscordTable | None, environ: Mapping[str, str], problems: Problems
) -> tuple[str | None, str | None]:
    """(api, gateway), None for Discord's own. The environment wins over the file, and reaches loopback only."""
    api, gateway = (_overridden(which, environ, problems) or _configured(which, table, problems) for which in KINDS)
    return api, gateway


def _overridden(which: Which, environ: Mapping[str, str], problems: Problems) -> str | None:
    value = environ.get(VARIABLES[which])
    if not value:
        return None
    try:
        KINDS[which].validate_python(value)
    except ValidationError as error:
        problems.add(VARIABLES[which], str(error.errors()[0]["ctx"]["error"]))
        return None
    if not is_loopback(value):
        problems.add(VARIABLES[which], "must be on loopback (127.0.0.1)")
    return value


def _configured(which: Which, table: DiscordTable | None, problems: Problems) -> str | None:
    value = table and (table.api if which == "api" else table.gateway)
    if not table or not value:
        return None
    if not is_loopback(value) and not table.allow_remote_api:
        problems.add(("discord", which), "must be on loopback; the token goes there (or set allow_remote_api = true)")
    return value
