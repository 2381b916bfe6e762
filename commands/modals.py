"""The one form: why a person settles a deploy whose result nobody can read.

A form must be the first answer, within 3 s, so it opens from memory and everything is checked when it comes back. It
comes back through ``on_interaction``: after a restart discord.py knows its own forms no more and drops them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord
import structlog
from discord import ui

from bot import cards, wording
from bot.client import Click, custom_id
from bot.errors import Refusal
from bot.model import Card, Language
from commands.answers import Reader, answer, locale
from commands.app import App

log = structlog.get_logger(__name__)

SUBMITTED = re.compile(r"slip1:settle:(?P<ref>[0-9A-Za-z]{26})")
FIELD = "reason"
OPEN_FOR = 900.0
"""Seconds that discord.py keeps the form in memory; without a limit it would keep it for ever."""


def form(ref: str, language: Language) -> ui.Modal:
    made = ui.Modal(
        title=wording.text(language, "modal.settle.title"), timeout=OPEN_FOR, custom_id=custom_id("settle", ref)
    )
    reason: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=FIELD,
        style=discord.TextStyle.paragraph,
        placeholder=wording.text(language, "modal.settle.hint"),
        min_length=3,
        max_length=400,
    )
    made.add_item(ui.Label(text=wording.text(language, "modal.settle.reason"), component=reason))
    return made


async def open_settle(app: App, interaction: Click, ref: str) -> None:
    if interaction.guild_id != app.guild:

        async def elsewhere(_: Reader) -> Card:
            raise Refusal("guild")

        await answer(app, interaction, elsewhere)
        return
    try:
        await interaction.response.send_modal(form(ref, locale(interaction)))
    except discord.HTTPException as error:
        log.warning("interaction.too_late", code=error.code, reason=str(error))


async def submitted(app: App, interaction: Click) -> None:
    data: Mapping[str, Any] = interaction.data or {}
    match = SUBMITTED.fullmatch(data.get("custom_id", ""))

    async def act(reader: Reader) -> Card:
        if match is None:
            raise Refusal("stale")
        reason = next((text for name, text in _inputs(data.get("components", [])) if name == FIELD), "").strip()
        if not reason:
            raise Refusal("reason_needed")
        deploy = await app.engine.settle(match["ref"], reader.person, reason, message=reader.message)
        return cards.notice("notice.settled", reader.language, number=deploy.number, target=deploy.target)

    await answer(app, interaction, act)


def _inputs(components: Any) -> Iterator[tuple[str, str]]:
    """(custom_id, value) of every text input, however rows and labels nest them."""
    for one in components:
        if "value" in one:
            yield one.get("custom_id", ""), one["value"]
        yield from _inputs(one.get("components", []))
        if "component" in one:
            yield from _inputs([one["component"]])
