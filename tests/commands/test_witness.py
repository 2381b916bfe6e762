"""An independent witness: the same commands on SimCord, somebody else's idea of Discord.

What the playground and we might both have misread about discord.py, a third party reads here by its own lights:
synchronisation, permissions of messages, double acknowledgements, component and mention rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import discord
import pytest

import commands
from bot.client import DiscordAuthority, DiscordScreen, SlipwayClient
from bot.errors import Refusal
from bot.model import Button, Card, Choice, Kind, Mentions, Nothing, Phase, StatusRow
from commands import App
from tests.cards.samples import NOW, TARGET, ULID, a_deploy, a_plan
from tests.commands.conftest import STAGING, FakeBoard, FakeEngine

if TYPE_CHECKING:
    import simcord

pytestmark = pytest.mark.needs("simcord")

GUILD = 1_300_000_000_000_000_000
VERBS = [
    "cancel", "deploy", "freeze", "help", "history", "lock", "logs", "oncall", "promote", "restart",
    "rollback", "status", "unfreeze", "unlock", "why",
]  # fmt: skip


@dataclass
class Witness:
    env: simcord.Env
    desk: Desk
    client: SlipwayClient
    engine: FakeEngine
    board: FakeBoard
    locks: FakeEngine
    deploys: simcord.ChannelHandle
    jieun: simcord.MemberActor
    haneul: simcord.MemberActor

    async def plan(self) -> simcord.InteractionResult:
        return await self.jieun.slash(self.deploys, "deploy", service="ai-server", env="prod")

    async def post(self, card: Card) -> discord.Message:
        await DiscordScreen(self.client).send(str(self.deploys.id), card, "n" * 25)
        message = self.deploys.last_message
        assert message is not None
        return message


@pytest.fixture
def group() -> str | None:
    return None


@dataclass
class Desk:
    """Our side, before it meets any Discord."""

    client: SlipwayClient
    engine: FakeEngine
    board: FakeBoard
    locks: FakeEngine

    def install(self, client: SlipwayClient, group: str | None = None) -> SlipwayClient:
        app = App(
            engine=self.engine,  # type: ignore[arg-type]
            board=self.board,  # type: ignore[arg-type]
            locks=self.locks,  # type: ignore[arg-type]
            duties=FakeEngine(),  # type: ignore[arg-type]
            queue=FakeEngine(),  # type: ignore[arg-type]
            announce=FakeEngine(),  # type: ignore[arg-type]
            screen=DiscordScreen(client),
            guild=GUILD,
            deploys="1",
            language="en",
            titles={TARGET: "AI Server", STAGING: "AI Server"},
            now=lambda: NOW,
        )
        commands.install(client, app, group)
        return client


@pytest.fixture
def desk(group: str | None) -> Desk:
    planned = a_deploy(Phase.PLANNED, a_plan())
    made = Desk(SlipwayClient(str(GUILD), guild_ready_timeout=0.1), FakeEngine(), FakeBoard(), FakeEngine())
    made.engine.answers = {"propose": planned, "get": planned, "confirm": planned, "settle": a_deploy(), "vote": True}
    made.board.answers = {
        "status": [StatusRow(TARGET, "AI Server", Nothing(), None, False, None, ref=ULID)],
        "logs": "one\ntwo",
        "diff": planned,
    }
    made.install(made.client, group)
    return made


@pytest.fixture
def simcord_bot(desk: Desk) -> SlipwayClient:
    """What SimCord's own fixture ``simcord_env`` logs in."""
    return desk.client


@pytest.fixture
def witness(simcord_env: simcord.Env, desk: Desk) -> Witness:
    guild = simcord_env.create_guild("Acme", id=GUILD)
    oncall = guild.create_role("oncall")
    channel = guild.create_text_channel("deploys")
    jieun = guild.add_member(simcord_env.create_user("jieun"))
    haneul = guild.add_member(simcord_env.create_user("haneul"), roles=[oncall])
    return Witness(simcord_env, desk, desk.client, desk.engine, desk.board, desk.locks, channel, jieun, haneul)


def labels(result: Any) -> list[str]:
    rows = result.response.components
    return [child["label"] for row in rows for child in row["components"] if child["type"] == 2]


