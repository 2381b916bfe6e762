"""The REST API: every request goes through fault → token → limit → permission → handler → ETag, in one place."""

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from playground.faults import Fault, Faults
from playground.github.accounts import Access
from playground.github.errors import ApiError
from playground.github.journal import Seen
from playground.github.rest import (
    apps,
    artifacts,
    auth,
    checks,
    comparing,
    deployments,
    environments,
    history,
    hooks,
    identity,
    limits,
    pulls,
    runs,
    workflows,
)
from playground.github.rest.call import Call, Reply, Route
from playground.github.rest.limits import Limits
from playground.github.state import State

ROUTES: list[Route] = [
    *identity.ROUTES,
    *apps.ROUTES,
    *workflows.ROUTES,
    *runs.ROUTES,
    *artifacts.ROUTES,
    *deployments.ROUTES,
    *environments.ROUTES,
    *hooks.ROUTES,
    *checks.ROUTES,  # before history: "check-runs" is no part of a reference
    *pulls.ROUTES,
    *comparing.ROUTES,
    *history.ROUTES,
]
WITH_SLASHES = ("{path}", "{ref}", "{basehead}", "{branch}")
BEFORE = {"502_before_effect": 502, "500": 500, "503": 503, "lost_before_effect": 500}
Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """Serves the routes on one state."""

    def __init__(self, state: State, faults: Faults, journal: list[Seen]) -> None:
        self.state, self.faults, self.journal = state, faults, journal
        self.limits = Limits()

    def mount(self, app: web.Application) -> None:
        everything = [*ROUTES, Route("rate_limit", "GET", "/rate_limit", self._rate_limit, "", billed=False)]
        for route in everything:
            app.router.add_route(route.method, _pattern(route.template), self._serve(route))
        for route in everything:
            if "{owner}/{repo}" in route.template:
                byid = _pattern(route.template.replace("/repos/{owner}/{repo}", "/repositories/{repository_id}"))
                app.router.add_route(route.method, byid, self._serve(route))
        app.router.add_route("*", "/{rest:.*}", self._serve(Route("unknown", "*", "", _nothing, "")))

    def _serve(self, route: Route) -> Serve:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._exchange(request, route)

        return serve

    async def _exchange(self, request: web.Request, route: Route) -> web.StreamResponse:
        fault = self.faults.take(route.name)
        if fault.has("slow"):
            await asyncio.sleep(fault.seconds("slow", 0.0))
        path = self._by_name(dict(request.match_info))
        call = Call(self.state, request.method, request.path, path, request.query, request.headers, fault=fault)
        call.text = await request.read()
        reply, billed = self._answer(call, route)
        if fault.has("502", "502_after_effect"):
            reply = Reply(502, {"message": "Server Error"})
        lost = fault.has("lost_before_effect", "lost_after_effect")
        self._note(request, route, call, reply, billed, lost)
        if lost:
            return _cut(request)
        return _response(reply, garbled=fault.has("garbled"))

    def _by_name(self, path: dict[str, str]) -> dict[str, str]:
        """GitHub sends those who ask for a renamed repository to an address with its number."""
        number = path.get("repository_id", "")
        found = self.state.repository_by_id(int(number)) if number.isdecimal() else None
        if found is not None:
            path["owner"], _, path["repo"] = found.full_name.partition("/")
        elif number:
            path["owner"], path["repo"] = "-", "-"
        return path

    def _answer(self, call: Call, route: Route) -> tuple[Reply, bool]:
        """The reply, and whether it counts against the hour."""
        headers: dict[str, str] = {}
        billed = route.billed
        try:
            _before(call.fault)
            call.access = self._access(call, route)
            if call.access is not None:
                budget = self.limits.budget(call.access, self.state.now())
                self._limited(call, call.access, route)
                reply = self._handled(call, route)
                if reply.status == 304 or not route.billed:
                    billed = False
                else:
                    budget.used += 1
                headers = budget.headers()
            else:
                reply = route.handler(call)
        except ApiError as refused:
            reply = Reply(refused.status, refused.body(), refused.headers)
            if call.access is not None and refused.status != 403:
                budget = self.limits.budget(call.access, self.state.now())
                budget.used += 1
                headers = budget.headers()
        return replace(reply, headers={**headers, **reply.headers}), billed

    def _access(self, call: Call, route: Route) -> Access | None:
        return None if route.needs == "app" else auth.access(self.state, call.headers)

    def _limited(self, call: Call, access: Access, route: Route) -> None:
        budget, now, fault = self.limits.budget(access, self.state.now()), self.state.now(), call.fault
        if fault.has("primary_limit"):
            budget.used, budget.resets_at = budget.limit, now + fault.seconds("primary_limit", limits.HOUR)
        if route.billed and budget.used >= budget.limit:
            raise limits.exhausted(access, budget)
        if fault.has("secondary_limit"):
            raise limits.secondary(fault.seconds("secondary_limit", 60.0))
        if fault.has("secondary_limit_429"):
            raise limits.secondary(fault.seconds("secondary_limit_429", 60.0), 429)
        if fault.has("secondary_limit_no_header"):
            raise limits.secondary(None)

    def _handled(self, call: Call, route: Route) -> Reply:
        auth.permit(call, route)
        reply = route.handler(call)
        if call.links:
            reply.headers["Link"] = call.links
        if call.method != "GET" or reply.status != 200:
            return reply
        tag = _tag(call, reply)
        reply.headers |= {"ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60", "Vary": VARY}
        if tag in call.headers.get("If-None-Match", ""):
            return Reply(304, headers=reply.headers)
        return reply

    def _rate_limit(self, call: Call) -> Reply:
        core = self.limits.budget(call.who, self.state.now()).shown()
        search = {"limit": 30, "remaining": 30, "reset": core["reset"], "used": 0}
        return Reply(data={"resources": {"core": core, "search": search}, "rate": core})

    def _note(self, request: web.Request, route: Route, call: Call, reply: Reply, billed: bool, lost: bool) -> None:
        sent = json.loads(call.text) if call.text.strip().startswith((b"{", b"[")) else None
        login = call.access.user.login if call.access else None
        template = route.template or None
        fault = str(call.fault) if call.fault else None
        status = 0 if lost else reply.status
        at, query, headers = self.state.now(), dict(request.query), dict(reply.headers)
        seen = Seen(at, route.name, request.method, request.path, template, query, sent, status, reply.data, billed)
        self.journal.append(replace(seen, login=login, fault=fault, headers=headers))


