"""A GitHub App: who it is, where it is installed, and its short-lived tokens."""

import secrets

from playground.github.accounts import LEVELS, Access, App
from playground.github.errors import ApiError, invalid, not_found
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import apps, base
from playground.github.signing import app_of


def _app(call: Call) -> App:
    return app_of(call.state, call.headers.get("Authorization", ""))


def _installed(call: Call) -> App:
    one = _app(call)
    if call.number("installation_id") != one.installation_id:
        raise not_found()
    return one


def app(call: Call) -> Reply:
    return Reply(data=apps.app(call.state, _app(call)))


def installations(call: Call) -> Reply:
    return Reply(data=call.page([apps.installation(call.state, _app(call))]))


def installation(call: Call) -> Reply:
    return Reply(data=apps.installation(call.state, _installed(call)))


def of_repository(call: Call) -> Reply:
    """The installation that covers a repository."""
    one, name = _app(call), f"{call.path['owner']}/{call.path['repo']}".lower()
    known = call.state.repository(name)
    if known is None or (one.repositories is not None and name not in one.repositories):
        raise not_found()
    return Reply(data=apps.installation(call.state, one))


def access_token(call: Call) -> Reply:
    """A token for an hour, with the installation's permissions or fewer."""
    one = _installed(call)
    if one.suspended:
        raise ApiError(403, "This installation has been suspended")
    permissions = call.wanted("permissions", dict, optional=True) or dict(one.permissions)
    for name, level in permissions.items():
        if LEVELS.get(level, 9) > LEVELS.get(one.permissions.get(name, ""), 0) and name != "metadata":
            raise invalid("The permissions requested are not granted to this installation.")
    names = call.wanted("repositories", list, optional=True)
    reach = one.repositories
    if names is not None:
        reach = frozenset(f"{one.owner.login}/{name}".lower() for name in names)
        known = one.repositories if one.repositories is not None else frozenset(call.state.repositories)
        if not reach <= known:
            raise invalid(
                "There is at least one repository that does not exist or is not accessible to the parent installation."
            )
    text = f"ghs_{secrets.token_hex(18)}"
    until = call.state.now() + one.token_life
    call.state.access[text] = Access(text, one.bot, permissions, reach, until, one)
    one.issued.append(text)
    chosen = "all" if reach is None else "selected"
    told = {"token": text, "expires_at": base.iso(until), "permissions": permissions, "repository_selection": chosen}
    return Reply(201, told)


def repositories(call: Call) -> Reply:
    """What the installation token reaches."""
    if call.who.app is None:
        raise ApiError(403, "You must authenticate with an installation access token in order to list repositories.")
    seen = [base.full_repository(one) for one in call.state.repositories.values() if call.who.reaches(one.full_name)]
    chosen = "all" if call.who.repositories is None else "selected"
    return Reply(data={"total_count": len(seen), "repository_selection": chosen, "repositories": call.page(seen)})


def revoke(call: Call) -> Reply:
    del call.state.access[call.who.text]
    return Reply(204)


HERE = "/app/installations"
ROUTES = [
    Route("app", "GET", "/app", app, "app"),
    Route("installations", "GET", HERE, installations, "app"),
    Route("installation", "GET", HERE + "/{installation_id}", installation, "app"),
    Route("access_token", "POST", HERE + "/{installation_id}/access_tokens", access_token, "app"),
    Route("repository_installation", "GET", "/repos/{owner}/{repo}/installation", of_repository, "app"),
    Route("installation_repositories", "GET", "/installation/repositories", repositories),
    Route("revoke_token", "DELETE", "/installation/token", revoke, ""),
]
