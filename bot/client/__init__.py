"""Discord for everybody else: the session and its supervisor, cards as messages, the ports Screen and Authority."""

from bot.client.authority import CHOICE, EMOJI, DiscordAuthority
from bot.client.faults import bounded
from bot.client.items import Click, Press, custom_id
from bot.client.names import said
from bot.client.render import render, rewrite
from bot.client.screen import DiscordScreen
from bot.client.session import SlipwayClient, point_at
from bot.client.supervisor import REFUSED, supervise
from bot.client.sync import in_sync, sync

__all__ = [
    "CHOICE",
    "EMOJI",
    "REFUSED",
    "Click",
    "DiscordAuthority",
    "DiscordScreen",
    "Press",
    "SlipwayClient",
    "bounded",
    "custom_id",
    "in_sync",
    "point_at",
    "render",
    "rewrite",
    "said",
    "supervise",
    "sync",
]
