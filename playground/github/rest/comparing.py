"""Lists of commits, comparisons, branches and tags."""

from datetime import datetime

from playground.github.errors import Json, invalid, not_found
from playground.github.repository import Repo
from playground.github.repository.comparing import compared
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import history
from playground.github.shapes.base import iso, node, repo_page, repo_url

MOST_COMMITS = 250
"""Of an unpaged comparison."""
MOST_FILES = 300


def compare(call: Call) -> Reply:
    """Commits oldest first; the files come with the first page only, at most 300."""
    repo = call.repo
    base, dots, head = call.path["basehead"].partition("...")
    below, above = repo.tree.resolve(base), repo.tree.resolve(head)
    found = compared(repo.tree, below, above) if dots and below and above else None
    if found is None:
        raise not_found()
    paged = "page" in call.query or "per_page" in call.query
    shown = call.page(found.ahead) if paged else list(found.ahead[-MOST_COMMITS:])
    first = call.query.get("page", "1") == "1"
    files = list(found.files.items())[:MOST_FILES] if first else []
    page = f"{repo_page(repo)}/compare/{base}...{head}"
    return Reply(
        data={
            "url": f"{repo_url(repo)}/compare/{base}...{head}",
            "html_url": page,
            "permalink_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "base_commit": history.commit(repo, found.base),
            "merge_base_commit": history.commit(repo, found.merge_base),
            "status": found.status,
            "ahead_by": len(found.ahead),
            "behind_by": found.behind,
            "total_commits": len(found.ahead),
            "commits": [history.commit(repo, one) for one in shown],
            "files": [_file(repo, above or "", path, status) for path, status in files],
        }
    )


def _file(repo: Repo, sha: str, path: str, status: str) -> Json:
    return history.entry(repo, repo.tree.commits[sha], path, status)


def commits(call: Call) -> Reply:
    """Newest first, from the default branch unless `sha` says otherwise."""
    repo = call.repo
    wanted = call.query.get("sha") or repo.default_branch
    sha = repo.tree.resolve(wanted)
    if sha is None:
        raise not_found()
    order = {one: number for number, one in enumerate(repo.tree.commits)}
    found = sorted(repo.tree.ancestors(sha).values(), key=lambda one: -order[one.sha])
    since, until = _moment(call.query.get("since")), _moment(call.query.get("until"))
    found = [one for one in found if (since is None or one.at >= since) and (until is None or one.at <= until)]
    if "path" in call.query:
        found = [one for one in found if any(path.startswith(call.query["path"]) for path in one.changed)]
    if "author" in call.query:
        found = [one for one in found if one.author.login.lower() == call.query["author"].lower()]
    return Reply(data=[history.commit(repo, one) for one in call.page(found)])


def _moment(text: str | None) -> float | None:
    try:
        return None if text is None else datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise invalid(f"Invalid date: {text}") from None


def tags(call: Call) -> Reply:
    repo = call.repo
    shown = []
    for name, sha in sorted(repo.tree.tags.items(), reverse=True):
        commit = {"sha": sha, "url": f"{repo_url(repo)}/commits/{sha}"}
        links = {f"{kind}_url": f"{repo_url(repo)}/{kind}/refs/tags/{name}" for kind in ("zipball", "tarball")}
        shown.append({"name": name, "commit": commit, **links, "node_id": node("REF", name)})
    return Reply(data=call.page(shown))


def tag_object(call: Call) -> Reply:
    """An annotated tag by its own SHA."""
    repo, wanted = call.repo, call.path["tag_sha"]
    for name, sha in repo.tree.tags.items():
        if repo.tree.annotated.get(name) == wanted:
            who = {"name": "slipway", "email": "slipway@users.noreply.github.com", "date": iso(repo.created_at)}
            commit = {"type": "commit", "sha": sha, "url": f"{repo_url(repo)}/git/commits/{sha}"}
            unsigned = {"verified": False, "reason": "unsigned", "signature": None, "payload": None}
            told = {"node_id": node("TAG", wanted), "tag": name, "sha": wanted, "message": name, "tagger": who}
            url = f"{repo_url(repo)}/git/tags/{wanted}"
            return Reply(data={**told, "url": url, "object": commit, "verification": {**unsigned, "verified_at": None}})
    raise not_found()


def branches(call: Call) -> Reply:
    repo = call.repo
    shown = []
    for name, sha in sorted(repo.tree.heads.items()):
        commit = {"sha": sha, "url": f"{repo_url(repo)}/commits/{sha}"}
        shown.append({"name": name, "commit": commit, "protected": name in repo.protected})
    return Reply(data=call.page(shown))


def branch(call: Call) -> Reply:
    repo, name = call.repo, call.path["branch"]
    if name not in repo.tree.heads:
        raise not_found()
    url, known = f"{repo_url(repo)}/branches/{name}", name in repo.protected
    contexts = list(repo.protected.get(name, ()))
    required = {"enforcement_level": "non_admins" if known else "off", "contexts": contexts, "checks": []}
    return Reply(
        data={
            "name": name,
            "commit": history.commit(repo, repo.tree.commits[repo.tree.heads[name]]),
            "_links": {"self": url, "html": f"{repo_page(repo)}/tree/{name}"},
            "protected": known,
            "protection": {"enabled": known, "required_status_checks": required},
            "protection_url": f"{url}/protection",
        }
    )


def rules(call: Call) -> Reply:
    """Rules of rulesets that hold for a branch; readable by everybody who reads the repository."""
    name = call.path["branch"]
    shown: list[Json] = []
    if name in call.repo.protected:
        source = {"ruleset_source_type": "Repository", "ruleset_source": call.repo.full_name, "ruleset_id": 1}
        checks = [{"context": one} for one in call.repo.protected[name]]
        required = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
        shown.append({"type": "deletion", **source})
        if checks:
            shown.append({"type": "required_status_checks", **source, "parameters": required})
    return Reply(data=call.page(shown))


REPO = "/repos/{owner}/{repo}"
ROUTES = [
    Route("compare", "GET", REPO + "/compare/{basehead}", compare, "contents=read"),
    Route("commits", "GET", REPO + "/commits", commits, "contents=read"),
    Route("tags", "GET", REPO + "/tags", tags, "contents=read"),
    Route("tag_object", "GET", REPO + "/git/tags/{tag_sha}", tag_object, "contents=read"),
    Route("branches", "GET", REPO + "/branches", branches, "contents=read"),
    Route("rules", "GET", REPO + "/rules/branches/{branch}", rules),
    Route("branch", "GET", REPO + "/branches/{branch}", branch, "contents=read"),
]
