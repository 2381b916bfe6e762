"""``slipway invite-url``: the link by which a server's admin lets the bot in, with the permissions it needs."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlencode

import click

from bot.cli.options import stop
from bot.config import environment, secret
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


def url(application: str) -> str:
    query = {
        "client_id": application,
        "scope": "bot applications.commands",
        "permissions": str(sum(PERMISSIONS.values())),
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


def command() -> click.Command:
    @click.command("invite-url", short_help="Print the link that invites the bot.")
    @click.option("--application", metavar="ID", help="The application's id. Default: read from DISCORD_TOKEN.")
    def invite_url(application: str | None) -> None:
        """Print the link by which a server's admin invites the bot, with exactly the permissions it needs."""
        try:
            found = application or application_of(secret("DISCORD_TOKEN", environment()) or "")
        except ConfigErrors as errors:
            stop(errors.problems)
        if not found or not found.isdecimal():
            stop(["Say --application ID (Developer Portal → General Information), or set DISCORD_TOKEN."])
        click.echo(url(found))
        click.echo(f"Permissions: {', '.join(PERMISSIONS)}", err=True)

    return invite_url
