"""/deploy and the buttons under its plan: what goes wrong comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import AdapterError, LedgerUnwritable, Lost, Refusal
from bot.model import Kind, Order, Target, Version
from playground.discord import NoAnswer, Rules
from tests.cards.samples import ULID
from tests.commands.conftest import Stage, a_lock, planned


async def test_a_stranger_is_refused_in_three_parts_with_details_and_a_record(stage: Stage) -> None:
    stage.engine.answers["propose"] = Refusal("role", env="prod", target="ai-server · prod", verb="deploy", roles=[])
    answer = await stage.discord.person("visitor").command("deploy", service="ai-server", env="prod")
    assert answer.ephemeral
    assert "may not deploy to prod" in answer.text
    assert [one.label for one in answer.buttons] == ["Details"]
    assert stage.engine.refusals == [("role", "visitor", "deploy")]


async def test_a_host_that_does_not_answer_is_told_and_nothing_is_left_thinking(stage: Stage) -> None:
    stage.engine.answers["propose"] = AdapterError("ssh", "host_unreachable", retry=True, host="h", port=22)
    answer = await stage.plan()
    assert not answer.thinking
    assert stage.engine.refusals[0][0] == "host_unreachable"


async def test_a_bug_is_answered_with_a_reference_and_no_inside(stage: Stage) -> None:
    stage.engine.answers["propose"] = RuntimeError("secret inside")
    answer = await stage.plan()
    assert "Something went wrong inside the bot" in answer.text
    assert "secret inside" not in answer.text


async def test_a_ledger_that_cannot_be_written_means_nothing_was_accepted(stage: Stage) -> None:
    stage.engine.answers["propose"] = LedgerUnwritable("disk_full")
    assert "could not be recorded" in (await stage.plan()).text


class TestLate:
    @pytest.fixture
    def rules(self) -> Rules:
        return Rules(acknowledge=0.3)

    async def test_an_interaction_that_came_too_late_orders_nothing(self, stage: Stage) -> None:
        stage.discord.rate_limit_next(1, retry_after=1.0, path="*/callback")
        with pytest.raises(NoAnswer):
            await stage.plan()
        await stage.discord.person("jieun").command("help")
        assert stage.engine.of("propose") == []


async def test_the_same_interaction_delivered_twice_is_one_order(stage: Stage) -> None:
    await stage.plan()
    asked = stage.discord.person("jieun").last
    assert asked is not None
    stage.discord.deliver_again(asked)
    await stage.discord.person("jieun").command("help")
    assert len(stage.engine.of("propose")) == 1


async def test_an_acknowledgement_whose_answer_was_lost_still_gets_its_plan(stage: Stage) -> None:
    stage.discord.lose_next_answer("POST", "*/callback", loss="502")
    answer = await stage.plan()
    assert "deploy plan" in answer.text.lower()


async def test_the_plan_is_private_in_the_readers_language_and_bound_to_the_order(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    jieun.locale = "ko"
    answer = await jieun.command("deploy", service="ai-server", env="prod", version="main", reason="hotfix")
    assert answer.ephemeral
    assert answer.pings == []
    assert answer.content.startswith("배포 계획")
    ((order, who), _) = stage.engine.of("propose")[0]
    assert order == Order(Kind.DEPLOY, Target("ai-server", "prod"), jieun.id, "jieun", "main", "hotfix")
    assert who.roles == frozenset({stage.discord.ids["@deployer"]})
    assert [one.custom_id for one in answer.buttons] == [f"slip1:confirm:{ULID}", f"slip1:close:{ULID}"]


async def test_confirm_takes_the_plans_place_and_points_to_the_channel(stage: Stage) -> None:
    plan = await stage.plan()
    answer = await stage.discord.person("jieun").click(plan, "Deploy to prod")
    assert answer.kind == "update"
    assert answer.message == plan
    assert f"<#{stage.discord.ids['#deploys']}>" in plan.text
    assert plan.buttons == []
    ((ref, who), more) = stage.engine.of("confirm")[0]
    assert (ref, who.id, more) == (ULID, stage.discord.ids["jieun"], {"message": None})


async def test_a_refused_confirm_leaves_the_plan_and_says_no_below_it(stage: Stage) -> None:
    plan = await stage.plan()
    stage.engine.answers["confirm"] = Refusal(
        "target_busy", target="ai-server · prod", deploy=127, who="minsu", phase="running"
    )
    answer = await stage.discord.person("jieun").click(plan, "Deploy to prod")
    assert "another deploy is running" in answer.text
    assert answer.message is not None
    assert answer.message.ephemeral
    assert [one.label for one in plan.buttons] == ["Deploy to prod", "Cancel"]


@pytest.mark.parametrize(
    "refusal", [Refusal("plan_changed", what=("to_id",), ref=ULID), Refusal("plan_expired", ref=ULID)]
)
async def test_a_plan_that_moved_or_expired_offers_a_new_one_with_the_same_options(
    stage: Stage, refusal: Refusal
) -> None:
    plan = await stage.plan()
    stage.engine.answers["confirm"] = refusal
    stage.engine.answers["replan"] = planned(stage.discord)
    jieun = stage.discord.person("jieun")
    answer = await jieun.click(plan, "Deploy to prod")
    assert answer.message is not None
    again = await jieun.click(answer.message, "Show new plan")
    assert "deploy plan" in again.text.lower()
    assert stage.engine.of("replan")[0][0][0] == ULID


async def test_whoever_came_second_is_told_instead_of_shown_a_bug(stage: Stage) -> None:
    plan = await stage.plan()
    stage.engine.answers["confirm"] = Lost("moved", deploy=128)
    answer = await stage.discord.person("jieun").click(plan, "Deploy to prod")
    assert "no longer applies" in answer.text


async def test_a_double_click_confirms_once_and_the_second_hears_why(stage: Stage) -> None:
    plan = await stage.plan()
    done = stage.engine.answers["confirm"]
    turns = iter([done, Refusal("already_confirmed", deploy=128)])

    async def confirm(*_: object, **__: object) -> object:
        turn = next(turns)
        if isinstance(turn, Refusal):
            raise turn
        return turn

    stage.engine.answers["confirm"] = confirm
    jieun = stage.discord.person("jieun")
    pressed = [jieun.press(plan, "Deploy to prod") for _ in range(2)]
    below = await stage.discord.until(lambda: [said for one in pressed for said in one.followups])
    await stage.discord.until(lambda: "Accepted" in plan.text)
    assert ["already confirmed" in one.content for one in below] == [True]


async def test_the_version_that_runs_already_offers_restart_and_redeploy(stage: Stage) -> None:
    same = planned(stage.discord, same=True)
    stage.engine.answers["propose"] = same
    jieun = stage.discord.person("jieun")
    for label, kind in (("Restart", Kind.RESTART), ("Redeploy", Kind.REDEPLOY)):
        await jieun.click(await stage.plan(), label)
        assert stage.engine.of("confirm")[-1][1]["kind"] is kind


async def test_cancel_under_a_plan_closes_it(stage: Stage) -> None:
    plan = await stage.plan()
    answer = await stage.discord.person("jieun").click(plan, "Cancel")
    assert "closed" in answer.text
    assert plan.buttons == []
    assert stage.engine.of("close_plan")[0][0][0] == ULID


@pytest.mark.parametrize(
    ("code", "facts", "says"),
    [
        ("no_model_key", {"target": "ai-server · prod"}, "names no model key"),
        ("bad_model", {"model": "a b"}, "Not a model id: a b"),
    ],
)
async def test_a_model_that_cannot_be_ordered_is_refused_in_words(
    stage: Stage, code: str, facts: dict[str, str], says: str
) -> None:
    stage.engine.answers["propose"] = Refusal(code, **facts)
    jieun = stage.discord.person("jieun")
    answer = await jieun.command("deploy", service="ai-server", env="prod", model="a b")
    assert says in answer.text
    assert stage.engine.refusals == [(code, "jieun", "deploy")]


async def test_a_model_is_part_of_the_order_and_only_of_a_deploy(stage: Stage) -> None:
    stage.engine.answers["propose"] = planned(stage.discord)
    jieun = stage.discord.person("jieun")
    await jieun.command("deploy", service="ai-server", env="prod", model="org/large-2")
    await jieun.command("rollback", service="ai-server", env="prod")
    orders = [args[0].model for args, _ in stage.engine.of("propose")]
    assert orders == ["org/large-2", None]
    found = await jieun.autocomplete("deploy", "model", "", service="ai-server", env="prod")
    assert [(one.name, one.value) for one in found] == [("ai-server/prod", "org/large-2")]


async def test_autocomplete_answers_from_memory_and_knows_the_other_options(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    assert [one.value for one in await jieun.autocomplete("deploy", "service", "")] == ["ai-server", "frontend"]
    assert [one.value for one in await jieun.autocomplete("deploy", "env", "", service="frontend")] == ["dev"]
    found = await jieun.autocomplete("deploy", "version", "m", service="ai-server", env="prod")
    assert found[0].name == "main of ai-server/prod"


async def test_rollback_and_restart_are_orders_of_their_own_kind(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    await jieun.command("rollback", service="ai-server", env="prod", version="9c1e0aa")
    await jieun.command("restart", service="ai-server", env="prod")
    orders = [args[0] for args, _ in stage.engine.of("propose")]
    assert [(one.kind, one.wanted) for one in orders] == [(Kind.ROLLBACK, "9c1e0aa"), (Kind.RESTART, None)]


async def test_promote_is_an_order_without_a_version_to_an_environment_that_has_one_before(stage: Stage) -> None:
    jieun = stage.discord.person("jieun")
    await jieun.command("promote", service="ai-server", to="prod")
    ((order, _), _) = stage.engine.of("propose")[0]
    assert (order.kind, order.target, order.wanted) == (Kind.PROMOTE, Target("ai-server", "prod"), None)
    assert [one.value for one in await jieun.autocomplete("promote", "to", "", service="ai-server")] == ["prod"]
    assert await jieun.autocomplete("promote", "to", "", service="frontend") == []


@pytest.mark.parametrize(("locale", "said"), [("ko", "관측됨 상태"), ("en-US", "was only observed, not verified")])
async def test_a_promotion_that_is_refused_says_why_in_the_readers_language(
    stage: Stage, locale: str, said: str
) -> None:
    refusal = Refusal("before_observed", target="ai-server · prod", before="staging", version="a1b9f2e")
    stage.engine.answers["propose"] = refusal
    jieun = stage.discord.person("jieun")
    jieun.locale = locale
    answer = await jieun.command("promote", service="ai-server", to="prod")
    assert said in answer.text
    assert "staging" in answer.text


async def test_a_plan_behind_a_lock_that_a_rollback_left_offers_unlock_and_deploy(stage: Stage) -> None:
    lock = replace(a_lock(stage.discord), after_rollback=True, version=Version("b" * 40, "b" * 7))
    stage.engine.answers["propose"] = planned(stage.discord, lock=lock, unlocks=True)
    await stage.discord.person("jieun").click(await stage.plan(), "Unlock and deploy")
    assert stage.engine.of("confirm")[0][1]["unlock"] is True


async def test_an_answer_whose_private_place_expired_is_announced_without_its_content(stage: Stage) -> None:
    """An interaction's token lives 15 minutes; then only the bot's own token is left, and that is public."""
    plan = stage.engine.answers["propose"]

    async def slow(*_: object) -> object:
        stage.discord.clock.advance(901)
        return plan

    stage.engine.answers["propose"] = slow
    asked = stage.discord.person("jieun").begin("deploy", service="ai-server", env="prod", where="#deploys")
    public = await stage.discord.until(lambda: stage.discord.messages("deploys"))
    assert asked.failed is False
    assert [one.pings for one in public] == [["jieun"]]
    assert plan.to.label not in public[0].text


async def test_an_answer_is_shown_again_when_the_network_failed_in_between(stage: Stage) -> None:
    stage.discord.lose_next_answer("PATCH", "*/messages/@original")
    assert "plan" in (await stage.plan()).text.lower()


async def test_a_card_that_discord_refuses_becomes_a_truthful_error(stage: Stage) -> None:
    stage.discord.fail_next(400, 1, "PATCH", "*/messages/@original")
    assert "Something went wrong inside the bot" in (await stage.plan()).text


async def test_a_command_that_the_bot_no_longer_has_is_answered(stage: Stage) -> None:
    stage.client.tree.remove_command("restart", guild=stage.client.home)
    answer = await stage.discord.person("jieun").command("restart", service="ai-server", env="prod")
    assert "Not a possible value: restart" in answer.text
