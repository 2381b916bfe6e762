"""Whose request it is: the access key, its signature, its session."""

from dataclasses import dataclass, field

from aiohttp import web

from playground.aws.accounts import Keys
from playground.aws.errors import AwsError, Json
from playground.aws.policy import Ask
from playground.aws.state import State
from playground.aws.wire import signature
from playground.aws.wire.services import SERVICES
from playground.faults import Fault

WRONG = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details."
)


@dataclass
class Asked:
    """What a request is about, as far as it can be told before it is understood."""

    service: str = ""
    action: str = ""
    region: str = ""
    params: Json | None = None
    who: str = ""
    asks: tuple[Ask, ...] = ()
    fault: Fault = field(default_factory=Fault)


def authenticated(state: State, request: web.Request, body: bytes, asked: Asked) -> tuple[str, Keys]:
    """The service that was signed for, and the keys. Writes down what it learns on the way."""
    header = request.headers.get("Authorization", "")
    signed = signature.taken_apart(header)
    if signed is None:
        raise AwsError("MissingAuthenticationTokenException", "Missing Authentication Token")
    if signed.service not in SERVICES:
        raise AwsError("UnknownOperationException", f"the imitation does not know {signed.service}")
    asked.service, asked.region = SERVICES[signed.service][0], signed.region
    keys = state.accounts.live.get(signed.key)
    token = request.headers.get("X-Amz-Security-Token")
    if keys is None or keys.token != token:
        raise AwsError("UnrecognizedClientException", "The security token included in the request is invalid.")
    asked.who = keys.arn
    if keys.expires_at is not None and keys.expires_at <= state.now():
        raise AwsError("ExpiredTokenException", "The security token included in the request is expired")
    headers = {name.lower(): value for name, value in request.headers.items()}
    path, _, query = request.raw_path.partition("?")
    if not signature.right(signed, keys.secret, request.method, path, query, headers, body):
        raise AwsError("InvalidSignatureException", WRONG)
    return signed.service, keys
