"""Who may see what, and what is left of the hour."""

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client


async def test_a_missing_permission_is_named(github: LocalGithub, repo: Repo, ask: Client) -> None:
    weak = ask.as_(github.token(permissions={"actions": "read", "contents": "read"}))
    answer = await weak.dispatch()
    assert (answer.status, answer.message) == (403, "Resource not accessible by personal access token")
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "actions=write"
    assert (await weak("GET", CD)).status == 200
    assert repo.runs == []


async def test_a_repository_that_the_token_was_not_made_for_is_not_there(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    elsewhere = ask.as_(github.token(repositories=["acme/other"]))
    assert (await elsewhere.dispatch()).status == 404
    assert (await elsewhere("GET", ACME)).status == 404
    assert (await elsewhere("GET", "/user")).status == 200


async def test_a_wrong_and_a_revoked_token_are_bad_credentials(github: LocalGithub, repo: Repo, ask: Client) -> None:
    assert (await ask.as_("ghp_nobody")("GET", ACME)).message == "Bad credentials"
    assert (await ask.as_("")("GET", ACME)).message == "Requires authentication"
    github.revoke(ask.token)
    assert (await ask("GET", ACME)).status == 401


async def test_somebody_who_only_reads_cannot_dispatch(repo: Repo, ask: Client) -> None:
    repo.roles["slipway-bot"] = "read"
    answer = await ask.dispatch()
    assert (answer.status, answer.message) == (403, "Must have admin rights to Repository.")


async def test_what_has_not_changed_costs_nothing(github: LocalGithub, repo: Repo, ask: Client) -> None:
    first = await ask("GET", ACME)
    again = await ask("GET", ACME, If_None_Match=first.headers["ETag"])
    assert (again.status, again.text, github.billed) == (304, b"", 1)
    assert again.headers["X-RateLimit-Used"] == first.headers["X-RateLimit-Used"] == "1"
    assert (await ask("GET", "/repos/acme/unknown")).headers["X-RateLimit-Used"] == "2"
    other = ask.as_(github.token("minsu"))
    assert (await other("GET", ACME, If_None_Match=first.headers["ETag"])).status == 200


async def test_at_the_end_of_the_hour_everything_but_the_look_at_it_is_refused(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    github.limits.per_hour = 2
    assert [(await ask("GET", ACME)).status for _ in range(3)] == [200, 200, 403]
    refused = await ask("GET", ACME)
    assert refused.message.startswith("API rate limit exceeded for user ID")
    assert (refused.headers["X-RateLimit-Remaining"], refused.headers["X-RateLimit-Reset"]) == (
        "0",
        str(int(at) + 3600),
    )
    assert (await ask("GET", "/rate_limit")).json["rate"]["remaining"] == 0
    at += 3600
    assert (await ask("GET", ACME)).status == 200


async def test_the_secondary_limit_comes_with_and_without_a_time(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("dispatch", "secondary_limit:7")
    github.faults.next("dispatch", "secondary_limit_no_header")
    github.faults.next("dispatch", "secondary_limit_429:8")
    first, second, third = await ask.dispatch(), await ask.dispatch(), await ask.dispatch()
    assert (third.status, third.headers["Retry-After"]) == (429, "8")
    assert (first.status, second.status) == (403, 403)
    assert (first.headers["Retry-After"], second.headers.get("Retry-After")) == ("7", None)
    assert "secondary rate limit" in second.message
    assert repo.runs == []


async def test_a_renamed_repository_sends_its_readers_on(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.rename(repo, "acme/llm-platform")
    moved = await ask("GET", CD)
    assert moved.status == 301
    assert (await ask("GET", moved.headers["Location"])).json["path"] == ".github/workflows/cd.yml"
    assert (await ask.dispatch()).status == 307
    elsewhere = ask.as_(github.token(repositories=["acme/other"]))
    assert (await elsewhere("GET", CD)).status == 404
    assert repo.runs == []


async def test_pages_are_linked(repo: Repo, ask: Client) -> None:
    for number in range(5):
        repo.tag(f"v{number}", repo.branch("main"))
    first = await ask("GET", f"{ACME}/git/matching-refs/tags/v?per_page=2")
    assert 'page=2>; rel="next"' in first.headers["Link"]
    assert 'page=3>; rel="last"' in first.headers["Link"]
    last = await ask("GET", f"{ACME}/git/matching-refs/tags/v?per_page=2&page=3")
    assert ('rel="next"' in last.headers["Link"], len(last.json)) == (False, 1)
