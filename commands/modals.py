"""The form that asks why: of whoever settles a result that nobody can read, keeps what no metric proves, or voted.

A form must be the first answer, within 3 s, so it opens from memory and everything is checked when it comes back. It
comes back through ``on_interaction``: after a restart discord.py knows its own forms no more and drops them.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
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

Act = Callable[[App, Reader, str, str], Awaitable[Card]]
"""(app, reader, ref, reason) → the private answer."""
SUBMITTED = re.compile(r"slip1:(?P<action>settle|keep|reason):(?P<ref>[0-9A-Za-z]{26})")
FIELD = "reason"
OPEN_FOR = 900.0
"""Seconds that discord.py keeps the form in memory; without a limit it would keep it for ever."""


async def settle(app: App, reader: Reader, ref: str, reason: str) -> Card:
    deploy = await app.engine.settle(ref, reader.person, reason, message=reader.message)
    return cards.notice("notice.settled", reader.language, number=deploy.number, target=deploy.target)


async def keep(app: App, reader: Reader, ref: str, reason: str) -> Card:
    deploy = await app.engine.keep(ref, reader.person, reason, message=reader.message)
    return cards.notice("notice.kept", reader.language, number=deploy.number, target=deploy.target)


async def why(app: App, reader: Reader, ref: str, reason: str) -> Card:
    """Of a vote, after it: the vote itself stays one tap."""
    deploy = await app.engine.explain(ref, reader.person, reason, message=reader.message)
    return cards.notice("notice.explained", reader.language, number=deploy.number)


FORMS: Mapping[str, Act] = {"settle": settle, "keep": keep, "reason": why}


def form(action: str, ref: str, language: Language) -> ui.Modal:
    made = ui.Modal(
        title=wording.text(language, f"modal.{action}.title"), timeout=OPEN_FOR, custom_id=custom_id(action, ref)
    )
    reason: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=FIELD,
        style=discord.TextStyle.paragraph,
        placeholder=wording.text(language, f"modal.{action}.hint"),
        min_length=3,
        max_length=400,
    )
    made.add_item(ui.Label(text=wording.text(language, "modal.reason"), component=reason))
    return made


async def open_form(app: App, interaction: Click, action: str, ref: str) -> None:
    if interaction.guild_id != app.guild:

        async def elsewhere(_: Reader) -> Card:
            raise Refusal("guild")

        await answer(app, interaction, elsewhere)
        return
    try:
        await interaction.response.send_modal(form(action, ref, locale(interaction)))
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
        return await FORMS[match["action"]](app, reader, match["ref"], reason)

    await answer(app, interaction, act)


def _inputs(components: Any) -> Iterator[tuple[str, str]]:
    """(custom_id, value) of every text input, however rows and labels nest them."""
    for one in components:
        if "value" in one:
            yield one.get("custom_id", ""), one["value"]
        yield from _inputs(one.get("components", []))
        if "component" in one:
            yield from _inputs([one["component"]])