async def test_every_command_is_offered_to_a_member_of_the_guild(witness: Witness) -> None:
    assert sorted(witness.jieun.available_commands(witness.deploys)) == VERBS


async def test_what_was_registered_is_korean_where_people_read_and_english_where_they_type(witness: Witness) -> None:
    written = next(one for one in witness.env.http_requests if one.method == "PUT")
    body: Any = written.json
    assert sorted(one["name"] for one in body) == VERBS
    assert all(one["description_localizations"].keys() == {"ko"} for one in body)
    assert all(not one.get("name_localizations") for one in body)


async def test_the_plan_is_a_deferred_private_answer_that_pings_nobody(witness: Witness) -> None:
    result = await witness.plan()
    first: Any = next(one for one in witness.env.http_requests if one.path.endswith("/callback"))
    assert first.json == {"type": 5, "data": {"flags": 64}}
    assert (result.acknowledged, result.ephemeral) == (True, True)
    assert result.response is not None
    assert result.response.message.mentions == []
    assert labels(result) == ["Deploy to prod", "Cancel"]


async def test_a_refusal_is_private_and_offers_details(witness: Witness) -> None:
    witness.engine.answers["propose"] = Refusal("role", env="prod", target="x", verb="deploy", roles=[])
    result = await witness.plan()
    assert result.ephemeral
    assert labels(result) == ["Details"]


async def test_a_bug_in_a_command_is_answered_and_does_not_reach_discord_py(witness: Witness) -> None:
    witness.engine.answers["propose"] = RuntimeError("inside")
    result = await witness.plan()
    assert result.response is not None
    assert "Something went wrong" in result.response.content
    assert witness.env.errors == []


async def test_options_arrive_as_typed(witness: Witness) -> None:
    await witness.jieun.slash(
        witness.deploys, "deploy", service="ai-server", env="prod", version="a1b9f2e", reason="hotfix"
    )
    ((order, _), _) = witness.engine.of("propose")[0]
    assert (order.kind, order.target, order.wanted, order.reason) == (Kind.DEPLOY, TARGET, "a1b9f2e", "hotfix")


async def test_autocomplete_offers_at_most_25_from_memory(witness: Witness) -> None:
    found = await witness.jieun.autocomplete(witness.deploys, "deploy", "env", "", service="ai-server")
    assert [one["value"] for one in found] == ["prod", "staging"]


async def test_confirm_replaces_the_private_plan(witness: Witness) -> None:
    result = await witness.plan()
    assert result.response is not None
    clicked = await witness.jieun.click(result.response, label="Deploy to prod")
    assert clicked.acknowledged
    assert result.response is not None
    assert "Accepted" in result.response.content
    assert result.response.components == []


async def test_a_refused_confirm_is_a_private_message_below_the_plan(witness: Witness) -> None:
    result = await witness.plan()
    witness.engine.answers["confirm"] = Refusal("already_confirmed", deploy=128)
    assert result.response is not None
    clicked = await witness.jieun.click(result.response, label="Deploy to prod")
    assert [one.ephemeral for one in clicked.followups] == [True]
    assert labels(result) == ["Deploy to prod", "Cancel"]


async def test_pressing_cancel_twice_in_a_row_is_impossible_since_the_buttons_are_gone(witness: Witness) -> None:
    result = await witness.plan()
    assert result.response is not None
    await witness.jieun.click(result.response, label="Cancel")
    assert result.response is not None
    assert result.response.components == []


APPROVAL = Card(
    content="Approval needed",
    title="AI Server deploy needs approval",
    footer="#128·k3v9·card",
    buttons=tuple(Button(action, action, ref=ULID) for action in ("approve", "reject", "settle", "logs")),
)


