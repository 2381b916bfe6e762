"""Apps and their installations."""

from playground.github.accounts import App
from playground.github.errors import Json
from playground.github.shapes.base import iso, node, user
from playground.github.state import State

SINCE = iso(1_700_000_000)


def app(state: State, one: App) -> Json:
    """`integration`."""
    return {
        "id": one.id,
        "client_id": one.client_id,
        "slug": one.slug,
        "node_id": node("A", one.id),
        "owner": user(state, one.owner),
        "name": one.slug,
        "description": "",
        "external_url": f"{state.web}/{one.slug}",
        "html_url": f"{state.web}/apps/{one.slug}",
        "created_at": SINCE,
        "updated_at": SINCE,
        "permissions": dict(one.permissions),
        "events": list(one.events),
    }


def actions_app(state: State, slug: str) -> Json:
    """The App behind a check run: GitHub Actions or somebody's CI."""
    known = next((one for one in state.apps.values() if one.slug == slug), None)
    if known is not None:
        return app(state, known)
    number = 15368 if slug == "github-actions" else 20000 + sum(slug.encode())
    owner = state.user("github" if slug == "github-actions" else slug, "Organization")
    return app(state, App(number, slug, f"Iv1.{slug}", "", 0, owner, owner, {"metadata": "read"}))


def installation(state: State, one: App) -> Json:
    """`installation`."""
    url = f"{state.api}/app/installations/{one.installation_id}"
    return {
        "id": one.installation_id,
        "client_id": one.client_id,
        "account": user(state, one.owner),
        "repository_selection": "all" if one.repositories is None else "selected",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{state.api}/installation/repositories",
        "html_url": f"{state.web}/settings/installations/{one.installation_id}",
        "app_id": one.id,
        "app_slug": one.slug,
        "target_id": one.owner.id,
        "target_type": one.owner.type,
        "permissions": dict(one.permissions),
        "events": list(one.events),
        "created_at": SINCE,
        "updated_at": SINCE,
        "single_file_name": None,
        "suspended_by": None,
        "suspended_at": SINCE if one.suspended else None,
    }
