"""The one door: whose request, which operation, may it, what goes wrong, in which protocol it is answered."""

import asyncio
import inspect
import json

from aiohttp import web

from playground.aws.errors import AwsError, Json
from playground.aws.journal import Seen
from playground.aws.policy import Ask
from playground.aws.state import State, identifier
from playground.aws.wire import query
from playground.aws.wire.access import Asked, authenticated
from playground.aws.wire.call import Call
from playground.aws.wire.services import QUERY, SERVICES
from playground.faults import Fault, Faults

BROKEN = {
    "500": (500, "ServerException"),
    "503": (503, "ServiceUnavailable"),
    "500_after_effect": (500, "ServerException"),
}


class Lost(Exception):
    """The connection is cut instead of an answer."""


class Door:
    def __init__(self, state: State, faults: Faults, requests: list[Seen]) -> None:
        self.state, self.faults, self.requests = state, faults, requests

    def mount(self, app: web.Application) -> None:
        app.router.add_get("/layers/{token}", self._layer)
        app.router.add_route("POST", "/{path:.*}", self._serve)

    async def _layer(self, request: web.Request) -> web.Response:
        data = self.state.downloads.get(request.match_info["token"])
        if data is None:
            return web.Response(status=403, text="AccessDenied")
        return web.Response(body=data, content_type="application/octet-stream")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body, asked, code = await request.read(), Asked(), None
        self.state.catch_up()
        try:
            got = await self._answer(request, body, asked)
            status = 200
        except AwsError as error:
            status, code = error.status, error.code
            got = {"message": error.message}
        except Lost:
            self._write_down(asked, 0, None, None, b"")
            if request.transport is not None:
                request.transport.close()
            return web.Response()
        text, headers = _worded(asked, status, code, got)
        if asked.fault.has("garbled") and code is None:
            text = text[: len(text) // 2]
        self._write_down(asked, status, code, got, text)
        if asked.fault.has("slow"):
            await asyncio.sleep(asked.fault.seconds("slow"))
        return web.Response(body=text, status=status, headers=headers)

    async def _answer(self, request: web.Request, body: bytes, asked: Asked) -> Json:
        scope, keys = authenticated(self.state, request, body, asked)
        asked.service, operations = SERVICES[scope]
        asked.params, asked.action = _understood(request, body, asked.service)
        asked.fault = self.faults.take(asked.action)
        _refused(asked.fault)
        operation = operations.get(asked.action)
        if operation is None:
            raise AwsError("UnknownOperationException", f"the imitation does not know {scope}:{asked.action}")
        region = self.state.region(asked.region)
        call = Call(self.state, asked.service, asked.action, asked.params, keys, region, asked.fault)
        asked.asks = tuple(operation.asks(call))
        for ask in asked.asks:
            _permitted(asked, keys.principal.decides(ask), ask)
        got = operation.handler(call)
        done = await got if inspect.isawaitable(got) else got
        if asked.fault.has("lost_after_effect"):
            raise Lost
        if asked.fault.has("500_after_effect"):
            raise AwsError("ServerException", "Service Unavailable. Please try again later.", 500)
        return done

    def _write_down(self, asked: Asked, status: int, code: str | None, got: Json | None, text: bytes) -> None:
        self.requests.append(
            Seen(
                self.state.now(),
                asked.service,
                asked.action,
                asked.params or {},
                status,
                got,
                code,
                asked.region,
                asked.who,
                str(asked.fault) or None,
                asked.asks,
                text,
            )
        )


def _understood(request: web.Request, body: bytes, service: str) -> tuple[Json, str]:
    """The fields that were sent, and the operation."""
    if service in QUERY:
        fields = query.fields(body)
        fields.pop("Version", None)
        return fields, str(fields.pop("Action", ""))
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        raise AwsError("SerializationException", "Could not parse the request.") from None
    if not isinstance(params, dict):
        raise AwsError("SerializationException", "Expected an object.")
    return params, request.headers.get("X-Amz-Target", "").rpartition(".")[2]


def _refused(fault: Fault) -> None:
    """Faults that come before anything is done."""
    if fault.has("lost_before"):
        raise Lost
    if fault.has("throttled"):
        raise AwsError("ThrottlingException", "Rate exceeded")
    if fault.has("expired"):
        raise AwsError("ExpiredTokenException", "The security token included in the request is expired")
    for kind in ("500", "503"):
        if fault.has(kind):
            raise AwsError(BROKEN[kind][1], "Service Unavailable. Please try again later.", BROKEN[kind][0])


def _permitted(asked: Asked, decision: str, ask: Ask) -> None:
    if decision == "allowed" and not asked.fault.has("denied"):
        return
    why = "with an explicit deny in an identity-based policy"
    if decision != "explicitDeny":
        why = f"because no identity-based policy allows the {ask.action} action"
    what = f"{ask.action} on resource: {ask.resource}"
    raise AwsError("AccessDeniedException", f"User: {asked.who} is not authorized to perform: {what} {why}")


IN_QUERY = {
    "AccessDeniedException": ("AccessDenied", 403),
    "ThrottlingException": ("Throttling", 400),
    "ExpiredTokenException": ("ExpiredToken", 403),
    "UnrecognizedClientException": ("InvalidClientTokenId", 403),
    "InvalidSignatureException": ("SignatureDoesNotMatch", 403),
    "MissingAuthenticationTokenException": ("MissingAuthenticationToken", 403),
    "UnknownOperationException": ("InvalidAction", 400),
    "ServerException": ("InternalFailure", 500),
}
"""The older protocol has other words for what every service refuses."""


def _worded(asked: Asked, status: int, code: str | None, got: Json) -> tuple[bytes, dict[str, str]]:
    request_id = identifier()
    headers = {"x-amzn-RequestId": request_id}
    if asked.service in QUERY:
        headers["Content-Type"] = "text/xml"
        if code is None:
            return query.answer(asked.service, asked.action, got, request_id), headers
        code, status = IN_QUERY.get(code, (code, status))
        return query.refusal(asked.service, code, got["message"], status, request_id), headers
    headers["Content-Type"] = "application/x-amz-json-1.1" if asked.service != "sqs" else "application/x-amz-json-1.0"
    if code == "com.amazonaws.sqs#QueueDoesNotExist":
        headers["x-amzn-query-error"] = "AWS.SimpleQueueService.NonExistentQueue;Sender"
    return json.dumps(got if code is None else {"__type": code, **got}).encode(), headers
