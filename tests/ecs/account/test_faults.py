"""What AWS answers, in the codes of its references, and what Slipway makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as sdk

from adapters.ecs import codes
from adapters.ecs.account.asked import Asked, Unread
from adapters.ecs.account.faults import judged, timeout
from bot.errors import AdapterError

READ = Asked("read", "ecs", "describe_services")
SENT = Asked("start", "ecs", "update_service", writes=True)
BOTH = pytest.mark.parametrize("asked", [READ, SENT], ids=["read", "sent"])


def said(asked: Asked, code: str, status: int, message: str = "") -> AdapterError:
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    found = judged(asked, sdk.ClientError(answer, "UpdateService"))
    assert found.kind == "ecs"
    assert set(found.facts) <= set(codes.ACCOUNT[found.code])
    return found


DENIED = "User: arn:x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/t because no"
TABLE = [
    ("UnrecognizedClientException", 400, "The security token included in the request is invalid.", "unauthorized"),
    ("InvalidClientTokenId", 403, "", "unauthorized"),
    ("SignatureDoesNotMatch", 403, "Check your AWS Secret Access Key", "unauthorized"),
    ("InvalidSignatureException", 403, "Signature expired: 20261121T030000Z is now earlier than", "clock"),
    ("RequestExpired", 400, "Request has expired.", "clock"),
    ("ExpiredTokenException", 400, "The security token included in the request is expired", "expired"),
    ("ExpiredToken", 403, "", "expired"),
    ("AccessDeniedException", 400, DENIED, "forbidden"),
    ("ClientException", 400, DENIED, "forbidden"),
    ("AccessDenied", 403, "", "forbidden"),
    ("ClusterNotFoundException", 400, "Cluster not found.", "not_found"),
    ("ServiceNotFoundException", 400, "", "not_found"),
    ("ImageNotFoundException", 400, "", "not_found"),
    ("NoSuchEntity", 404, "", "not_found"),
    ("ThrottlingException", 400, "Rate exceeded", "throttled"),
    ("RequestLimitExceeded", 503, "", "throttled"),
    ("429", 429, "", "throttled"),
    ("ClientException", 400, "Too many concurrent attempts to create a new revision", "refused"),
    ("InvalidParameterException", 400, "desiredCount", "refused"),
    ("LimitExceededException", 400, "", "refused"),
    ("307", 307, "", "garbled"),
]


@BOTH
@pytest.mark.parametrize(("code", "status", "message", "ours"), TABLE)
def test_every_refusal_has_its_code_and_says_whether_another_try_would_help(
    asked: Asked, code: str, status: int, message: str, ours: str
) -> None:
    found = said(asked, code, status, message)
    assert found.code == ours
    assert found.retry is (ours == "throttled" or (ours == "garbled" and asked.writes))


def test_what_iam_names_is_told_and_not_what_was_called() -> None:
    facts = said(SENT, "AccessDeniedException", 400, DENIED).facts
    assert (facts["action"], facts["what"]) == ("iam:PassRole", "arn:aws:iam::1:role/t")
    assert said(SENT, "AccessDenied", 403).facts["action"] == "ecs:UpdateService"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_error_after_a_write_leaves_open_whether_it_was_done(status: int) -> None:
    assert (said(READ, "ServerException", status).code, said(READ, "ServerException", status).retry) == (
        "unavailable",
        True,
    )
    assert (said(SENT, "ServerException", status).code, said(SENT, "ServerException", status).facts) == (
        "lost",
        {"call": "start"},
    )


@BOTH
@pytest.mark.parametrize(
    ("raised", "code", "retry"),
    [
        (sdk.EndpointConnectionError(endpoint_url="x"), "unreachable", True),
        (sdk.ConnectTimeoutError(endpoint_url="x"), "unreachable", True),
        (sdk.ReadTimeoutError(endpoint_url="x"), "timeout", True),
        (sdk.ConnectionClosedError(endpoint_url="x"), "lost", True),
        (sdk.SSLError(endpoint_url="x", error="e"), "lost", True),
        (sdk.ParamValidationError(report="cluster"), "refused", False),
        (sdk.NoCredentialsError(), "no_credentials", False),
        (sdk.CredentialRetrievalError(provider="x", error_msg="y"), "no_credentials", False),
        (sdk.UnknownRegionError(region_name="x", error_msg="y"), "no_region", False),
    ],
)
def test_what_never_left_is_told_apart_from_what_may_have(
    asked: Asked, raised: Exception, code: str, retry: bool
) -> None:
    found = judged(asked, raised)
    assert (found.code, found.retry) == (code, retry)


@BOTH
def test_what_is_no_answer_of_aws_says_nothing_of_the_effect(asked: Asked) -> None:
    assert (judged(asked, Unread("not JSON")).code, judged(asked, Unread("x")).retry) == ("garbled", asked.writes)
    assert (timeout(asked).code, timeout(asked).retry) == ("timeout", True)


def test_actions_are_called_as_iam_calls_them() -> None:
    assert READ.action == "ecs:DescribeServices"
    assert Asked("read", "elbv2", "describe_target_health").action == "elasticloadbalancing:DescribeTargetHealth"
    assert Asked("read", "ecr", "batch_get_image").action == "ecr:BatchGetImage"
