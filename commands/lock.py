"""/lock and /unlock. Without a service or environment they mean all, and the answer says so."""

from __future__ import annotations

from discord import app_commands

from bot import cards, wording
from bot.client import Click, said
from bot.errors import Refusal
from bot.model import Card, Lock
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Slash, Words, described, envs, services


def lock(app: App) -> Slash:
    @app_commands.command(name="lock", description=said("command.lock"))
    @app_commands.rename(for_="for")
    @app_commands.describe(**described("service", "env", "reason", "for_"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def lock(
        interaction: Click,
        service: Name | None = None,
        env: Name | None = None,
        reason: Words | None = None,
        for_: Name | None = None,
    ) -> None:
        async def act(reader: Reader) -> Card:
            made = await app.locks.lock(service, env, reader.person, reason or "", for_)
            return cards.lock_card(made, reader.language, reader.now)

        await answer(app, interaction, act)

    return lock


def unlock(app: App) -> Slash:
    @app_commands.command(name="unlock", description=said("command.unlock"))
    @app_commands.describe(**described("service", "env"))
    @app_commands.autocomplete(service=services(app), env=envs(app))
    async def unlock(interaction: Click, service: Name | None = None, env: Name | None = None) -> None:
        async def act(reader: Reader) -> Card:
            released = await app.locks.unlock(service, env, reader.person)
            return _released(reader, released)

        await answer(app, interaction, act)

    return unlock


async def release(app: App, reader: Reader, ref: str) -> Card:
    """*Unlock*, on the message that says that the lock ends soon."""
    return _released(reader, [await app.locks.release(_number(ref), reader.person, reader.message)])


async def extend(app: App, reader: Reader, ref: str) -> Card:
    made = await app.locks.extend(_number(ref), reader.person, reader.message)
    return cards.lock_extended(made, reader.language)


def _number(ref: str) -> int:
    if not (ref.isascii() and ref.isdecimal()):
        raise Refusal("stale")
    return int(ref)


def _released(reader: Reader, locks: list[Lock]) -> Card:
    every = wording.text(reader.language, "word.all")
    lines = [
        cards.notice(
            "lock.released",
            reader.language,
            target=f"{one.service or every} · {one.env or every}",
            who=reader.person.name,
            owner=one.owner_name,
        ).content
        for one in locks
    ]
    return cards.fit(Card(content=lines[0], lines=tuple(lines[1:])))
