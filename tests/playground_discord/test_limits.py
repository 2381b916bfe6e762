"""Discord's limits as a table: the body that fits, the one that is a step too far, and what the answer says."""

from typing import Any

import pytest

from playground.discord import LocalDiscord
from playground.discord.errors import ApiError
from playground.discord.limits.commands import check_command, check_commands
from playground.discord.limits.messages import check_message
from playground.discord.limits.modals import check_modal
from playground.discord.world import Rules

from .conftest import discord_client

Body = dict[str, Any]


def embed(**parts: Any) -> Body:
    return {"embeds": [{"title": "t", **parts}]}


def fields(n: int, name: str = "n", value: str = "v") -> Body:
    return embed(fields=[{"name": name, "value": value}] * n)


def button(**parts: Any) -> Body:
    return {"type": 2, "style": 1, "label": "go", "custom_id": "b", **parts}


def rows(*inside: list[Body]) -> Body:
    return {"content": "x", "components": [{"type": 1, "components": row} for row in inside]}


def distinct(n: int) -> list[Body]:
    return [button(custom_id=f"b{one}") for one in range(n)]


def select(**parts: Any) -> Body:
    option = {"label": "l", "value": "v"}
    return rows([{"type": 3, "custom_id": "s", "options": [option], **parts}])


def options(n: int) -> list[Body]:
    return [{"label": "l", "value": str(one)} for one in range(n)]


