"""Commits, references and files."""

import base64

from playground.github.errors import Json
from playground.github.repository import Repo
from playground.github.repository.commits import Commit, digest
from playground.github.shapes.base import iso, node, repo_page, repo_url, user


def commit(repo: Repo, one: Commit) -> Json:
    """`commit`, as in a list: without `stats` and `files`."""
    url = f"{repo_url(repo)}/commits/{one.sha}"
    who = user(repo.state, one.author)
    return {
        "sha": one.sha,
        "node_id": node("C", one.sha),
        "commit": git(repo, one),
        "url": url,
        "html_url": f"{repo_page(repo)}/commit/{one.sha}",
        "comments_url": f"{url}/comments",
        "author": who,
        "committer": who,
        "parents": [
            {"sha": sha, "url": f"{repo_url(repo)}/commits/{sha}", "html_url": f"{repo_page(repo)}/commit/{sha}"}
            for sha in one.parents
        ],
    }


def git(repo: Repo, one: Commit) -> Json:
    who = {"name": one.author.login, "email": address(one), "date": iso(one.at)}
    tree = digest(f"tree {one.sha}")
    return {
        "author": who,
        "committer": who,
        "message": one.message,
        "tree": {"sha": tree, "url": f"{repo_url(repo)}/git/trees/{tree}"},
        "url": f"{repo_url(repo)}/git/commits/{one.sha}",
        "comment_count": 0,
        "verification": verification(one),
    }


def address(one: Commit) -> str:
    return f"{one.author.id}+{one.author.login}@users.noreply.github.com"


def verification(one: Commit) -> Json:
    if not one.signed:
        return {"verified": False, "reason": "unsigned", "signature": None, "payload": None, "verified_at": None}
    signed = {"signature": "-----BEGIN PGP SIGNATURE-----\n", "payload": f"tree {one.sha}\n"}
    return {"verified": True, "reason": "valid", **signed, "verified_at": iso(one.at)}


def simple(one: Commit) -> Json:
    """`simple-commit`, as a run carries its head."""
    who = {"name": one.author.login, "email": address(one)}
    return {
        "id": one.sha,
        "tree_id": digest(f"tree {one.sha}"),
        "message": one.message,
        "timestamp": iso(one.at),
        "author": who,
        "committer": who,
    }


def entry(repo: Repo, one: Commit, path: str, status: str) -> Json:
    """`diff-entry`."""
    page = f"{repo_page(repo)}/blob/{one.sha}/{path}"
    return {
        "sha": digest(one.tree.get(path, "")),
        "filename": path,
        "status": status,
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        "blob_url": page,
        "raw_url": page.replace("/blob/", "/raw/"),
        "contents_url": f"{repo_url(repo)}/contents/{path}?ref={one.sha}",
    }


def reference(repo: Repo, name: str, sha: str) -> Json:
    """`git-ref`; `name` begins with refs/."""
    kind = "tag" if name.removeprefix("refs/tags/") in repo.tree.annotated else "commit"
    sha = repo.tree.annotated[name.removeprefix("refs/tags/")] if kind == "tag" else sha
    return {
        "ref": name,
        "node_id": node("REF", name),
        "url": f"{repo_url(repo)}/git/{name}",
        "object": {"sha": sha, "type": kind, "url": f"{repo_url(repo)}/git/{kind}s/{sha}"},
    }


def file(repo: Repo, path: str, text: str, ref: str) -> Json:
    """`content-file`."""
    url = f"{repo_url(repo)}/contents/{path}?ref={ref}"
    blob = digest(text)
    git_url = f"{repo_url(repo)}/git/blobs/{blob}"
    page = f"{repo_page(repo)}/blob/{ref}/{path}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": blob,
        "size": len(text.encode()),
        "url": url,
        "html_url": page,
        "git_url": git_url,
        "download_url": f"{repo.state.blobs}/raw/{repo.full_name}/{ref}/{path}",
        "type": "file",
        "content": base64.encodebytes(text.encode()).decode(),
        "encoding": "base64",
        "_links": {"self": url, "git": git_url, "html": page},
    }
