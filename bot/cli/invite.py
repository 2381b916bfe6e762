"""``slipway invite-url``: the link by which a server's admin lets the bot in, with the permissions it needs."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import click

from bot.cli.options import config_file, stop
from bot.config import environment, pins_a_board, reads_audit_log, secret
from bot.errors import ConfigErrors

PERMISSIONS = {
    "Add Reactions": 1 << 6,
    "View Channel": 1 << 10,
    "Send Messages": 1 << 11,
    "Embed Links": 1 << 14,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
    "Create Public Threads": 1 << 35,
    "Send Messages in Threads": 1 << 38,
}
"""Name in Discord's own settings → bit (discord.com/developers/docs/topics/permissions)."""
AUDIT_LOG = {"View Audit Log": 1 << 7}
"""Only where an approval has a ``cooloff``."""
PINS = {"Pin Messages": 1 << 51}
"""Only where there is a board. A permission of its own since January 2026; Manage Messages no longer covers it."""


def url(application: str, wanted: Mapping[str, int] = PERMISSIONS) -> str:
    query = {
        "client_id": application,
        "scope": "bot applications.commands",
        "permissions": str(sum(wanted.values())),
    }
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def application_of(token: str) -> str | None:
    """A bot token's first part is the bot's user id in base64; for bots of today that is the application's id too."""
    first = token.split(".")[0]
    try:
        text = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return text if text.isdecimal() else None


def _optional(file: Path) -> dict[str, int]:
    """What only some configurations need. Raises ConfigErrors."""
    return {**(AUDIT_LOG if reads_audit_log(file) else {}), **(PINS if pins_a_board(file) else {})}


def command() -> click.Command:
    @click.command("invite-url", short_help="Print the link that invites the bot.")
    @click.option("--application", metavar="ID", help="The application's id. Default: read from DISCORD_TOKEN.")
    @config_file
    def invite_url(application: str | None, file: Path) -> None:
        """Print the link by which a server's admin invites the bot, with exactly the permissions it needs.

        Without a configuration file: what every bot needs.
        """
        try:
            wanted = {**PERMISSIONS, **(_optional(file) if file.exists() else {})}
            found = application or application_of(secret("DISCORD_TOKEN", environment()) or "")
        except ConfigErrors as errors:
            stop(errors.problems)
        if not found or not found.isdecimal():
            stop(["Say --application ID (Developer Portal → General Information), or set DISCORD_TOKEN."])
        click.echo(url(found, wanted))
        click.echo(f"Permissions: {', '.join(wanted)}", err=True)

    return invite_url
