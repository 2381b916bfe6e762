"""Credentials in a task definition are found by name and by shape, told by name alone, and waived by name alone."""

from __future__ import annotations

import pytest

from adapters.ecs.plain import secrets_in_plain
from tests.ecs.made import CONTAINER, definition, with_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter22"),
        ("db_password", "hunter22"),
        ("dbPassword", "hunter22"),
        ("PG_PASSWORD_1", "hunter22"),
        ("OPENAI_API_KEY", "anything-at-all"),
        ("JWT_SECRET", "change-me"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI"),
        ("SECRET_KEY_BASE64", "c2VjcmV0"),
        ("DATABASE_URL", "postgresql://app:hunter22@db:5432/app"),
        ("BROKER", "redis://:hunter22@cache:6379/0"),
        ("JDBC", "Server=db;User=app;Password=hunter22;"),
        ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
        ("ANYTHING", "AKIAIOSFODNN7EXAMPLE"),
        ("ANYTHING", "ghp_" + "a" * 36),
        ("HOOK", "https://discord.com/api/webhooks/1/abc"),
    ],
)
def test_what_looks_like_a_credential_is_told_by_its_name_and_never_by_its_value(name: str, value: str) -> None:
    found = secrets_in_plain(with_environment(**{name: value}))
    assert found == (f"{CONTAINER}.{name}",)
    assert value not in str(found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("DB_SECRET", "arn:aws:secretsmanager:ap-northeast-2:1:secret:db"),
        ("MAX_TOKENS", "4096"),
        ("TOKEN_LIMIT", "4096"),
        ("REQUIRE_TOKEN", "true"),
        ("TOKEN_URL", "https://idp.example.com/token"),
        ("COMPASS", "north"),
        ("DATABASE_URL", "postgresql://db:5432/app"),
        ("TOKENIZER", "org/bpe"),
        ("KEYBOARD", "qwerty"),
        ("MODEL_ID", "org/small-1"),
        ("CACHE_TTL_SECRET", "30s"),
    ],
)
def test_what_only_names_or_limits_one_is_left_alone(name: str, value: str) -> None:
    assert secrets_in_plain(with_environment(**{name: value})) == ()


def test_a_waiver_counts_for_the_variable_that_it_names() -> None:
    made = with_environment(DB_PASSWORD="hunter22", API_TOKEN="hunter22")
    assert secrets_in_plain(made, ("DB_PASSWORD",)) == (f"{CONTAINER}.API_TOKEN",)


def test_every_container_is_looked_at_and_what_log_drivers_are_told() -> None:
    options = {"splunk-token": "hunter22", "splunk-url": "https://splunk:8088"}
    containers = [
        {"name": "app", "image": "a"},
        {"name": "side", "environment": [{"name": "X_TOKEN", "value": "hunter22"}]},
        {"name": "log", "logConfiguration": {"logDriver": "splunk", "options": options}},
    ]
    assert secrets_in_plain(definition(containerDefinitions=containers)) == ("side.X_TOKEN", "log.splunk-token")


def test_what_comes_from_a_secret_store_is_no_plain_text() -> None:
    assert secrets_in_plain(definition()) == ()
