"""What ``slipway doctor`` says of a target on ECS: each line in order, each with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from adapters.ecs import codes
from bot.cli.doctor.remedies import CHECKS
from bot.errors import AdapterError
from tests.ecs.allowed import policy, whole
from tests.ecs.ours import REPOSITORY, section
from tests.ecs.town import Town, town

ROLE = "arn:aws:iam::123456789012:role/deploy"


async def said(world: Town, **changes: Any) -> Mapping[str, tuple[bool | None, Mapping[str, Any]]]:
    found = await world.adapter(**changes).diagnose()
    for code, good, facts in found:
        check = CHECKS[f"ecs.{code}"]
        assert (check.good if good else check.text).format(**facts)
        assert good or check.remedy.format(**facts)
    return {code: (good, facts) for code, good, facts in found}


async def test_a_service_that_is_set_up_well_has_nothing_but_good_lines(world: Town) -> None:
    found = await said(world)
    assert {code: good for code, (good, _) in found.items()} == {"caller": True, "allowed": True}
    assert found["caller"][1]["account"] == "123456789012"
    assert not world.sent("UpdateService", "RegisterTaskDefinition")


async def test_what_iam_would_refuse_is_known_before_it_is_needed(world: Town) -> None:
    document = policy([whole(section(world.aws))])
    short = [one for one in document["Statement"] if one["Sid"] not in ("RegisterRevisions", "PassTheTasksRoles")]
    simulate = {"Effect": "Allow", "Action": "iam:SimulatePrincipalPolicy", "Resource": "*"}
    world.keys = world.aws.keys(policy={"Statement": [*short, simulate]})
    good, facts = (await said(world))["denied"]
    assert (good, facts["actions"]) == (False, "ecs:RegisterTaskDefinition, iam:PassRole")


async def test_who_may_not_simulate_is_told_so_and_not_that_all_is_well(world: Town) -> None:
    world.keys = world.aws.keys(policy=policy([whole(section(world.aws))]))
    good, facts = (await said(world))["not_simulated"]
    assert (good, facts) == (None, {"why": "forbidden", "arn": "arn:aws:iam::123456789012:user/slipway"})


async def test_a_roles_own_policies_are_simulated_and_not_those_of_its_session(world: Town) -> None:
    world.aws.role(ROLE)
    found = await said(world, role_arn=ROLE)
    assert found["allowed"][0] is True
    assert {one.params["PolicySourceArn"] for one in world.sent("SimulatePrincipalPolicy")} == {ROLE}


@pytest.mark.parametrize(
    ("changes", "code", "good"),
    [
        ({"circuit_breaker": False}, "breaker_off", None),
        ({"rollback": False}, "breaker_stays", None),
        ({"environment": {"DB_PASSWORD": "hunter2hunter2"}}, "secret_in_plain", False),
    ],
)
async def test_how_the_service_is_set_up_is_told(changes: dict[str, Any], code: str, good: bool | None) -> None:
    async with town(**changes) as world:
        found = await said(world)
    assert found[code][0] is good
    assert "hunter2" not in repr(found)


async def test_a_file_that_says_otherwise_than_the_task_definition_is_told(world: Town) -> None:
    found = await world.adapter(family="another", pass_roles=[ROLE]).diagnose()
    assert [facts["key"] for code, _, facts in found if code == "said_otherwise"] == ["family", "pass_roles"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"service": "nowhere"}, "service_missing"),
        ({"cluster": "nowhere"}, "not_found"),
        ({"container": "nowhere"}, "container_missing"),
        ({"repository": f"{REPOSITORY}-2"}, "repository_missing"),
        ({"account": "210987654321"}, "wrong_account"),
    ],
)
async def test_what_is_not_there_is_named(world: Town, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(AdapterError) as found:
        await world.adapter(**changes).diagnose()
    assert found.value.code == code
    assert CHECKS[f"ecs.{code}"].text.format(**found.value.facts)


OF_A_DEPLOY = {
    *("bad_ref", "version_not_found", "ambiguous_ref", "abandoned", "effect_changed", "service_moved", "commit_untold"),
    *("other_rollout", "image_gone", "wrong_architecture", "model_key_missing", "architecture_untold"),
    *("repository_other", "revision_inactive", "image_before_gone"),
}


def test_every_code_that_doctor_may_meet_has_a_remedy() -> None:
    met = {*codes.ACCOUNT, *codes.ERRORS, *codes.FINDINGS} - OF_A_DEPLOY
    assert {f"ecs.{code}" for code in met} <= set(CHECKS)
    for code in met:
        facts = dict.fromkeys({**codes.ACCOUNT, **codes.ERRORS, **codes.FINDINGS}[code], "x")
        assert CHECKS[f"ecs.{code}"].text.format(**facts)
        assert CHECKS[f"ecs.{code}"].remedy.format(**facts)
