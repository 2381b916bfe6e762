"""Signatures are checked, sessions end, and IAM is asked for every action on its resource."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from playground.aws import Ask, Keys, LocalAws, Service, decide

from .conftest import PROD, REGION, Client

ROLE = "arn:aws:iam::123456789012:role/deploy"
SERVICE = f"arn:aws:ecs:{REGION}:123456789012:service/prod/llmops"
LOOK: dict[str, Any] = {"cluster": "prod", "services": ["llmops"]}


async def session(ask: Client, **params: Any) -> Keys:
    """Of the role, as boto3 would use it."""
    got = await ask("sts", "assume_role", RoleArn=ROLE, RoleSessionName="slipway-abcd2345-7-1", **params)
    return ask.aws.state.accounts.live[got["Credentials"]["AccessKeyId"]]


async def test_a_wrong_secret_is_told_from_a_wrong_key(aws: LocalAws, ask: Client) -> None:
    keys = aws.keys()
    wrong = ask.as_(replace(keys, secret="x" * 40))
    assert (await wrong.refused("ecs", "describe_services", **LOOK))[0] == "InvalidSignatureException"
    assert (await wrong.refused("sts", "get_caller_identity"))[0] == "SignatureDoesNotMatch"
    unknown = ask.as_(replace(keys, access_key="AKIAABCDEFGHIJKLMNOP"))
    assert (await unknown.refused("ecs", "describe_services", **LOOK))[0] == "UnrecognizedClientException"
    assert (await unknown.refused("sts", "get_caller_identity"))[0] == "InvalidClientTokenId"


async def test_a_session_ends(aws: LocalAws, ask: Client) -> None:
    aws.role(ROLE)
    asked = ask.as_(await session(ask))
    assert (await asked("sts", "get_caller_identity"))["Arn"].endswith("assumed-role/deploy/slipway-abcd2345-7-1")
    assert await asked("ecs", "describe_services", **LOOK)
    aws.expire()
    assert (await asked.refused("ecs", "describe_services", **LOOK))[0] == "ExpiredTokenException"
    assert (await asked.refused("sts", "get_caller_identity"))[0] == "ExpiredToken"


async def test_a_session_without_its_token_is_nobody(aws: LocalAws, ask: Client) -> None:
    aws.role(ROLE)
    asked = ask.as_(replace(await session(ask), token=None))
    assert (await asked.refused("ecs", "describe_services", **LOOK))[0] == "UnrecognizedClientException"


async def test_a_role_is_assumed_only_with_its_external_id(aws: LocalAws, ask: Client) -> None:
    aws.role(ROLE, external_id="slipway-prod")
    for params in ({}, {"ExternalId": "another"}):
        asked = {"RoleArn": ROLE, "RoleSessionName": "slipway", **params}
        code, message = await ask.refused("sts", "assume_role", **asked)
        assert (code, ROLE in message) == ("AccessDenied", True)
    assert await session(ask, ExternalId="slipway-prod")


async def test_a_refusal_names_who_what_and_where(aws: LocalAws, ask: Client) -> None:
    asked = ask.as_(aws.keys(allowed={"ecs:DescribeServices"}, name="reader"))
    assert await asked("ecs", "describe_services", **LOOK)
    code, message = await asked.refused("ecs", "update_service", **PROD, desiredCount=1)
    assert code == "AccessDeniedException"
    assert message == (
        "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: ecs:UpdateService on resource:"
        f" {SERVICE} because no identity-based policy allows the ecs:UpdateService action"
    )


async def test_who_registers_must_be_allowed_to_pass_the_roles_and_to_tag(
    aws: LocalAws, ask: Client, service: Service
) -> None:
    asked = ask.as_(aws.keys(allowed={"ecs:RegisterTaskDefinition", "iam:PassRole"}, name="half"))
    body = {"family": "llmops", **service.primary.definition.body}
    assert await asked("ecs", "register_task_definition", **body)
    tags = [{"key": "slipway:attempt", "value": "x"}]
    assert "ecs:TagResource" in (await asked.refused("ecs", "register_task_definition", **body, tags=tags))[1]
    asked = ask.as_(aws.keys(allowed={"ecs:RegisterTaskDefinition"}, name="less"))
    code, message = await asked.refused("ecs", "register_task_definition", **body)
    assert (code, "iam:PassRole on resource: arn:aws:iam::123456789012:role/llmops-task" in message) == (
        "AccessDeniedException",
        True,
    )
    assert len(service.revisions) == 2


async def test_a_revision_is_registered_on_no_resource_and_its_tags_are_read_on_their_own(
    aws: LocalAws, ask: Client, service: Service
) -> None:
    family = f"arn:aws:ecs:{REGION}:123456789012:task-definition/llmops:*"
    actions = ["ecs:RegisterTaskDefinition", "ecs:ListTagsForResource"]
    rights = [
        {"Effect": "Allow", "Action": actions, "Resource": family},
        {"Effect": "Allow", "Action": ["ecs:DescribeTaskDefinition", "iam:PassRole"], "Resource": "*"},
    ]
    asked = ask.as_(aws.keys(policy={"Statement": rights}, name="by-family"))
    body = {"family": "llmops", **service.primary.definition.body}
    _, message = await asked.refused("ecs", "register_task_definition", **body)
    assert "ecs:RegisterTaskDefinition on resource: * because" in message
    assert await asked("ecs", "describe_task_definition", taskDefinition="llmops:1", include=["TAGS"])
    asked = ask.as_(aws.keys(policy={"Statement": rights[1:]}, name="no-tags"))
    assert await asked("ecs", "describe_task_definition", taskDefinition="llmops:1")
    _, message = await asked.refused("ecs", "describe_task_definition", taskDefinition="llmops:1", include=["TAGS"])
    assert "ecs:ListTagsForResource on resource: arn:aws:ecs" in message


async def test_a_policy_reaches_its_resources_and_no_others(aws: LocalAws, ask: Client) -> None:
    statement = {"Effect": "Allow", "Action": "ecs:Describe*", "Resource": SERVICE}
    asked = ask.as_(aws.keys(policy={"Version": "2012-10-17", "Statement": [statement]}, name="narrow"))
    assert await asked("ecs", "describe_services", **LOOK)
    _, message = await asked.refused("ecs", "describe_services", cluster="prod", services=["other"])
    assert "service/prod/other" in message
    assert (await asked.refused("ecs", "list_tasks", cluster="prod"))[0] == "AccessDeniedException"


def test_conditions_and_denials_decide() -> None:
    passing = {
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::123456789012:role/llmops-*"],
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    }
    never = {"Effect": "Deny", "Action": "*", "Resource": "arn:aws:iam::123456789012:role/llmops-admin"}
    role = "arn:aws:iam::123456789012:role/llmops-task"
    tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    assert decide([passing], Ask("iam:PassRole", role, tasks)) == "allowed"
    assert decide([passing], Ask("iam:PassRole", role)) == "implicitDeny"
    assert decide([passing], Ask("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})) == "implicitDeny"
    admin = Ask("iam:PassRole", "arn:aws:iam::123456789012:role/llmops-admin", tasks)
    assert decide([passing, never], admin) == "explicitDeny"


async def test_iam_simulates_what_it_would_decide(aws: LocalAws, ask: Client) -> None:
    keys = aws.keys(allowed={"ecs:DescribeServices"}, name="reader")
    got = await ask(
        "iam",
        "simulate_principal_policy",
        PolicySourceArn=keys.arn,
        ActionNames=["ecs:DescribeServices", "ecs:UpdateService"],
        ResourceArns=[SERVICE],
        ContextEntries=[{"ContextKeyName": "ecs:cluster", "ContextKeyValues": ["x"], "ContextKeyType": "string"}],
    )
    found = {one["EvalActionName"]: one["EvalDecision"] for one in got["EvaluationResults"]}
    assert found == {"ecs:DescribeServices": "allowed", "ecs:UpdateService": "implicitDeny"}
    aws.role(ROLE)
    live = (await session(ask)).arn
    code, _ = await ask.refused("iam", "simulate_principal_policy", PolicySourceArn=live, ActionNames=["ecs:ListTasks"])
    assert code == "NoSuchEntity"
