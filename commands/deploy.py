"""/deploy: a private plan. Nothing happens before its Confirm."""

from __future__ import annotations

from discord import app_commands

from bot import cards
from bot.client import Click, said
from bot.model import Card, Deploy, Kind, Order, Target
from commands.answers import Reader, answer
from commands.app import App
from commands.options import Name, Ref, Slash, Words, described, envs, models, services, versions


def command(app: App) -> Slash:
    @app_commands.command(name="deploy", description=said("command.deploy"))
    @app_commands.describe(**described("service", "env", "version", "reason", "emergency", "model"))
    @app_commands.autocomplete(service=services(app), env=envs(app), version=versions(app), model=models(app))
    async def deploy(
        interaction: Click,
        service: Name,
        env: Name,
        version: Ref | None = None,
        reason: Words | None = None,
        emergency: bool = False,
        model: Ref | None = None,
    ) -> None:
        async def plan(reader: Reader) -> Card:
            asked = Kind.DEPLOY, Target(service, env), version, reason
            return await propose(app, reader, *asked, emergency=emergency, model=model)

        await answer(app, interaction, plan)

    return deploy


async def propose(
    app: App,
    reader: Reader,
    kind: Kind,
    target: Target,
    wanted: str | None = None,
    reason: str | None = None,
    *,
    emergency: bool = False,
    model: str | None = None,
) -> Card:
    """The plan of an order, as its private card."""
    order = Order(kind, target, reader.person.id, reader.person.name, wanted, reason, emergency, model)
    return planned(app, reader, await app.engine.propose(order, reader.person))


def planned(app: App, reader: Reader, deploy: Deploy) -> Card:
    return cards.plan_card(
        deploy,
        deploy.plan,
        reader.language,
        reader.now,
        app.titles.get(deploy.target, deploy.target.service),
        can_unlock=deploy.plan.unlocks,
        impact_texts=app.impacts.get(deploy.target),
    )
