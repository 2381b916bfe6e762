"""What the rest of Slipway is given: inheritance done, aliases resolved, defaults in."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot import config
from bot.errors import ConfigErrors
from bot.model import Approval, Group, HealthCheck, Policy, Target, Watch
from tests.config.files import ENVIRON, GOOD, PROD, changed, load, problems

STAGING, PRODUCTION = Target("ai-server", "staging"), Target("ai-server", "prod")


def test_an_environment_replaces_single_keys_of_what_it_inherits(tmp_path: Path) -> None:
    found = load(tmp_path, f'{GOOD}[{PROD}.health]\ntries = 9\n[{PROD}.ssh]\nunit = "other"\n')
    url = "http://localhost:8000/health"
    assert found.targets[PRODUCTION].health == HealthCheck(url, tries=9)
    assert found.targets[STAGING].health == HealthCheck(url)
    units = {target.env: spec.section.model_dump()["unit"] for target, spec in found.targets.items()}
    assert units == {"staging": "ai-server.service", "prod": "other.service"}


def test_a_list_of_an_environment_replaces_the_services_list(tmp_path: Path) -> None:
    found = load(tmp_path, f'{GOOD}[{PROD}.policy]\ndeploy = ["approver"]\n')
    assert found.targets[PRODUCTION].policy.deploy == ("4",)
    assert found.targets[STAGING].policy.deploy == ("3",)


def test_aliases_become_ids_and_rollback_is_deploy_and_on_call(tmp_path: Path) -> None:
    found = load(tmp_path, changed(("[roles]", '[oncall]\nrole = "approver"\n[roles]')))
    assert found.targets[STAGING].policy == Policy(deploy=("3",), rollback=("3", "4"), oncall=("4",))
    assert found.targets[PRODUCTION].policy.approve == Approval((Group(("4",)),), expires=1800.0)


def test_the_last_of_the_chain_pages_and_knows_the_one_before(tmp_path: Path) -> None:
    targets = load(tmp_path).targets
    assert [(target.env, spec.page, spec.previous) for target, spec in targets.items()] == [
        ("staging", False, None),
        ("prod", True, "staging"),
    ]


def test_what_the_file_says_of_paging_wins(tmp_path: Path) -> None:
    text = changed((f'[{PROD}]\nadapter = "ssh"\n', f'[{PROD}]\nadapter = "ssh"\npage = false\n'))
    assert load(tmp_path, text).targets[PRODUCTION].page is False


def test_an_environment_beside_the_chain_never_pages_by_itself(tmp_path: Path) -> None:
    text = changed(('chain = ["staging", "prod"]', 'chain = ["prod"]\nside = ["staging"]'))
    specs = load(tmp_path, text).targets
    assert (specs[STAGING].page, specs[STAGING].previous, specs[PRODUCTION].previous) == (False, None, None)


def test_the_defaults_are_those_of_the_model(tmp_path: Path) -> None:
    spec = load(tmp_path).targets[STAGING]
    assert spec.watch == Watch()
    assert (spec.timeout, spec.branch, spec.repository, spec.title) == (900.0, "main", None, "ai-server")
    assert dataclasses.replace(spec.policy, deploy=(), rollback=()) == Policy()


def test_the_ledger_lies_beside_the_file_wherever_the_command_is_typed(tmp_path: Path) -> None:
    assert load(tmp_path).ledger == tmp_path / "data" / "slipway.db"
    assert load(tmp_path, f'ledger = "/data/slipway.db"\n{GOOD}').ledger == Path("/data/slipway.db")


def test_a_rotation_is_read_in_the_files_time_zone(tmp_path: Path) -> None:
    rotation = '[oncall.rotation]\nstart = "2026-11-23T09:00"\nevery = "7d"\npeople = ["5", "6"]\n'
    found = load(tmp_path, 'timezone = "Asia/Seoul"\n' + changed(("[roles]", rotation + "[roles]"))).oncall.rotation
    assert found is not None
    assert found.start == datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Seoul"))
    assert (found.every, found.people) == (7 * 86400, ("5", "6"))


def test_accounts_of_one_person_are_linked_both_ways(tmp_path: Path) -> None:
    linked = load(tmp_path, f'{GOOD}[people."5"]\nalso = ["6"]\n[people."6"]\nalso = ["7"]\n').linked
    assert linked == {"5": frozenset("67"), "6": frozenset("57"), "7": frozenset("56")}


def test_an_imitation_on_loopback_is_taken_from_the_environment(tmp_path: Path) -> None:
    environ = {
        **ENVIRON,
        "SLIPWAY_DISCORD_API": "http://127.0.0.1:1/api/v10",
        "SLIPWAY_DISCORD_GATEWAY": "ws://127.0.0.1:1/gateway",
    }
    found = load(tmp_path, environ=environ).discord
    assert (found.api, found.gateway) == ("http://127.0.0.1:1/api/v10", "ws://127.0.0.1:1/gateway")


@pytest.mark.parametrize("remote", ["http://example.org/api", "http://127.0.0.1.example.org/api"])
def test_the_environment_cannot_send_the_token_away(tmp_path: Path, remote: str) -> None:
    text = changed(('deploys = "2"', 'deploys = "2"\nallow_remote_api = true'))
    found = problems(tmp_path, text, {**ENVIRON, "SLIPWAY_DISCORD_API": remote})
    assert found == ("SLIPWAY_DISCORD_API: must be on loopback (127.0.0.1)",)


def test_explain_tells_each_value_and_its_origin(tmp_path: Path) -> None:
    lines = config.explain(load(tmp_path, f"{GOOD}[{PROD}.health]\ntries = 9\n"), "ai-server/prod")
    rows = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines[1:]}
    assert lines[0] == "ai-server · prod"
    assert rows["health.tries"].split() == ["9", f"{PROD}.health.tries"]
    assert rows["health.interval"].split() == ['"5s"', "default"]
    assert rows["health.url"].split()[1] == "services.ai-server.health.url"
    assert rows["page"].endswith("default (true for the last of the chain)")


def test_explain_of_an_unknown_target_suggests_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        config.explain(load(tmp_path), "ai-server/prd")
    assert caught.value.problems == ('--explain: there is no target "ai-server/prd"; did you mean "ai-server/prod"?',)
