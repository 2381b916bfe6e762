"""Who we are and what is left of the hour."""

from playground.github.errors import ApiError
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import base


def user(call: Call) -> Reply:
    if call.who.app is not None:
        raise ApiError(403, "Resource not accessible by integration")
    return Reply(data=base.me(call.state, call.who.user))


def repository(call: Call) -> Reply:
    return Reply(data=base.full_repository(call.repo))


ROUTES = [
    Route("user", "GET", "/user", user, ""),
    Route("repository", "GET", "/repos/{owner}/{repo}", repository),
]