async def test_a_public_approve_is_answered_to_the_presser_alone(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    result = await witness.haneul.click(message, label="approve")
    assert result.ephemeral
    ((shown, channel, who, choice, _), _) = witness.engine.of("vote")[0]
    assert (shown, channel, choice) == (str(message.id), str(witness.deploys.id), Choice.APPROVE)
    assert (who.id, who.name) == (str(witness.haneul.id), "haneul")


async def test_the_role_that_came_with_a_click_is_handed_on_and_everyone_is_none(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    for person in (witness.haneul, witness.jieun):
        await person.click(message, label="approve")
    roles = [args[2].roles for args, _ in witness.engine.of("vote")]
    assert [len(one) for one in roles] == [1, 0]


async def test_a_form_opens_without_a_defer_and_its_answer_is_private(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    shown = await witness.haneul.click(message, label="settle")
    assert shown.modal is not None
    assert not shown.deferred
    result = await witness.haneul.submit_modal(shown, {"reason": "looked at the host"})
    assert result.ephemeral
    assert witness.engine.of("settle")[0][0][2] == "looked at the host"


async def test_an_empty_reason_cannot_even_be_sent(witness: Witness) -> None:
    import simcord

    message = await witness.post(APPROVAL)
    shown = await witness.haneul.click(message, label="settle")
    with pytest.raises((simcord.SetupError, simcord.BackendError, ValueError)):
        await witness.haneul.submit_modal(shown, {"reason": ""})


async def test_buttons_work_after_the_bot_was_restarted(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    again = witness.desk.install(SlipwayClient(str(GUILD), guild_ready_timeout=0.1))
    await witness.env.restart_bot(again)
    result = await witness.haneul.click(message, label="approve")
    assert result.acknowledged
    assert len(witness.engine.of("vote")) == 1


async def test_reactions_are_votes_only_when_exact(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    for emoji in ("👍", "✔️", "✅"):
        await witness.haneul.react(message, emoji)
    await witness.haneul.unreact(message, "✅")
    assert [more["standing"] for _, more in witness.engine.of("vote")] == [True, False]


async def test_a_new_message_may_ping_exactly_whom_it_names(witness: Witness) -> None:
    """SimCord keeps no account of pings, so what discord.py put on the wire is read."""
    loud = f"{witness.haneul.mention} {witness.jieun.mention} @everyone"
    named = Mentions((str(witness.haneul.id),))
    message = await witness.post(replace(APPROVAL, content=loud, mentions=named))
    sent: Any = next(one for one in witness.env.http_requests if one.path.endswith("/messages"))
    allowed = {key: value for key, value in sent.json["allowed_mentions"].items() if value}
    assert allowed == {"users": [witness.haneul.id]}
    assert sent.json["enforce_nonce"] is True
    assert not message.mention_everyone


async def test_an_edit_empties_what_the_card_no_longer_has(witness: Witness) -> None:
    message = await witness.post(APPROVAL)
    await DiscordScreen(witness.client).edit(str(witness.deploys.id), str(message.id), Card("done"))
    edited = witness.deploys.last_message
    assert edited is not None
    assert (edited.content, edited.embeds, edited.components) == ("done", [], [])


async def test_logs_are_private_and_carry_a_file(witness: Witness) -> None:
    result = await witness.jieun.slash(witness.deploys, "logs", service="ai-server", env="prod")
    assert result.ephemeral
    assert result.response is not None
    assert [one.filename for one in result.response.attachments] == ["ai-server-prod.log"]


async def test_sharing_a_status_is_a_message_of_the_bot_and_not_an_answer(witness: Witness) -> None:
    result = await witness.jieun.slash(witness.deploys, "status")
    assert result.response is not None
    assert witness.deploys.last_message is None or witness.deploys.last_message.flags.ephemeral
    await witness.jieun.click(result.response, label="Share in channel")
    public = [one for one in witness.deploys.history() if not one.flags.ephemeral]
    assert [one.components for one in public] == [[]]


async def test_a_member_who_left_is_nobody(witness: Witness) -> None:
    authority = DiscordAuthority(witness.client)
    assert await authority.member(str(witness.haneul.id)) is not None
    witness.env.guild.remove_member(witness.haneul)
    assert await authority.member(str(witness.haneul.id)) is None


class TestGrouped:
    @pytest.fixture
    def group(self) -> str | None:
        return "ship"

    async def test_all_commands_live_under_one_word(self, witness: Witness) -> None:
        assert {one.split()[0] for one in witness.jieun.available_commands(witness.deploys)} == {"ship"}
        result = await witness.jieun.slash(witness.deploys, "ship deploy", service="ai-server", env="prod")
        assert result.ephemeral
