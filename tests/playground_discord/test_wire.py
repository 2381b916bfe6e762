"""Everything that crosses is valid by Discord's own machine-readable descriptions, when that folder is there."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource

from playground.discord import LocalDiscord, Permission, RestCall, World
from playground.discord.rights import INVITE

from .conftest import BotProcess, discord_client

CONTRACTS = Path(__file__).parents[3] / "shared" / "contracts" / "discord"

pytestmark = pytest.mark.needs("shared")


def with_text_ids(sent: Any) -> Any:
    """discord.py writes some ids as numbers, which Discord takes though its description says text."""
    if isinstance(sent, list):
        return [with_text_ids(one) for one in sent]
    if not isinstance(sent, dict):
        return sent
    told = {key: with_text_ids(value) for key, value in sent.items()}
    for key in ("users", "roles"):
        if key in told:
            told[key] = [str(one) for one in told[key]]
    for one in told.get("attachments") or []:
        one["id"] = str(one["id"])
    return told


def with_number_codes(got: Any) -> Any:
    """Codes inside `errors` are words in Discord's own examples ("BASE_TYPE_REQUIRED"), numbers in its description."""
    if isinstance(got, list):
        return [with_number_codes(one) for one in got]
    if not isinstance(got, dict):
        return got
    inner = {key: with_number_codes(value) for key, value in got.items()}
    return {**inner, "code": 0} if isinstance(got.get("code"), str) else inner


class Api:
    """Schemas of requests and responses by method and path template."""

    def __init__(self) -> None:
        self.spec = json.loads((CONTRACTS / "openapi.json").read_text())
        whole = Resource.from_contents({"$schema": "https://json-schema.org/draft/2020-12/schema", **self.spec})
        self.registry = Registry().with_resource("urn:discord", whole)

    def operation(self, call: RestCall) -> tuple[dict[str, Any], list[str]]:
        path = self.spec["paths"][call.template]
        return path[call.method.lower()], ["paths", call.template, call.method.lower()]

    def validator(self, steps: list[str]) -> Draft202012Validator:
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        return Draft202012Validator({"$ref": f"urn:discord#/{pointer}"}, registry=self.registry)

    def problems(self, call: RestCall) -> list[str]:
        found = []
        operation, steps = self.operation(call)
        if call.sent is not None and call.status < 400:
            where = [*steps, "requestBody", "content", "application/json", "schema"]
            found += [
                f"sent {one.json_path}: {one.message[:300]}"
                for one in self.validator(where).iter_errors(with_text_ids(call.sent))
            ]
        if call.status in (204, 0):
            assert call.status == 0 or "204" in operation["responses"], f"{call.template} never answers 204"
            return found
        where = [*steps, "responses", str(call.status), "content", "application/json", "schema"]
        if call.status >= 400:
            where = ["components", "schemas", "RatelimitedResponse" if call.status == 429 else "ErrorResponse"]
        got = with_number_codes(call.got) if call.status >= 400 else call.got
        found += [f"got {one.json_path}: {one.message[:300]}" for one in self.validator(where).iter_errors(got)]
        return found


def gateway_validator(event: str) -> Draft7Validator:
    schema = json.loads((CONTRACTS / "gateway-events.schema.json").read_text())
    events = schema["definitions"]["Events"]["properties"]
    return Draft7Validator({**schema, "$ref": events[event]["$ref"]} if event in events else {})


async def everything(discord: LocalDiscord, bot: BotProcess) -> None:
    """A stock bot goes through all that it has."""
    jieun, haneul = discord.person("jieun"), discord.person("haneul")
    plan = await jieun.command("deploy", service="ai-server", env="prod", version="main")
    await jieun.autocomplete("deploy", "version", "", service="ai")
    for label in ("Approve", "Update", "Later"):
        await jieun.click(plan, label)
    modal = (await jieun.click(plan, "Ask")).modal
    assert modal is not None
    await jieun.submit(modal, {"reason": "because"})
    await jieun.select(plan, ["One"])
    await jieun.command("card", text=f"hi <@{haneul.id}>", nonce="n1", who=haneul.id)
    card = await discord.until(lambda: next((one for one in discord.messages("deploys") if one.reactions), None))
    await haneul.react(card, "✅")
    await jieun.react(card, "🚀", burst=True)
    await jieun.command("votes", message=card.id)
    await jieun.command("edit", message=card.id, text="edited")
    await haneul.unreact(card, "✅")
    await jieun.command("file")
    await jieun.command("look", who=haneul)
    await discord.answer(jieun.forge("t:approve", card, "dm"))
    await haneul.say("deploys", "hello")
    discord.grant(haneul, "admin")
    discord.delete(card)
    await jieun.command("edit", message=card.id, text="gone")
    await bot.hears("failed", 2)
    await other_routes(discord, card.id)
    discord.rate_limit_next(1, 0.1, "GET")
    await jieun.command("look", who=haneul)
    discord.drop_gateway()
    await bot.hears("resumed")


