"""What can be typed, pressed and reacted. A command translates, asks and answers; rules and SQL live behind."""

from __future__ import annotations

from functools import partial

from discord import app_commands

from bot.client import SlipwayClient, said
from commands import (
    answers,
    buttons,
    cancel,
    deploy,
    freeze,
    help,  # noqa: A004 -- the verb is the file
    history,
    lock,
    logs,
    oncall,
    promote,
    reactions,
    restart,
    rollback,
    status,
    strays,
    why,
)
from commands.app import App
from commands.options import Slash

__all__ = ["App", "install"]


def install(client: SlipwayClient, app: App, group: str | None = None) -> None:
    """Every door of this folder, before ``client`` logs in. ``group``: all commands under ``/<group>``."""
    found = everything(app, group)
    if group:
        under = app_commands.Group(name=group, description=said("command.group"))
        for one in found:
            under.add_command(one)
        client.tree.add_command(under, guild=client.home)
    else:
        for one in found:
            client.tree.add_command(one, guild=client.home)
    client.pressed = partial(buttons.pressed, app)
    client.failed = partial(answers.failed, app)
    strays.listen(client, app)
    reactions.listen(client, app)


def everything(app: App, group: str | None) -> list[Slash]:
    verbs = [
        deploy.command(app),
        rollback.command(app),
        promote.command(app),
        restart.command(app),
        status.command(app),
        history.command(app),
        why.command(app),
        logs.command(app),
        lock.lock(app),
        lock.unlock(app),
        freeze.freeze(app),
        freeze.unfreeze(app),
        cancel.command(app),
        oncall.command(app),
    ]
    names = tuple(one.name for one in verbs)
    return [*verbs, help.command(app, (*names, "help"), group)]
