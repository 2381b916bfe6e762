"""``doctor`` asks a local Discord over the wire: each failure is one line with its remedy."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from adapters import load as kinds
from bot import config
from bot.cli import doctor
from bot.cli.doctor import server
from bot.cli.doctor.report import Line, State
from bot.cli.doctor.rest import Api
from bot.config import Config
from bot.errors import ScreenError
from playground.discord import LocalDiscord, Permission, RoleSpec, World
from tests.cli.typing_at import file
from tests.config.files import ENVIRON, GOOD

ROLES = (RoleSpec("deployer"), RoleSpec("approver"), RoleSpec("oncall", mentionable=True))


@pytest.fixture
def world() -> World:
    """Overridden where a test needs another server."""
    return World(roles=ROLES, people=World().people[:1])


@pytest.fixture
async def discord(world: World) -> AsyncIterator[LocalDiscord]:
    async with LocalDiscord(world) as running:
        yield running


def configured(folder: Path, discord: LocalDiscord, *swaps: tuple[str, str]) -> Config:
    ids = discord.ids
    text = GOOD.replace('guild = "1"', f'guild = "{ids["guild"]}"').replace('"2"', f'"{ids["#deploys"]}"')
    text = text.replace('"3"', f'"{ids["@deployer"]}"')
    text = text.replace('"4"', f'"{ids["@approver"]}"\noncall = "{ids["@oncall"]}"')
    text = text.replace("[roles]", '[oncall]\nrole = "oncall"\n[roles]')
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    (folder / "data").mkdir(exist_ok=True)
    environ = {**ENVIRON, "DISCORD_TOKEN": discord.token, "SLIPWAY_DISCORD_API": discord.api}
    return config.load(file(folder, text), kinds, environ)


async def in_step(config: Config) -> bool:
    return True


async def examined(config: Config, synced: doctor.Synced = in_step) -> list[Line]:
    async with Api(config.discord) as api:
        return [line async for line in server.examine(api, config, synced)]


def said(lines: Sequence[Line], state: State = State.FAIL) -> list[str]:
    return [line.text for line in lines if line.state is state]


async def test_a_refused_token_ends_the_examination_with_its_remedy(tmp_path: Path, discord: LocalDiscord) -> None:
    discord.fail_next(401, path="/users/@me")
    (line,) = await examined(configured(tmp_path, discord))
    assert str(line).startswith("fail  discord: the token is refused → Developer Portal → Bot → Reset Token")


async def test_a_silent_api_is_said_to_be_unreachable(tmp_path: Path, discord: LocalDiscord) -> None:
    found = configured(tmp_path, discord)
    await discord.offline()
    assert said(await examined(found)) == ["the API does not answer: ClientConnectorError"]


async def test_a_server_that_the_bot_is_not_in_is_named(tmp_path: Path, discord: LocalDiscord) -> None:
    lines = await examined(configured(tmp_path, discord, (discord.ids["guild"], "42")))
    assert said(lines) == ["the bot is not in the server 42"]


async def test_every_permission_that_a_channel_lacks_is_named(tmp_path: Path, discord: LocalDiscord) -> None:
    discord.forbid("deploys", Permission.EMBED_LINKS)
    discord.forbid("deploys", Permission.ADD_REACTIONS)
    lines = await examined(configured(tmp_path, discord))
    assert said(lines) == ["discord.deploys: in #deploys the bot may not: Add Reactions, Embed Links"]


async def test_a_channel_that_the_bot_cannot_see_lacks_only_that(tmp_path: Path, discord: LocalDiscord) -> None:
    discord.forbid("deploys", Permission.VIEW_CHANNEL)
    lines = await examined(configured(tmp_path, discord))
    assert said(lines) == ["discord.deploys: in #deploys the bot may not: View Channel"]


async def test_a_channel_that_does_not_exist_is_named_by_its_key(tmp_path: Path, discord: LocalDiscord) -> None:
    lines = await examined(configured(tmp_path, discord, ("deploys =", 'alerts = "7"\ndeploys =')))
    assert said(lines) == ["discord.alerts: there is no channel 7 in this server"]


@pytest.mark.parametrize("world", [World(roles=(*ROLES[:2], RoleSpec("oncall")))])
async def test_an_on_call_role_that_cannot_be_pinged_is_named(tmp_path: Path, discord: LocalDiscord) -> None:
    lines = await examined(configured(tmp_path, discord))
    assert said(lines) == ["the on-call role oncall cannot be pinged by the bot"]


BREAK_GLASS = ('deploy = ["deployer"]\n', 'deploy = ["deployer"]\nemergency = ["oncall"]\nlead = ["approver"]\n')


@pytest.mark.parametrize("world", [World(roles=(ROLES[0], RoleSpec("approver", mentionable=True), ROLES[2]))])
async def test_break_glass_with_a_lead_to_ping_and_a_channel_to_write_to_is_fine(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    channel = ("deploys =", f'security = "{discord.ids["#alerts"]}"\ndeploys =')
    lines = await examined(configured(tmp_path, discord, BREAK_GLASS, channel))
    assert (said(lines), said(lines, State.WARN)) == ([], [])


async def test_a_lead_that_cannot_be_pinged_and_a_missing_security_channel_are_named(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    lines = await examined(configured(tmp_path, discord, BREAK_GLASS))
    assert said(lines) == ["the lead role approver cannot be pinged by the bot"]
    assert [line.split(",")[0] for line in said(lines, State.WARN)] == [
        "break-glass is configured without discord.security"
    ]


async def test_a_security_channel_that_cannot_be_written_to_is_named(tmp_path: Path, discord: LocalDiscord) -> None:
    discord.forbid("alerts", Permission.SEND_MESSAGES)
    channel = ("deploys =", f'security = "{discord.ids["#alerts"]}"\ndeploys =')
    lines = await examined(configured(tmp_path, discord, channel))
    assert said(lines) == ["discord.security: in #alerts the bot may not: Send Messages"]


async def test_a_role_that_is_gone_is_named_with_its_alias(tmp_path: Path, discord: LocalDiscord) -> None:
    lines = await examined(configured(tmp_path, discord, (discord.ids["@approver"], "77")))
    assert said(lines) == ["the role 77 (roles.approver) is not in this server"]


async def test_a_person_of_the_rotation_who_left_is_named(tmp_path: Path, discord: LocalDiscord) -> None:
    turn = f'people = ["{discord.ids["jieun"]}", "78"]\n'
    table = f'[oncall.rotation]\nstart = "2026-11-23T09:00"\nevery = "7d"\n{turn}[roles]'
    lines = await examined(configured(tmp_path, discord, ("[roles]", table)))
    assert said(lines) == ["78 is to be on call but is not a member of this server"]


async def test_commands_of_another_version_are_a_warning(tmp_path: Path, discord: LocalDiscord) -> None:
    async def behind(config: Config) -> bool:
        return False

    lines = await examined(configured(tmp_path, discord), behind)
    assert said(lines, State.WARN) == ["the commands in Discord are not those of this version"]


async def test_a_missing_scope_for_commands_is_a_failure(tmp_path: Path, discord: LocalDiscord) -> None:
    async def refused(config: Config) -> bool:
        raise ScreenError("forbidden")

    lines = await examined(configured(tmp_path, discord), refused)
    assert said(lines) == ["the bot may not write commands in this server"]


async def test_a_busy_api_is_waited_for(tmp_path: Path, discord: LocalDiscord) -> None:
    discord.rate_limit_next(1, retry_after=0.1, path="/users/@me")
    assert said(await examined(configured(tmp_path, discord))) == []


async def test_a_server_in_order_has_no_failure_and_no_warning(tmp_path: Path, discord: LocalDiscord) -> None:
    lines = await examined(configured(tmp_path, discord))
    assert [line for line in lines if line.state is not State.OK] == []
    assert len(lines) >= 9


COOL = ("groups = [", 'cooloff = "24h"\ngroups = [')


async def test_a_cool_off_without_view_audit_log_is_a_failure_with_its_remedy(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    lines = await examined(configured(tmp_path, discord, COOL))
    (text,) = said(lines)
    assert text.startswith("the bot may not read this server's audit log")


class TestMayRead:
    @pytest.fixture
    def world(self) -> World:
        bits = World().bot_permissions | Permission.VIEW_AUDIT_LOG
        return World(roles=ROLES, people=World().people[:1], bot_permissions=int(bits))

    async def test_with_the_permission_it_is_in_order(self, tmp_path: Path, discord: LocalDiscord) -> None:
        lines = await examined(configured(tmp_path, discord, COOL))
        assert [line for line in lines if line.state is not State.OK] == []
        assert "the age of roles can be read (View Audit Log)" in [line.text for line in lines]


async def test_a_board_that_cannot_be_pinned_is_a_warning_and_without_a_board_nobody_asks(
    tmp_path: Path, discord: LocalDiscord
) -> None:
    assert not any("pinned" in found.text for found in await examined(configured(tmp_path, discord)))
    config = configured(tmp_path, discord, ("deploys =", f'board = "{discord.ids["#general"]}"\ndeploys ='))
    lines = await examined(config)
    assert said(lines) == []
    assert said(lines, State.WARN) == [
        "#general does not give Slipway the permission Pin Messages: the board stands there unpinned"
    ]
    own = discord.state.guild.roles[discord.state.me.roles[0]]
    own.permissions |= int(Permission.PIN_MESSAGES)
    assert any("the board can be pinned in #general" in found.text for found in await examined(config))
