"""``[services.NAME.env.ENV.ecs]``: every wrong value is named before anything is asked of AWS."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.ecs.config import Config

GOOD = {
    "region": "ap-northeast-2",
    "cluster": "prod-llmops-cluster",
    "service": "prod-llmops-service",
    "container": "llmops-app",
    "repository": "prod-llmops-app",
}
ROLE = "arn:aws:iam::123456789012:role/slipway"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"region": "Seoul"}, "write one like ap-northeast-2"),
        ({"cluster": "arn:aws:ecs:ap-northeast-2:123456789012:cluster/prod"}, "write the name, not the ARN"),
        ({"service": "prod/llmops"}, "is no name in ECS"),
        ({"container": "*"}, "is no name in ECS"),
        ({"repository": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/app:latest"}, "without registry and tag"),
        ({"repository": "prod-*"}, "is no repository in ECR"),
        ({"account": "1234"}, "write its 12 digits"),
        ({"role_arn": "slipway"}, "write its ARN"),
        ({"role_arn": "arn:aws:iam::123456789012:role/*"}, "write its ARN"),
        ({"external_id": "ours"}, "external_id goes with role_arn"),
        ({"role_arn": ROLE, "account": "210987654321"}, "role_arn is of account 123456789012"),
        ({"pass_roles": ["ecsTaskExecutionRole"]}, "write its ARN"),
        ({"plain_secrets_ok": ["DB PASSWORD"]}, "is no name of an environment variable"),
        ({"endpoint": "https://ecs.example.org"}, "must be on loopback"),
        ({"endpoint": "http://127.0.0.1.example.org"}, "must be on loopback"),
        ({"endpoint": "http://me@127.0.0.1:4566"}, "must be on loopback"),
        ({"desired": 2}, "Extra inputs are not permitted"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_wanted(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Config.model_validate({**GOOD, **changes})


@pytest.mark.parametrize("name", list(GOOD))
def test_nothing_that_is_needed_may_be_missing(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Config.model_validate({key: value for key, value in GOOD.items() if key != name})


def test_the_owner_is_what_the_file_says_of_the_account() -> None:
    assert Config.model_validate(GOOD).owner is None
    assert Config.model_validate({**GOOD, "account": "210987654321"}).owner == "210987654321"
    assert Config.model_validate({**GOOD, "role_arn": ROLE, "external_id": "ours"}).owner == "123456789012"


def test_names_may_have_what_aws_lets_them_have() -> None:
    taken = {"region": "us-gov-west-1", "service": "a_b-C9", "repository": "team/sub.dir/app__x"}
    assert Config.model_validate({**GOOD, **taken}).repository == "team/sub.dir/app__x"
