"""The team of the demo: one guild, four channels, three roles, four people."""

from dataclasses import replace
from typing import Literal

from playground.discord import ChannelSpec, MemberSpec, RoleSpec, World
from playground.discord.rights import INVITE, Permission

Language = Literal["ko", "en"]
LOCALES: dict[Language, str] = {"ko": "ko", "en": "en-US"}

CAST = {
    "jieun": "requester",
    "haneul": "on-call",
    "visitor": "outsider",
}
"""The faces above the composer and their parts; minsu is the colleague who asked for the history and may approve."""


def world(language: Language) -> World:
    """`language` is what everybody's client is set to."""
    people = (
        MemberSpec("jieun", ("deployer",)),
        MemberSpec("haneul", ("oncall", "approver")),
        MemberSpec("visitor"),
        MemberSpec("minsu", ("deployer", "approver")),
    )
    return World(
        guild="도장콕",
        locale=LOCALES[language],
        channels=(
            ChannelSpec("deploys", "Every deploy, by Slipway"),
            ChannelSpec("alerts", "What wants somebody's attention"),
            ChannelSpec("security", "Refused attempts and changed host keys"),
            ChannelSpec("board", "What runs where, kept up to date"),
        ),
        roles=(
            RoleSpec("deployer", color=0x3BA55D),
            RoleSpec("approver", mentionable=True, color=0x5865F2),
            RoleSpec("oncall", mentionable=True, color=0xEB8F34),
        ),
        bot_permissions=int(INVITE | Permission.PIN_MESSAGES),  # for the board
        people=tuple(replace(one, locale=LOCALES[language]) for one in people),
    )
