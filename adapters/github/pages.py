"""Addresses of GitHub's own pages, made of what we know: nothing that GitHub answers is part of them."""

from __future__ import annotations

from urllib.parse import urlsplit

HOSTED, ENTERPRISE = "api.", "/api/v3"


def site(api: str) -> str:
    """The pages beside an API: github.com, ``NAME.ghe.com``, or a GitHub Enterprise Server's own host.

    https://docs.github.com/rest/overview/resources-in-the-rest-api and …/enterprise-cloud@latest/admin/data-residency
    """
    to = urlsplit(api)
    host = to.netloc if to.path.rstrip("/") == ENTERPRISE else to.netloc.removeprefix(HOSTED)
    return f"{to.scheme}://{host}"


def run(api: str, repository: str, number: int) -> str:
    return f"{site(api)}/{repository}/actions/runs/{number}"
