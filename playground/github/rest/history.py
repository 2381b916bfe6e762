"""References, commits and files."""

from playground.github.errors import ApiError, invalid, not_found
from playground.github.repository import Repo
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import history

SHA = 40


def get_ref(call: Call) -> Reply:
    """Exactly that reference; GitHub answers 404 for a prefix."""
    name = f"refs/{call.path['ref']}"
    sha = call.repo.tree.reference(name)
    if sha is None:
        raise not_found()
    return Reply(data=history.reference(call.repo, name, sha))


def matching_refs(call: Call) -> Reply:
    tree, wanted = call.repo.tree, f"refs/{call.path['ref']}"
    names = {f"refs/heads/{name}": sha for name, sha in tree.heads.items()}
    names |= {f"refs/tags/{name}": sha for name, sha in tree.tags.items()}
    found = [history.reference(call.repo, name, sha) for name, sha in sorted(names.items()) if name.startswith(wanted)]
    return Reply(data=call.page(found))


def create_ref(call: Call) -> Reply:
    name, sha = call.wanted("ref", str), call.wanted("sha", str)
    store = _store(call.repo, name)
    if len(sha) != SHA:
        raise invalid("The sha parameter must be exactly 40 characters and contain only [0-9a-f].")
    if sha not in call.repo.tree.commits:
        raise invalid("Object does not exist")
    if call.repo.tree.reference(name) is not None:
        raise invalid("Reference already exists")
    store[name.split("/", 2)[2]] = sha
    return Reply(201, history.reference(call.repo, name, sha))


def delete_ref(call: Call) -> Reply:
    name = f"refs/{call.path['ref']}"
    if call.repo.tree.reference(name) is None:
        raise invalid("Reference does not exist")
    del _store(call.repo, name)[name.split("/", 2)[2]]
    return Reply(204)


def _store(repo: Repo, name: str) -> dict[str, str]:
    kinds = {"heads": repo.tree.heads, "tags": repo.tree.tags}
    parts = name.split("/", 2)
    if len(parts) < 3 or parts[0] != "refs" or parts[1] not in kinds or ".." in name or name.endswith(("/", ".lock")):
        raise invalid("Reference name must start with 'refs/' and have at least two slashes.")
    return kinds[parts[1]]


def resolved(call: Call, name: str) -> str:
    """The SHA of a branch, tag or SHA; what is no SHA's beginning is worded like this by GitHub."""
    sha = call.repo.tree.resolve(name)
    if sha is None:
        raise invalid(f"No commit found for SHA: {name}")
    return sha


def get_commit(call: Call) -> Reply:
    sha = resolved(call, call.path["ref"])
    one = call.repo.tree.commits[sha]
    accept = call.headers.get("Accept", "")
    if "sha" in accept.partition("vnd.github.")[2]:
        return Reply(raw=sha.encode(), kind="application/vnd.github.sha; charset=utf-8")
    files = [history.entry(call.repo, one, path, status) for path, status in one.changed.items()]
    stats = {"additions": len(files), "deletions": 0, "total": len(files)}
    return Reply(data={**history.commit(call.repo, one), "stats": stats, "files": call.page(files, 300)})


def contents(call: Call) -> Reply:
    """A file; raw where Accept asks for it."""
    ref = call.query.get("ref") or call.repo.default_branch
    sha = call.repo.tree.resolve(ref)
    if sha is None:
        raise ApiError(404, f"No commit found for the ref {ref}")
    text = call.repo.tree.commits[sha].tree.get(call.path["path"])
    if text is None:
        raise not_found()
    if "raw" in call.headers.get("Accept", ""):
        return Reply(raw=text.encode(), kind="application/vnd.github.raw+json; charset=utf-8")
    return Reply(data=history.file(call.repo, call.path["path"], text, ref))


REPO = "/repos/{owner}/{repo}"
ROUTES = [
    Route("ref", "GET", REPO + "/git/ref/{ref}", get_ref, "contents=read"),
    Route("matching_refs", "GET", REPO + "/git/matching-refs/{ref}", matching_refs, "contents=read"),
    Route("create_ref", "POST", REPO + "/git/refs", create_ref, "contents=write"),
    Route("delete_ref", "DELETE", REPO + "/git/refs/{ref}", delete_ref, "contents=write"),
    Route("contents", "GET", REPO + "/contents/{path}", contents, "contents=read"),
    Route("commit", "GET", REPO + "/commits/{ref}", get_commit, "contents=read"),
]
