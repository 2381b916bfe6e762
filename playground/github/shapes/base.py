"""Accounts and repositories, which nearly every answer carries."""

import base64
from datetime import UTC, datetime

from playground.github.accounts import User
from playground.github.errors import Json
from playground.github.repository import Repo
from playground.github.state import State

USER_LINKS = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}
REPO_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}


def iso(at: float) -> str:
    """GitHub's timestamps have whole seconds."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe(at: float | None) -> str | None:
    return None if at is None else iso(at)


def node(kind: str, number: object) -> str:
    return f"{kind}_" + base64.urlsafe_b64encode(f"{kind}{number}".encode()).decode().rstrip("=")


def user(state: State, one: User) -> Json:
    """`simple-user`."""
    url = f"{state.api}/users/{one.login}"
    page = f"{state.web}/{one.login.removesuffix('[bot]')}"
    return {
        "login": one.login,
        "id": one.id,
        "node_id": node("U", one.id),
        "avatar_url": f"{state.web}/avatars/{one.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{state.web}/apps/{one.login.removesuffix('[bot]')}" if one.type == "Bot" else page,
        **{key: url + path for key, path in USER_LINKS.items()},
        "type": one.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def me(state: State, one: User) -> Json:
    """`public-user`, as a fine-grained token without account permissions sees itself."""
    since = iso(1_600_000_000)
    return {
        **user(state, one),
        "name": None,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": since,
        "updated_at": since,
    }


def repo_url(repo: Repo) -> str:
    return f"{repo.state.api}/repos/{repo.full_name}"


def repo_page(repo: Repo) -> str:
    return f"{repo.state.web}/{repo.full_name}"


def repository(repo: Repo) -> Json:
    """`minimal-repository`."""
    url = repo_url(repo)
    return {
        "id": repo.id,
        "node_id": node("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
        "owner": user(repo.state, repo.owner),
        "html_url": repo_page(repo),
        "description": None,
        "fork": False,
        "url": url,
        **{key: url + path for key, path in REPO_LINKS.items()},
    }


def full_repository(repo: Repo) -> Json:
    """`full-repository`."""
    page, since = repo_page(repo), iso(repo.created_at)
    counts: tuple[str, ...] = ("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "open_issues")
    counts += ("open_issues_count", "size", "network_count", "subscribers_count")
    switches = {"has_issues": True, "has_projects": True, "has_wiki": False, "has_pages": False}
    return {
        **repository(repo),
        "created_at": since,
        "updated_at": since,
        "pushed_at": since,
        "git_url": f"git://{page.removeprefix('https://')}.git",
        "ssh_url": f"git@github.com:{repo.full_name}.git",
        "clone_url": f"{page}.git",
        "svn_url": page,
        "mirror_url": None,
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        **dict.fromkeys(counts, 0),
        **switches,
        "has_downloads": True,
        "has_discussions": False,
        "archived": False,
        "disabled": False,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "visibility": "private" if repo.private else "public",
        "default_branch": repo.default_branch,
    }