VARY = "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With"


def _pattern(template: str) -> str:
    """aiohttp's path; a few variables may hold slashes."""
    return re.sub(r"\{(\w+)\}", lambda one: f"{{{one[1]}:.+}}" if one[0] in WITH_SLASHES else one[0], template)


def _nothing(call: Call) -> Reply:
    raise ApiError(404, "Not Found")


def _before(fault: Fault) -> None:
    for kind, status in BEFORE.items():
        if fault.has(kind):
            raise ApiError(status, "Server Error")


def _tag(call: Call, reply: Reply) -> str:
    """Depends on what `Vary` names: another token means another tag."""
    content = reply.raw if reply.raw is not None else json.dumps(reply.data).encode()
    seed = f"{call.headers.get('Authorization')} {call.headers.get('Accept')} {call.links} ".encode()
    return f'W/"{hashlib.sha256(seed + content).hexdigest()}"'


def _cut(request: web.Request) -> web.StreamResponse:
    """The answer does not arrive: the connection is torn down."""
    transport: asyncio.Transport | None = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=502)


def _response(reply: Reply, garbled: bool) -> web.Response:
    headers = {"X-GitHub-Media-Type": "github.v3; format=json", "Server": "github.com", **reply.headers}
    if reply.raw is not None:
        return web.Response(status=reply.status, body=reply.raw, headers={**headers, "Content-Type": reply.kind})
    if reply.data is None:
        return web.Response(status=reply.status, headers=headers)
    body = json.dumps(reply.data).encode()
    whole = body[: len(body) // 2] if garbled else body
    return web.Response(status=reply.status, body=whole, headers={**headers, "Content-Type": reply.kind})
