"""Every interaction ends as an answer: acknowledged within 3 s, filled later, whatever happens in between."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
import structlog
from discord import app_commands

from bot import cards, wording
from bot.client import Click, render, rewrite
from bot.errors import LedgerUnwritable, Lost, Refusal, ScreenError, SlipwayError
from bot.model import Card, Language, Mentions, Person
from commands.app import App

log = structlog.get_logger(__name__)

ACKNOWLEDGE = 3.0
PATIENCE = 600.0
"""Seconds for the work behind an answer. An interaction's token lives 15 minutes; every part has its own deadline."""
SHOWINGS = 3
"""Tries to show an answer while the network fails; the first repetition comes after a second."""
ALREADY_ACKNOWLEDGED = 40060
EXPIRED = frozenset({10015, 50027})
"""Unknown webhook, invalid webhook token: the private place is gone."""
OUTDATED = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch, app_commands.TransformerError)
"""A client that still shows an older definition of our commands, or a forged option."""


@dataclass(frozen=True)
class Reader:
    """Who asked, in which language they read, and the *public* message whose button they pressed.

    A private message was made by us for this reader alone, so there is nothing to compare: ``message`` is None.
    """

    person: Person
    language: Language
    now: float
    channel: str
    verb: str = ""  # the command's or button's name, for the audit log
    message: str | None = None


Make = Callable[[Reader], Awaitable[Card]]


async def answer(app: App, interaction: Click, make: Make, *, here: bool = False) -> None:
    """Acknowledge, let ``make`` work, show its card to the reader alone.

    ``here``: the card takes the place of the (private) message that was pressed; refusals stand below it.
    An interaction that cannot be acknowledged any more does nothing at all.
    """
    if not await _acknowledge(app, interaction, here=here):
        return
    reader = _read(app, interaction)
    card, refused = await _made(app, reader, interaction, make)
    await _show(app, reader, interaction, card, below=here and refused)


async def _show(app: App, reader: Reader, interaction: Click, card: Card, *, below: bool) -> None:
    for attempt in range(SHOWINGS):
        try:
            await _fill(interaction, card, below=below)
        except discord.HTTPException as error:
            if error.code in EXPIRED:
                await _late(app, reader)
                return
            reference = secrets.token_hex(4)
            log.exception("answer.refused", reference=reference, status=error.status, code=error.code)
            card = cards.error_card(reference, reader.language)
        except (aiohttp.ClientError, OSError) as error:
            log.warning("answer.not_shown", fault=type(error).__name__, attempt=attempt)
            await asyncio.sleep(1 + attempt)
        else:
            return


async def _fill(interaction: Click, card: Card, *, below: bool) -> None:
    if below:
        await interaction.followup.send(**render(card), ephemeral=True)
    else:
        await interaction.edit_original_response(**rewrite(card))


async def failed(app: App, interaction: Click, error: Exception) -> None:
    """What nothing below caught: a command that no longer exists, a bug. Reported once, answered truthfully."""
    if interaction.type is discord.InteractionType.autocomplete or interaction.id in interaction.client.handled:
        log.error("interaction.failed", exc_info=error)
        return

    async def admit(_: Reader) -> Card:
        if isinstance(error, OUTDATED):
            raise Refusal("unknown_command_option", wanted=_verb(interaction))
        raise error

    await answer(app, interaction, admit)


def locale(interaction: Click) -> Language:
    return wording.language(str(interaction.locale))


def person(interaction: Click) -> Person:
    """With the roles that came with the interaction: Discord's own word at this instant."""
    user = interaction.user
    roles = roles_of(user) if isinstance(user, discord.Member) else frozenset()
    since = joined(user) if isinstance(user, discord.Member) else None
    return Person(str(user.id), user.display_name, roles, str(interaction.locale), user.bot, since)


def joined(member: discord.Member) -> float | None:
    return member.joined_at.timestamp() if member.joined_at else None


def roles_of(member: discord.Member) -> frozenset[str]:
    """Without @everyone, which is no role that anybody was given (nor does the REST interface list it)."""
    return frozenset(str(role.id) for role in member.roles if not role.is_default())


def _read(app: App, interaction: Click) -> Reader:
    message = interaction.message
    public = message is not None and not message.flags.ephemeral
    return Reader(
        person=person(interaction),
        language=locale(interaction),
        now=app.now(),
        channel=str(interaction.channel_id or ""),
        verb=_verb(interaction),
        message=str(message.id) if message is not None and public else None,
    )


def _verb(interaction: Click) -> str:
    """``deploy`` for a command (also under a group), the action for a button."""
    if interaction.command is not None:
        return interaction.command.name
    data: Mapping[str, Any] = interaction.data or {}
    parts = str(data.get("custom_id", "")).split(":")
    return parts[1] if len(parts) == 3 else str(data.get("name", ""))


async def _acknowledge(app: App, interaction: Click, *, here: bool) -> bool:
    if interaction.id in interaction.client.handled:
        log.info("interaction.again", interaction=interaction.id)
        return False
    interaction.client.handled.append(interaction.id)
    try:
        async with asyncio.timeout(ACKNOWLEDGE):
            await interaction.response.defer(ephemeral=True, thinking=not here)
    except discord.HTTPException as error:
        if error.code != ALREADY_ACKNOWLEDGED:
            log.warning("interaction.too_late", code=error.code, reason=str(error))
            return False
        log.info("interaction.acknowledged_before", reason="the answer to our own acknowledgement was lost")
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        log.warning("interaction.too_late", fault=type(error).__name__)
        return False
    return True


async def _made(app: App, reader: Reader, interaction: Click, make: Make) -> tuple[Card, bool]:
    """(card, was it a refusal or an error?)"""
    try:
        _at_home(app, interaction)
        async with asyncio.timeout(PATIENCE):
            return await make(reader), False
    except SlipwayError as error:
        return await refusal(app, reader, error), True
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("interaction.failed", reference=reference, user=reader.person.id)
        return cards.error_card(reference, reader.language), True


def _at_home(app: App, interaction: Click) -> None:
    """The configured guild only: no direct messages, and no other server that invited the bot."""
    if interaction.guild_id != app.guild:
        raise Refusal("guild")


async def refusal(app: App, reader: Reader, error: SlipwayError) -> Card:
    """A plan that moved or expired offers its successor; everything else says no in three parts, with Details."""
    known = _known(error)
    if known.code == "plan_changed":
        return cards.changed_card(known.facts.get("what", ()), reader.language, known.facts.get("ref", ""))
    if known.code in ("plan_expired", "plan_closed"):
        return cards.spent_card(known.code, reader.language, known.facts.get("ref", ""))
    return cards.refusal_card(known, reader.language, await app.engine.refused(known, reader.person, reader.verb))


def _known(error: SlipwayError) -> SlipwayError:
    if isinstance(error, LedgerUnwritable):
        return _as(Refusal("ledger"), error)
    if isinstance(error, Lost):
        return _as(Refusal("stale", **error.facts), error)
    return error


def _as(said: Refusal, error: SlipwayError) -> Refusal:
    said.about = error.about
    return said


async def _late(app: App, reader: Reader) -> None:
    """The private place is gone (a token lives 15 minutes): say so in public, without what was asked."""
    text = wording.text(app.language, "notice.late", who=wording.mention(reader.person.id))
    card = Card(content=text, mentions=Mentions(users=(reader.person.id,)))
    try:
        await app.screen.send(reader.channel, card, secrets.token_hex(12))
    except ScreenError as error:
        log.warning("answer.lost", code=error.code, user=reader.person.id)