async def other_routes(discord: LocalDiscord, gone: str) -> None:
    """What a stock client without shards does not ask by itself."""
    ids = discord.ids
    commands = f"/applications/{ids['application']}/guilds/{ids['guild']}/commands"
    channel = f"/channels/{ids['#general']}"
    async with discord_client(discord) as call:
        for path in ("/gateway", "/gateway/bot", "/applications/@me", f"/users/{ids['jieun']}", commands, channel):
            assert await call("GET", path) == (200, 0)
        assert await call("GET", f"/guilds/{ids['guild']}/threads/active") == (200, 0)
        assert await call("POST", "/users/@me/channels", {"recipient_id": ids["jieun"]}) == (200, 0)
        assert await call("POST", commands, {"name": "extra", "description": "x"}) == (201, 0)
        extra = next(one["id"] for one in discord.state.commands.values() if one["name"] == "extra")
        assert await call("PATCH", f"{commands}/{extra}", {"description": "y"}) == (200, 0)
        assert await call("GET", f"{commands}/{extra}") == (200, 0)
        assert await call("DELETE", f"{commands}/{extra}") == (204, 0)
        assert await call("POST", f"{channel}/typing") == (204, 0)
        assert await call("POST", f"{channel}/messages", {"content": ""}) == (400, 50006)
        assert await call("POST", f"{channel}/messages", {"content": "x" * 2001}) == (400, 50035)
        assert await call("GET", f"{channel}/messages/{gone}") == (404, 10008)


async def test_every_request_and_every_answer_fits_the_openapi_description(
    discord: LocalDiscord, bot: BotProcess
) -> None:
    await everything(discord, bot)
    api = Api()
    calls = discord.journal.rest()
    problems = {f"{one.method} {one.template} {one.status}: {each}" for one in calls for each in api.problems(one)}
    assert not problems, "\n".join(sorted(problems))
    assert {call.template for call in calls if call.status < 400} >= {
        "/users/@me",
        "/gateway/bot",
        "/oauth2/applications/@me",
        "/channels/{channel_id}/messages",
        "/channels/{channel_id}/messages/{message_id}",
        "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}",
        "/channels/{channel_id}/messages/{message_id}/threads",
        "/guilds/{guild_id}",
        "/guilds/{guild_id}/members/{user_id}",
        "/interactions/{interaction_id}/{interaction_token}/callback",
        "/webhooks/{webhook_id}/{webhook_token}/messages/@original",
    }


async def test_the_audit_log_fits_the_openapi_description() -> None:
    async with LocalDiscord(replace(World(), bot_permissions=int(INVITE | Permission.VIEW_AUDIT_LOG))) as discord:
        discord.grant(discord.person("visitor"), "oncall")
        discord.revoke(discord.person("haneul"), "oncall")
        path = f"/guilds/{discord.ids['guild']}/audit-logs"
        async with discord_client(discord) as call:
            for query in ("", "?action_type=25&limit=100", "?limit=0", "?before=x", "?limit=1&after=0"):
                await call("GET", path + query)
        calls = discord.journal.rest("GET", "/guilds/{guild_id}/audit-logs")
        assert [one.status for one in calls] == [200, 200, 400, 400, 200]
        assert [problem for one in calls for problem in Api().problems(one)] == []


async def test_every_gateway_event_fits_its_schema(discord: LocalDiscord, bot: BotProcess) -> None:
    await everything(discord, bot)
    problems = set()
    events = {frame.event for frame in discord.journal.frames() if frame.event}
    for event in sorted(events):
        validator = gateway_validator(event)
        for frame in discord.journal.frames(event):
            found = validator.iter_errors(frame.payload["d"])
            problems |= {f"{event} {one.json_path}: {one.message[:400]}" for one in found}
    assert not problems, "\n".join(sorted(problems))
    assert events >= {"READY", "GUILD_CREATE", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE"}
    assert events >= {"MESSAGE_DELETE", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "RESUMED"}


async def test_pins_cross_as_discord_describes_them() -> None:
    may = World(bot_permissions=int(INVITE | Permission.PIN_MESSAGES))
    async with LocalDiscord(may) as discord, discord_client(discord) as call:
        channel = f"/channels/{discord.ids['#deploys']}/messages"
        await call("POST", channel, {"content": "board"})
        message = discord.messages("deploys")[0].id
        for method, path in (
            ("PUT", f"/pins/{message}"),
            ("GET", "/pins"),
            ("GET", ""),
            ("DELETE", f"/pins/{message}"),
        ):
            assert (await call(method, channel + path))[0] < 300
        api = Api()
        assert [problem for each in discord.journal.rest() for problem in api.problems(each)] == []
