"""Everything that crosses is valid by GitHub's own machine-readable description, when that folder is there."""

import pytest

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client
from .description import Description

pytestmark = pytest.mark.needs("shared")


@pytest.fixture(scope="module")
def description() -> Description:
    return Description()


def unfit(description: Description, github: LocalGithub) -> str:
    seen = github.requests
    return "\n".join(
        sorted(
            {f"{one.method} {one.template} {one.status}: {each}" for one in seen for each in description.problems(one)}
        )
    )


async def test_history_fits_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    sha = repo.commit("Signed", signed=True, files={"src/app.py": "x = 1\n"})
    for path in ("/user", "/rate_limit", ACME, f"{ACME}/commits/main", f"{ACME}/commits/{sha[:9]}"):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{ACME}/contents/src/app.py?ref={sha}")).status == 200
    assert (await ask("POST", f"{ACME}/git/refs", {"ref": "refs/tags/slipway/at-1", "sha": sha})).status == 201
    assert (await ask("GET", f"{ACME}/git/ref/tags/slipway/at-1")).status == 200
    assert (await ask("GET", f"{ACME}/git/matching-refs/tags/slip")).status == 200
    assert (await ask("POST", f"{ACME}/git/refs", {"ref": "refs/tags/slipway/at-1", "sha": sha})).status == 422
    assert (await ask("DELETE", f"{ACME}/git/refs/tags/slipway/at-1")).status == 204
    assert (await ask("GET", f"{ACME}/git/ref/tags/slipway")).status == 404
    assert unfit(description, github) == ""


async def test_actions_fit_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    assert (await ask.dispatch(attempt="at-1")).status == 200
    assert (await ask.dispatch(details=False)).status == 204
    first, second = repo.runs
    first.advance("build", "Build")
    one = f"{ACME}/actions/runs/{first.id}"
    for path in (f"{ACME}/actions/workflows", CD, f"{ACME}/actions/runs?event=workflow_dispatch", f"{CD}/runs", one):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{one}/jobs")).status == 200
    assert (await ask("POST", f"{ACME}/actions/runs/{second.id}/cancel")).status == 202
    first.finish("failure")
    first.rerun("minsu")
    for path in (one, f"{one}/jobs?filter=all", f"{one}/attempts/1", f"{one}/attempts/1/jobs"):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{ACME}/actions/jobs/{first.attempts[0].jobs[0].id}/logs")).status == 302
    assert (await ask("PUT", f"{CD}/disable")).status == 204
    assert (await ask.dispatch()).status == 422
    assert unfit(description, github) == ""
