"""What AWS refuses, and answers that never came, as ``AdapterError``. Pure.

Codes as the API references of the services have them under "Common errors" and with each action.
"""

from __future__ import annotations

import re

from botocore import exceptions as sdk

from adapters.ecs.account.asked import Asked
from bot.errors import AdapterError

KIND = "ecs"
THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
}
EXPIRED = {"ExpiredToken", "ExpiredTokenException"}
UNKNOWN = {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
FORBIDDEN = {"AccessDenied", "AccessDeniedException", "NotAuthorized", "UnauthorizedOperation"}
GONE = {"NoSuchEntity", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "ResourceNotFoundException"}
NOT_FOUND = re.compile(r"([A-Za-z]+?)(?:Not|DoesNot)(?:Found|Exist)(?:Exception|Fault)?")
CLOCK = re.compile(r"(?i)signature (?:expired|not yet current)|request has expired")
DENIED = re.compile(r"not authorized to perform:? ([a-z0-9-]+:[A-Za-z]+)(?: on resource:? (\S+))?")
LONGEST = 300
NO_ROUTE = (sdk.EndpointConnectionError, sdk.ConnectTimeoutError, sdk.ProxyConnectionError)
NO_KEYS = (
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.CredentialRetrievalError,
    sdk.MetadataRetrievalError,
    sdk.ProfileNotFound,
    sdk.ConfigParseError,
    sdk.InvalidConfigError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
)
NO_REGION = (sdk.UnknownRegionError, sdk.EndpointProviderError, sdk.UnknownEndpointError, sdk.InvalidRegionError)


def error(code: str, *, retry: bool = False, **facts: object) -> AdapterError:
    return AdapterError(KIND, code, retry=retry, **facts)


def judged(asked: Asked, raised: Exception) -> AdapterError:
    """``raised``: by boto3, or Unread. What says that nothing was done is never ``lost``."""
    if isinstance(raised, sdk.ClientError):
        return _refused(asked, raised)
    if isinstance(raised, sdk.ParamValidationError):  # never sent
        return error("refused", reason="ParamValidation", message=str(raised)[:LONGEST], call=asked.call)
    if isinstance(raised, NO_KEYS):
        return error("no_credentials", why=type(raised).__name__)
    if isinstance(raised, NO_REGION):
        return error("no_region", why=str(raised)[:LONGEST])
    if isinstance(raised, NO_ROUTE):
        return error("unreachable", retry=True, call=asked.call)
    if isinstance(raised, sdk.ReadTimeoutError):
        return timeout(asked)
    if isinstance(raised, (sdk.HTTPClientError, sdk.ConnectionError)):
        return error("lost", retry=True, call=asked.call)
    return error("garbled", retry=asked.writes, call=asked.call)


def timeout(asked: Asked) -> AdapterError:
    return error("timeout", retry=True, call=asked.call)


def _refused(asked: Asked, raised: sdk.ClientError) -> AdapterError:
    answer = raised.response
    code = str(answer.get("Error", {}).get("Code", ""))
    message = str(answer.get("Error", {}).get("Message", ""))[:LONGEST]
    status = int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in THROTTLED or status == 429:
        return error("throttled", retry=True, action=asked.action)
    if status >= 500 or status in (0, 408):  # what was sent may have been done although the answer is an error
        again = error("lost", retry=True, call=asked.call)
        return again if asked.writes else error("unavailable", retry=True, status=status)
    if status < 400:
        return error("garbled", retry=asked.writes, call=asked.call)
    return _said_no(asked, code, message)


def _said_no(asked: Asked, code: str, message: str) -> AdapterError:
    """Nothing was done."""
    denied = DENIED.search(message)
    if code in FORBIDDEN or denied:
        action, what = (denied.group(1), denied.group(2) or "") if denied else (asked.action, "")
        return error("forbidden", action=action, what=what.rstrip(".,"), message=message)
    if code in EXPIRED:
        return error("expired", message=message)
    if CLOCK.search(message) or code == "RequestExpired":
        return error("clock", message=message)
    if code in UNKNOWN:
        return error("unauthorized", message=message)
    missing = NOT_FOUND.fullmatch(code)
    if missing or code in GONE:
        name = missing.group(1).lower() if missing and code not in GONE else asked.action.split(":")[1]
        return error("not_found", what=name, message=message)
    return error("refused", reason=code, message=message, call=asked.call)
