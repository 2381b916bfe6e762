"""/status, /history, /why, /logs, /lock, /freeze, /cancel, /help: private, in the reader's language."""

from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.model import Freeze, Phase
from playground.discord import Refused
from tests.cards.samples import NOW, TARGET, ULID, a_deploy
from tests.commands.conftest import Stage, a_lock


async def test_status_is_private_and_shared_only_by_its_button(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    answer = await jieun.command("status", service="ai-server", where="#general")
    assert answer.ephemeral
    assert stage.discord.messages("general") == []
    await jieun.click(answer, "Share in channel")
    (copy,) = stage.discord.messages("general")
    assert copy.author == "slipway"
    assert (copy.buttons, copy.selects) == ([], [])


async def test_the_select_of_a_status_leads_to_one_targets_actions(stage: Stage) -> None:
    from dataclasses import replace

    row = stage.board.answers["status"][0]
    other = replace(row, target=type(TARGET)("ai-server", "staging"))
    stage.board.answers["status"] = [row, other]
    jieun = stage.discord.person("jieun")
    answer = await jieun.command("status")
    stage.board.answers["status"] = [row]
    await jieun.select(answer, [TARGET.key])
    assert stage.board.of("status")[-1][0] == ("ai-server", "prod")


async def test_logs_come_privately_with_a_file(stage: Stage) -> None:
    answer = await stage.discord.person("haneul").command("logs", service="ai-server", env="prod")
    assert answer.ephemeral
    assert answer.attachments[0].text == "one\ntwo"


async def test_logs_are_refused_to_a_stranger(stage: Stage) -> None:
    stage.board.answers["logs"] = Refusal("role", env="prod", target="ai-server · prod", verb="logs", roles=[])
    answer = await stage.discord.person("visitor").command("logs", service="ai-server", env="prod")
    assert "may not read logs" in answer.text
    assert answer.attachments == []


async def test_history_and_why_pass_their_options_on(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    await jieun.command("history", service="ai-server", since="7d", who=stage.discord.ids["minsu"])
    await jieun.command("why", deploy="#128")
    assert stage.board.of("history")[0][0] == ("ai-server", None, "7d", stage.discord.ids["minsu"])
    assert stage.board.of("why")[0][0] == (128, None, None)


@pytest.mark.parametrize("typed", ["abc", "1; DROP TABLE", "-1", "１２８", "9" * 30])
async def test_a_number_that_is_none_is_refused_before_anybody_is_asked(stage: Stage, typed: str) -> None:
    answer = await stage.discord.person("jieun").command("why", deploy=typed)
    assert "No such deploy" in answer.text
    assert stage.board.of("why") == []


async def test_lock_says_what_it_covers_and_unlock_whose_it_was(stage: Stage) -> None:
    lock = a_lock(stage.discord)
    stage.locks.answers |= {"lock": lock, "unlock": [lock]}
    jieun = stage.discord.person("jieun")
    made = await jieun.command("lock", service="ai-server", reason="load test", for_="1h")
    assert "ai-server · all" in made.text
    assert stage.locks.of("lock")[0][0][4] == "1h"
    gone = await stage.discord.person("haneul").command("unlock", service="ai-server")
    assert "jieun" in gone.text


async def test_freeze_of_all_environments(stage: Stage) -> None:
    stage.locks.answers["freeze"] = Freeze(1, None, stage.discord.ids["jieun"], "exams", NOW, NOW + 7200)
    answer = await stage.discord.person("jieun").command("freeze", env="all", until="2h", reason="exams")
    assert stage.locks.of("freeze")[0][0][0] is None
    assert "all" in answer.text
    assert "unfrozen" not in answer.text


async def test_cancel_takes_the_only_open_one_asks_among_several_and_says_when_there_is_none(stage: Stage) -> None:
    one = a_deploy(Phase.AWAITING)
    jieun = stage.discord.person("jieun")
    stage.engine.answers |= {"open_for": [], "cancel": one}
    assert "no open deploy" in (await jieun.command("cancel")).text
    stage.engine.answers["open_for"] = [one]
    await jieun.command("cancel")
    assert stage.engine.of("cancel")[0][0][0] == ULID
    other = a_deploy(Phase.RUNNING, number=129, ulid=ULID[:-1] + "9")
    stage.engine.answers["open_for"] = [one, other]
    pick = await jieun.command("cancel")
    assert len(pick.selects[0].options) == 2
    await jieun.select(pick, [other.ulid])
    assert stage.engine.of("cancel")[-1][0][0] == other.ulid


async def test_cancelling_what_runs_already_shows_what_stopping_leaves_behind(stage: Stage) -> None:
    running = a_deploy(Phase.RUNNING)
    stage.engine.answers |= {
        "by_number": running,
        "cancel": Refusal("running", deploy=128),
        "stop_effect": "kept",
        "get": running,
    }
    answer = await stage.discord.person("jieun").command("cancel", deploy="128")
    assert [one.custom_id for one in answer.buttons] == [f"slip1:stop_confirm:{ULID}"]


async def test_help_lists_every_command_that_is_registered(stage: Stage) -> None:
    answer = await stage.discord.person("visitor").command("help")
    for command in stage.discord.state.commands.values():
        assert f"/{command['name']}" in answer.text


async def test_descriptions_come_in_korean_and_names_stay_english(stage: Stage) -> None:
    for command in stage.discord.state.commands.values():
        assert command["description_localizations"].keys() == {"ko"}
        assert not command.get("name_localizations")
        assert all(option["description_localizations"].keys() == {"ko"} for option in command.get("options", []))


class TestGrouped:
    @pytest.fixture
    def group(self) -> str | None:
        return "ship"

    async def test_under_a_group_every_command_lives_behind_one_word(self, stage: Stage) -> None:
        assert [one["name"] for one in stage.discord.state.commands.values()] == ["ship"]
        answer = await stage.discord.person("jieun").command("ship deploy", service="ai-server", env="prod")
        assert "plan" in answer.text.lower()
        helped = await stage.discord.person("jieun").command("ship help")
        assert "/ship deploy" in helped.text

    async def test_without_its_group_a_command_is_not_there(self, stage: Stage) -> None:
        with pytest.raises(Refused):
            await stage.discord.person("jieun").command("deploy", service="ai-server", env="prod")
