"""Webhooks of a repository and of an App: what was delivered, and delivering it again."""

import json

from playground.github.errors import ApiError, Json, not_found
from playground.github.hooks import Delivery, Hook
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes.base import iso, repo_url
from playground.github.signing import app_of


def shape(call: Call, hook: Hook) -> Json:
    """`hook`."""
    url = f"{repo_url(call.repo)}/hooks/{hook.id}"
    config = {"content_type": "json", "insecure_ssl": "0", "url": hook.url}
    last = next((one for one in reversed(call.state.hooks.deliveries) if one.hook is hook and one.status_code), None)
    response = {"code": last.status_code if last else None, "status": last.status if last else "unused"}
    return {
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": list(hook.events),
        "config": {**config, "secret": "********"} if hook.secret else config,
        "updated_at": iso(hook.at),
        "created_at": iso(hook.at),
        "url": url,
        "test_url": f"{url}/test",
        "ping_url": f"{url}/pings",
        "deliveries_url": f"{url}/deliveries",
        "last_response": {**response, "message": None},
    }


def item(one: Delivery) -> Json:
    """`hook-delivery-item`."""
    return {
        "id": one.id,
        "guid": one.guid,
        "delivered_at": iso(one.at),
        "redelivery": one.redelivery,
        "duration": one.duration,
        "status": one.status,
        "status_code": one.status_code,
        "event": one.event,
        "action": one.action,
        "installation_id": one.hook.installation,
        "repository_id": one.repository_id,
        "throttled_at": None,
    }


def _of_repository(call: Call) -> Hook:
    number = call.number("hook_id")
    for one in call.state.hooks.known:
        if one.id == number and one.repository == call.repo.full_name:
            return one
    raise not_found()


def _of_app(call: Call) -> Hook:
    app = app_of(call.state, call.headers.get("Authorization", ""))
    for one in call.state.hooks.known:
        if one.app_id == app.id:
            return one
    raise not_found()


def _hook(call: Call) -> Hook:
    return _of_repository(call) if "hook_id" in call.path else _of_app(call)


def hooks(call: Call) -> Reply:
    found = [one for one in call.state.hooks.known if one.repository == call.repo.full_name]
    return Reply(data=[shape(call, one) for one in call.page(found)])


def hook(call: Call) -> Reply:
    return Reply(data=shape(call, _of_repository(call)))


def deliveries(call: Call) -> Reply:
    """Newest first, by cursor; `status` is `success` or `failure`."""
    one = _hook(call)
    found = [each for each in reversed(call.state.hooks.deliveries) if each.hook is one and each.status_code]
    wanted = call.query.get("status")
    if wanted is not None:
        found = [each for each in found if (each.status_code < 400) == (wanted == "success")]
    cursor, size = call.query.get("cursor", ""), min(int(call.query.get("per_page", "30")), 100)
    if cursor:
        if not cursor.isdecimal():
            raise ApiError(400, "Invalid cursor")
        found = [each for each in found if each.id <= int(cursor)]
    if len(found) > size:
        call.links = f'<{call.state.api}{call.url}?per_page={size}&cursor={found[size].id}>; rel="next"'
    return Reply(data=[item(each) for each in found[:size]])


def _delivery(call: Call) -> Delivery:
    one, number = _hook(call), call.number("delivery_id")
    for each in call.state.hooks.deliveries:
        if each.hook is one and each.id == number:
            return each
    raise not_found()


def delivery(call: Call) -> Reply:
    one = _delivery(call)
    request = {"headers": one.headers, "payload": json.loads(one.payload)}
    response = {"headers": {}, "payload": one.answer}
    return Reply(data={**item(one), "url": one.hook.url, "request": request, "response": response})


def again(call: Call) -> Reply:
    """Accepted; the same event goes out once more, with the same guid."""
    call.state.hooks.again(_delivery(call))
    return Reply(202, {})


REPO = "/repos/{owner}/{repo}/hooks"
APP = "/app/hook/deliveries"
READ, WRITE = "repository_hooks=read", "repository_hooks=write"
ONE = REPO + "/{hook_id}/deliveries/{delivery_id}"
ROUTES = [
    Route("hooks", "GET", REPO, hooks, READ),
    Route("hook", "GET", REPO + "/{hook_id}", hook, READ),
    Route("deliveries", "GET", REPO + "/{hook_id}/deliveries", deliveries, READ),
    Route("delivery", "GET", ONE, delivery, READ),
    Route("redeliver", "POST", ONE + "/attempts", again, WRITE),
    Route("app_deliveries", "GET", APP, deliveries, "app"),
    Route("app_delivery", "GET", APP + "/{delivery_id}", delivery, "app"),
    Route("app_redeliver", "POST", APP + "/{delivery_id}/attempts", again, "app"),
]
