"""Each queued fault happens once, to the call that it is for, and looks as AWS's trouble looks."""

from __future__ import annotations

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from playground.aws import LocalAws, Service

from .conftest import PROD, Client, ship


@pytest.mark.parametrize(("kind", "done"), [("lost_before", False), ("lost_after_effect", True)])
async def test_a_lost_answer_tells_nothing_of_what_was_done(
    aws: LocalAws, ask: Client, service: Service, image: str, kind: str, done: bool
) -> None:
    aws.faults.next("UpdateService", kind)
    with pytest.raises(BotoCoreError):
        await ship(ask, service, image)
    assert (service.primary.definition.revision == 2) is done
    assert (aws.requests[-1].action, aws.requests[-1].status, aws.requests[-1].fault) == ("UpdateService", 0, kind)


@pytest.mark.parametrize(
    ("kind", "code", "done"),
    [
        ("throttled", "ThrottlingException", False),
        ("500", "ServerException", False),
        ("503", "ServiceUnavailable", False),
        ("500_after_effect", "ServerException", True),
        ("denied", "AccessDeniedException", False),
        ("expired", "ExpiredTokenException", False),
    ],
)
async def test_an_error_comes_before_the_effect_or_after_it(
    aws: LocalAws, ask: Client, service: Service, image: str, kind: str, code: str, done: bool
) -> None:
    aws.faults.next("UpdateService", kind)
    with pytest.raises(ClientError) as error:
        await ship(ask, service, image)
    assert error.value.response["Error"]["Code"] == code
    assert (service.primary.definition.revision == 2) is done


async def test_botocore_takes_half_a_json_text_for_an_answer_without_fields(
    aws: LocalAws, ask: Client, service: Service
) -> None:
    aws.faults.next("RegisterTaskDefinition", "garbled")
    got = await ask("ecs", "register_task_definition", family="llmops", **service.primary.definition.body)
    assert "taskDefinition" not in got
    assert len(service.revisions) == 2


async def test_half_an_xml_text_cannot_be_read(aws: LocalAws, ask: Client) -> None:
    aws.faults.next("GetCallerIdentity", "garbled")
    with pytest.raises(ResponseParserError):
        await ask("sts", "get_caller_identity")


async def test_the_older_protocol_has_its_own_words(aws: LocalAws, ask: Client) -> None:
    aws.faults.next("*", "throttled")
    assert await ask.refused("sts", "get_caller_identity") == ("Throttling", "Rate exceeded")


@pytest.mark.parametrize(("kind", "revisions"), [("foreign_before", [3, 2, 1]), ("foreign_after", [3, 2, 1])])
async def test_somebody_else_updates_at_that_very_moment(
    aws: LocalAws, ask: Client, service: Service, image: str, kind: str, revisions: list[int]
) -> None:
    aws.faults.next("UpdateService", kind)
    arn = await ship(ask, service, image)
    assert sorted([one.definition.revision for one in service.deployments], reverse=True) == revisions
    assert (service.primary.definition.arn == arn) is (kind == "foreign_before")


async def test_faults_wait_for_their_own_call_and_can_be_forgotten(aws: LocalAws, ask: Client) -> None:
    aws.faults.next("UpdateService", "500", times=2)
    await ask.service()
    assert (await ask.refused("ecs", "update_service", **PROD))[0] == "ServerException"
    aws.faults.clear()
    await ask("ecs", "update_service", **PROD)
    assert [one.fault for one in aws.requests] == [None, "500", None]
    with pytest.raises(ValueError, match="no such fault"):
        aws.faults.next("UpdateService", "502")


async def test_what_is_not_imitated_says_so(ask: Client) -> None:
    assert (await ask.refused("ecs", "list_attributes", targetType="container-instance"))[
        0
    ] == "UnknownOperationException"
    assert (await ask.refused("ecs", "update_service", **PROD, enableExecuteCommand=True))[0] == (
        "UnsupportedFeatureException"
    )