MESSAGES: list[tuple[str, Body, Body, str]] = [
    ("content", {"content": "x" * 2000}, {"content": "x" * 2001}, "content"),
    ("embeds", {"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}, "embeds"),
    ("title", embed(title="x" * 256), embed(title="x" * 257), "embeds.0.title"),
    ("description", embed(description="x" * 4096), embed(description="x" * 4097), "embeds.0.description"),
    ("fields", fields(25), fields(26), "embeds.0.fields"),
    ("field name", fields(1, name="x" * 256), fields(1, name="x" * 257), "embeds.0.fields.0.name"),
    ("field value", fields(1, value="x" * 1024), fields(1, value="x" * 1025), "embeds.0.fields.0.value"),
    ("empty field value", fields(1), fields(1, value=" "), "embeds.0.fields.0.value"),
    ("footer", embed(footer={"text": "x" * 2048}), embed(footer={"text": "x" * 2049}), "embeds.0.footer.text"),
    ("author", embed(author={"name": "x" * 256}), embed(author={"name": "x" * 257}), "embeds.0.author.name"),
    ("colour", embed(color=0xFFFFFF), embed(color=0x1000000), "embeds.0.color"),
    ("embed url", embed(url="https://a.b"), embed(url="javascript:x"), "embeds.0.url"),
    ("embed key", embed(), embed(colour=1), "embeds.0.colour"),
    (
        "sum of embeds",
        {"embeds": [{"description": "x" * 3000}] * 2},
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
        "embeds",
    ),
    ("rows", rows(*([one] for one in distinct(5))), rows(*([one] for one in distinct(6))), "components"),
    ("buttons in a row", rows(distinct(5)), rows(distinct(6)), "components.0.components"),
    ("no empty row", rows(distinct(1)), rows([]), "components.0.components"),
    ("label", rows([button(label="x" * 80)]), rows([button(label="x" * 81)]), "components.0.components.0.label"),
    (
        "custom id",
        rows([button(custom_id="x" * 100)]),
        rows([button(custom_id="x" * 101)]),
        "components.0.components.0",
    ),
    (
        "a custom id at all",
        rows([button()]),
        rows([{"type": 2, "style": 1, "label": "go"}]),
        "components.0.components.0",
    ),
    ("label or emoji", rows([button(emoji={"name": "✅"}, label=None)]), rows([button(label=None)]), "components.0"),
    ("two alike", rows(distinct(2)), rows([button(), button()]), "components"),
    ("style", rows([button(style=4)]), rows([button(style=7)]), "components.0.components.0.style"),
    (
        "link",
        rows([{"type": 2, "style": 5, "label": "go", "url": "https://a.b"}]),
        rows([{"type": 2, "style": 5, "label": "go", "url": "https://a.b", "custom_id": "x"}]),
        "components.0.components.0",
    ),
    ("component key", rows([button()]), rows([button(colour=1)]), "components.0.components.0.colour"),
    ("options", select(options=options(25)), select(options=options(26)), "components.0.components.0.options"),
    ("an option twice", select(), select(options=options(1) * 2), "components.0.components.0.options"),
    ("placeholder", select(placeholder="x" * 150), select(placeholder="x" * 151), "components.0.components.0"),
    ("select alone", select(), rows([*select()["components"][0]["components"], button()]), "components.0.components"),
    ("nonce", {"content": "x", "nonce": "1" * 25}, {"content": "x", "nonce": "1" * 26}, "nonce"),
    ("unknown key", {"content": "x"}, {"content": "x", "contents": "y"}, "contents"),
    (
        "allowed mentions",
        {"content": "x", "allowed_mentions": {"parse": ["roles"], "users": ["1"]}},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
    ),
]


def path_in(tree: Body, path: str) -> bool:
    node: Any = tree
    for step in path.split("."):
        if step not in node:
            return False
        node = node[step]
    return True


@pytest.mark.parametrize(("name", "fits", "too_far", "path"), MESSAGES, ids=[row[0] for row in MESSAGES])
def test_one_step_over_a_message_limit_is_refused_where_it_is(name: str, fits: Body, too_far: Body, path: str) -> None:
    check_message(fits, [], Rules())
    with pytest.raises(ApiError) as refused:
        check_message(too_far, [], Rules())
    assert refused.value.code == 50035
    assert path_in(refused.value.errors or {}, path), refused.value.errors


@pytest.mark.parametrize("body", [{}, {"content": " \n"}, {"embeds": []}, rows(distinct(1)) | {"content": ""}])
def test_an_empty_message_is_refused(body: Body) -> None:
    with pytest.raises(ApiError) as refused:
        check_message(body, [], Rules())
    assert refused.value.code == 50006


async def test_an_edit_that_empties_a_message_is_refused_and_leaves_it(discord: LocalDiscord) -> None:
    base = f"/channels/{discord.ids['#deploys']}/messages"
    async with discord_client(discord) as call:
        await call("POST", base, {"content": "here", "embeds": [{"title": "t"}]})
        one = discord.messages("deploys")[0]
        assert await call("PATCH", f"{base}/{one.id}", {"content": "", "embeds": []}) == (400, 50006)
        assert one.content == "here"
        assert await call("PATCH", f"{base}/{one.id}", {"content": None}) == (200, 0)


def command(**parts: Any) -> Body:
    return {"name": "deploy", "description": "d", **parts}


def option(**parts: Any) -> Body:
    return {"type": 3, "name": "o", "description": "d", **parts}


def several(n: int) -> list[Body]:
    return [option(name=f"o{one}") for one in range(n)]


COMMANDS: list[tuple[str, Body, Body, str]] = [
    ("lower case", command(name="deploy"), command(name="Deploy"), "name"),
    ("korean", command(name="배포"), command(name="배포 하기"), "name"),
    ("name", command(name="x" * 32), command(name="x" * 33), "name"),
    ("description", command(description="x" * 100), command(description="x" * 101), "description"),
    ("a description at all", command(), command(description=""), "description"),
    ("options", command(options=several(25)), command(options=several(26)), "options"),
    (
        "required first",
        command(options=[option(required=True), option(name="p")]),
        command(options=[option(), option(name="p", required=True)]),
        "options.1",
    ),
    ("two options alike", command(options=several(2)), command(options=[option(), option()]), "options"),
    (
        "choices",
        command(options=[option(choices=[{"name": "c", "value": "c"}] * 25)]),
        command(options=[option(choices=[{"name": "c", "value": "c"}] * 26)]),
        "options.0.choices",
    ),
    (
        "autocomplete",
        command(options=[option(autocomplete=True)]),
        command(options=[option(autocomplete=True, choices=[{"name": "c", "value": "c"}])]),
        "options.0.autocomplete",
    ),
    (
        "locale",
        command(name_localizations={"ko": "배포"}),
        command(name_localizations={"kr": "배포"}),
        "name_localizations.kr",
    ),
    ("unknown key", command(), command(color=1), "color"),
]


@pytest.mark.parametrize(("name", "fits", "too_far", "path"), COMMANDS, ids=[row[0] for row in COMMANDS])
def test_one_step_over_a_command_limit_is_refused_where_it_is(name: str, fits: Body, too_far: Body, path: str) -> None:
    check_command(fits)
    with pytest.raises(ApiError) as refused:
        check_command(too_far)
    assert path_in(refused.value.errors or {}, path), refused.value.errors


def test_two_commands_of_one_name_are_refused() -> None:
    check_commands([command(), command(name="other")])
    with pytest.raises(ApiError):
        check_commands([command(), command()])


def modal(**parts: Any) -> Body:
    text = {"type": 4, "custom_id": "i", "label": "l", "style": 1}
    return {"custom_id": "m", "title": "t", "components": [{"type": 1, "components": [text]}], **parts}


MODALS: list[tuple[str, Body, Body]] = [
    ("title", modal(title="x" * 45), modal(title="x" * 46)),
    ("custom id", modal(custom_id="x" * 100), modal(custom_id="x" * 101)),
    ("inputs", modal(), modal(components=[])),
    (
        "label",
        modal(components=[{"type": 18, "label": "l", "component": {"type": 4, "custom_id": "i", "style": 2}}]),
        modal(components=[{"type": 18, "label": "l" * 46, "component": {"type": 4, "custom_id": "i", "style": 2}}]),
    ),
]


@pytest.mark.parametrize(("name", "fits", "too_far"), MODALS, ids=[row[0] for row in MODALS])
def test_one_step_over_a_modal_limit_is_refused(name: str, fits: Body, too_far: Body) -> None:
    check_modal(fits)
    with pytest.raises(ApiError):
        check_modal(too_far)
