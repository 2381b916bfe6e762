"""Whose request it is, and whether the token may."""

from collections.abc import Mapping

from playground.github.accounts import Access
from playground.github.errors import ApiError
from playground.github.rest.call import Call, Route
from playground.github.state import State


def access(state: State, headers: Mapping[str, str]) -> Access:
    """The token's rights. Raises 401 without one, with a wrong one and with one that has ended."""
    scheme, _, text = headers.get("Authorization", "").partition(" ")
    if not text:
        raise ApiError(401, "Requires authentication")
    found = state.access.get(text.strip()) if scheme.lower() in ("bearer", "token") else None
    if found is None or (found.expires_at is not None and found.expires_at <= state.now()):
        raise ApiError(401, "Bad credentials")
    if found.app is not None and found.app.suspended:
        raise ApiError(403, "This installation has been suspended")
    return found


def permit(call: Call, route: Route) -> None:
    """Raises 404 where the token does not see the repository, 403 naming the permission where it may not."""
    private = True
    if "{owner}" in route.template:
        private = call.repo.private
        _role(call, route, call.repo.role(call.who.user.login))
    wanted = [one.partition("=") for one in route.needs.split("; ")] if route.needs else []
    if all(call.who.may(permission, level, private=private) for permission, _, level in wanted):
        return
    what = "integration" if call.who.app else "personal access token"
    raise ApiError(403, f"Resource not accessible by {what}", headers={"X-Accepted-GitHub-Permissions": route.needs})


def _role(call: Call, route: Route, role: str) -> None:
    """A person's own role in the repository bounds the token's permissions."""
    if call.who.app is None and role == "read" and "=write" in route.needs:
        raise ApiError(403, "Must have admin rights to Repository.")
