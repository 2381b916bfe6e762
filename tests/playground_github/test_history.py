"""References, commits and files, as strict as GitHub is with them."""

import base64

import pytest

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client


@pytest.mark.parametrize(
    ("ref", "sha", "message"),
    [
        ("refs/tags/v1", "abc", "The sha parameter must be exactly 40 characters"),
        ("refs/tags/v1", "f" * 40, "Object does not exist"),
        ("tags/v1", None, "Reference name must start with 'refs/'"),
        ("refs/tags/../x", None, "Reference name must start with 'refs/'"),
        ("refs/heads/main", None, "Reference already exists"),
    ],
)
async def test_a_reference_that_cannot_be_made_is_refused(
    repo: Repo, ask: Client, ref: str, sha: str | None, message: str
) -> None:
    answer = await ask("POST", f"{ACME}/git/refs", {"ref": ref, "sha": sha or repo.branch("main")})
    assert (answer.status, answer.message.startswith(message)) == (422, True)
    assert repo.tree.tags == {}


async def test_a_reference_is_found_by_its_whole_name_only(repo: Repo, ask: Client) -> None:
    repo.branch("feature/fast")
    assert (await ask("GET", f"{ACME}/git/ref/heads/feature/fast")).status == 200
    assert (await ask("GET", f"{ACME}/git/ref/heads/feature%2Ffast")).status == 200
    assert (await ask("GET", f"{ACME}/git/ref/heads/feature")).status == 404
    assert (await ask("DELETE", f"{ACME}/git/refs/heads/feature")).message == "Reference does not exist"


async def test_a_commit_is_found_by_branch_tag_and_unambiguous_beginning(repo: Repo, ask: Client) -> None:
    sha = repo.commit("Signed", signed=True)
    repo.tag("v1", sha)
    for name in ("main", "v1", "heads/main", sha, sha[:7]):
        got = (await ask("GET", f"{ACME}/commits/{name}")).json
        assert (got["sha"], got["commit"]["verification"]["verified"]) == (sha, True)
    assert (await ask("GET", f"{ACME}/commits/main", Accept="application/vnd.github.sha")).text == sha.encode()
    unknown = await ask("GET", f"{ACME}/commits/nowhere")
    assert (unknown.status, unknown.message) == (422, "No commit found for SHA: nowhere")
    assert (await ask("GET", f"{ACME}/commits/{sha[:5]}")).status == 422


async def test_a_file_is_read_at_a_ref_as_json_and_raw(repo: Repo, ask: Client) -> None:
    old = repo.commit(files={"notes.md": "안녕\n"})
    repo.commit(files={"notes.md": None})
    path = f"{ACME}/contents/notes.md"
    assert base64.b64decode((await ask("GET", f"{path}?ref={old}")).json["content"]).decode() == "안녕\n"
    raw = await ask("GET", f"{path}?ref={old}", Accept="application/vnd.github.raw+json")
    assert raw.text.decode() == "안녕\n"
    assert (await ask("GET", path)).status == 404
    assert (await ask("GET", f"{path}?ref=nowhere")).message == "No commit found for the ref nowhere"


async def test_commits_are_listed_by_branch_path_author_and_time(github: LocalGithub, repo: Repo, ask: Client) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    repo.commit("Model", author="minsu", files={"models/a.json": "{}"})
    at += 3600
    repo.commit("Code")
    repo.commit("Side", branch="side")

    async def messages(query: str) -> list[str]:
        return [one["commit"]["message"] for one in (await ask("GET", f"{ACME}/commits?{query}")).json][:2]

    assert await messages("sha=side&per_page=2") == ["Side", "Code"]
    assert await messages("path=models") == ["Model"]
    assert await messages("author=minsu") == ["Model"]
    assert await messages("since=2027-01-15T08:30:00Z") == ["Code"]


async def test_a_workflow_is_switched_off_and_on_again(repo: Repo, ask: Client) -> None:
    assert (await ask("PUT", f"{CD}/disable")).status == 204
    assert (await ask("GET", CD)).json["state"] == "disabled_manually"
    assert (await ask.dispatch()).status == 422
    assert (await ask("PUT", f"{CD}/enable")).status == 204
    assert (await ask.dispatch()).status == 200


async def test_names_are_not_case_sensitive_and_unknown_paths_are_not_found(repo: Repo, ask: Client) -> None:
    assert (await ask("GET", "/repos/ACME/LLMops")).json["full_name"] == "acme/llmops"
    assert (await ask("GET", f"{ACME}/nothing/here")).status == 404
    assert (await ask("GET", "/repos/acme/unknown")).status == 404
    assert (await ask("POST", f"{ACME}/git/refs", ["no object"])).status == 400
