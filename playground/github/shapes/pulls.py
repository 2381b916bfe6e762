"""Pull requests and comments."""

from playground.github.errors import Json
from playground.github.repository import Repo
from playground.github.repository.pulls import Comment, Pull
from playground.github.shapes.base import full_repository, iso, node, repo_page, repo_url, user


def simple(repo: Repo, one: Pull) -> Json:
    """`pull-request-simple`."""
    url, page = f"{repo_url(repo)}/pulls/{one.number}", f"{repo_page(repo)}/pull/{one.number}"
    issue, at = f"{repo_url(repo)}/issues/{one.number}", iso(one.at)
    links = {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{repo_url(repo)}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{repo_url(repo)}/statuses/{one.head}",
    }
    return {
        "url": url,
        "id": one.id,
        "node_id": node("PR", one.id),
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        **{f"{name}_url": links[name] for name in ("commits", "review_comments", "comments", "statuses")},
        "review_comment_url": links["review_comment"],
        "number": one.number,
        "state": "closed" if one.merged else "open",
        "locked": False,
        "title": one.title,
        "user": user(repo.state, one.author),
        "body": one.body or None,
        "labels": [_label(repo, name) for name in one.labels],
        "milestone": None,
        "created_at": at,
        "updated_at": at,
        "closed_at": at if one.merged else None,
        "merged_at": at if one.merged else None,
        "merge_commit_sha": one.merge_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _side(repo, f"pull-{one.number}", one.head),
        "base": _side(repo, one.base, repo.tree.heads.get(one.base, one.head)),
        "_links": {name: {"href": to} for name, to in links.items()},
        "author_association": "MEMBER",
        "auto_merge": None,
        "draft": False,
    }


def whole(repo: Repo, one: Pull) -> Json:
    """`pull-request`."""
    return {
        **simple(repo, one),
        "merged": one.merged,
        "mergeable": None if one.merged else True,
        "rebaseable": None,
        "mergeable_state": "unknown" if one.merged else "clean",
        "merged_by": user(repo.state, one.author) if one.merged else None,
        "comments": len(one.comments),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": 1,
        "additions": 1,
        "deletions": 0,
        "changed_files": 1,
    }


def comment(repo: Repo, pull: Pull, one: Comment) -> Json:
    """`issue-comment`."""
    issue = f"{repo_url(repo)}/issues/{pull.number}"
    return {
        "id": one.id,
        "node_id": node("IC", one.id),
        "url": f"{repo_url(repo)}/issues/comments/{one.id}",
        "html_url": f"{repo_page(repo)}/pull/{pull.number}#issuecomment-{one.id}",
        "body": one.text,
        "user": user(repo.state, one.by),
        "created_at": iso(one.at),
        "updated_at": iso(one.at),
        "issue_url": issue,
        "author_association": "MEMBER",
    }


def _side(repo: Repo, name: str, sha: str) -> Json:
    owner = repo.owner
    whose = {"user": user(repo.state, owner), "repo": full_repository(repo)}
    return {"label": f"{owner.login}:{name}", "ref": name, "sha": sha, **whose}


def _label(repo: Repo, name: str) -> Json:
    number = sum(name.encode())
    url = f"{repo_url(repo)}/labels/{name}"
    known = {"id": number, "node_id": node("LA", number), "url": url, "name": name}
    return {**known, "description": "", "color": "ededed", "default": False}
