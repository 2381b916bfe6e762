"""``[github]``: one identity, from the environment, and a token that goes nowhere by surprise."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Target
from tests.config.files import ENVIRON, GOOD, changed, load, problems

TABLE = "[github]\n"
BARE = {name: value for name, value in ENVIRON.items() if name != "GITHUB_TOKEN"}
APP = {**BARE, "GITHUB_APP_ID": "12345", "GITHUB_APP_KEY": "a-key-of-the-tests"}


def test_without_the_table_there_is_nobody_on_github(tmp_path: Path) -> None:
    assert load(tmp_path).github is None


def test_a_token_or_an_app_is_the_identity(tmp_path: Path) -> None:
    token = load(tmp_path, TABLE + GOOD).github
    assert token is not None
    assert token.token is not None
    assert (token.api, token.token.reveal()) == ("https://api.github.com", ENVIRON["GITHUB_TOKEN"])
    app = load(tmp_path, TABLE + GOOD, APP).github
    assert app is not None
    assert app.key is not None
    assert (app.token, app.app, app.key.reveal()) == (None, "12345", "a-key-of-the-tests")


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (BARE, "secret GITHUB_TOKEN has no value"),
        ({**APP, "GITHUB_TOKEN": "x" * 20}, "both GITHUB_TOKEN and an App"),
        ({**BARE, "GITHUB_APP_KEY": "a-key-of-the-tests"}, "GITHUB_APP_ID has no value that is an App's id"),
        ({**BARE, "GITHUB_APP_ID": "12345"}, "secret GITHUB_APP_KEY has no value"),
        ({**APP, "GITHUB_APP_ID": "12 345"}, "GITHUB_APP_ID has no value that is an App's id"),
        ({**ENVIRON, "GITHUB_REVIEWER_TOKEN": "short"}, "secret GITHUB_REVIEWER_TOKEN has only 5 characters"),
    ],
)
def test_half_an_identity_or_two_are_refused(tmp_path: Path, environ: dict[str, str], said: str) -> None:
    (line,) = problems(tmp_path, TABLE + GOOD, environ)
    assert line.startswith("github: ")
    assert said in line


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ('api = "https://github.example.org/api/v3"', "not GitHub's own; your token goes there"),
        ('api = "http://github.example.org/api/v3"\nenterprise = true', "must begin with https://"),
        ('api = "https://me:secret@github.example.org"\nenterprise = true', "secret"),
        ('api = "https://api.github.com.example.org"', "not GitHub's own"),
    ],
)
def test_the_token_goes_to_no_other_address_by_surprise(tmp_path: Path, keys: str, said: str) -> None:
    (line,) = problems(tmp_path, f"{TABLE}{keys}\n{GOOD}")
    assert line.startswith("github.api: ")
    assert said in line


@pytest.mark.parametrize(
    "keys", ['api = "http://127.0.0.1:8091"', 'api = "https://github.example.org/api/v3"\nenterprise = true']
)
def test_loopback_and_an_enterprise_that_is_named_are_taken(tmp_path: Path, keys: str) -> None:
    found = load(tmp_path, f"{TABLE}{keys}\n{GOOD}").github
    assert found is not None
    assert found.api in keys


def test_a_login_counts_as_a_name_in_git_by_any_account_of_its_person(tmp_path: Path) -> None:
    person = '[people."5"]\nalso = ["6"]\ngithub = "Haneul-K"\n'
    found = load(tmp_path, GOOD + person)
    assert found.git["6"] == frozenset({"haneul-k"})
    assert found.logins == {"5": "Haneul-K", "6": "Haneul-K"}


def test_checks_of_a_host_need_github_and_a_repository(tmp_path: Path) -> None:
    checks = '[services.ai-server.env.prod.gates]\nchecks = ["test"]\n'
    repository = ("[services.ai-server]\n", '[services.ai-server]\nrepository = "acme/ai-server"\n')
    assert "set [github] and the service's repository" in problems(tmp_path, GOOD + checks)[0]
    assert "set [github] and the service's repository" in problems(tmp_path, TABLE + GOOD + checks)[0]
    assert problems(tmp_path, TABLE + changed(repository) + checks) == ()


def test_checks_of_an_image_come_from_the_commit_that_it_was_built_from(tmp_path: Path) -> None:
    names = "".join(f'{key} = "llmops"\n' for key in ("cluster", "service", "container", "repository"))
    place = "[services.ai-server.env.prod"
    ecs = f'{place}]\nadapter = "ecs"\n{place}.gates]\nchecks = ["test"]\n{place}.ecs]\nregion = "eu-west-1"\n{names}'
    file = GOOD.partition(place)[0] + ecs
    assert "set [github] and the service's repository" in problems(tmp_path, file)[0]
    head = "[services.ai-server]\n"
    named = TABLE + file.replace(head, f'{head}repository = "org/ai-server"\n')
    assert load(tmp_path, named).targets[Target("ai-server", "prod")].gates.checks == ("test",)


@pytest.mark.parametrize(
    ("keys", "github", "said"),
    [
        ("deployments = true", "", "services.ai-server.deployments: needs [github] and the service's repository"),
        ("pull_request_comments = true", TABLE, "services.ai-server.pull_request_comments: needs deployments = true"),
    ],
)
def test_recording_needs_somewhere_and_somebody(tmp_path: Path, keys: str, github: str, said: str) -> None:
    head = "[services.ai-server]\n"
    assert problems(tmp_path, github + changed((head, f"{head}{keys}\n"))) == (said,)


def test_a_service_is_recorded_only_where_it_says_so(tmp_path: Path) -> None:
    head = "[services.ai-server]\n"
    plain = load(tmp_path, TABLE + GOOD).targets.values()
    assert [(spec.recorded, spec.commented) for spec in plain] == [(False, False)] * len(plain)
    asked = f'{head}repository = "org/ai-server"\ndeployments = true\npull_request_comments = true\n'
    every = load(tmp_path, TABLE + changed((head, asked))).targets.values()
    assert {(spec.recorded, spec.commented) for spec in every} == {(True, True)}
