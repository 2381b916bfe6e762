"""Check runs with their annotations, and commit statuses."""

from playground.github.errors import Json
from playground.github.repository import Repo
from playground.github.repository.checks import Annotation, Check, Status, state_of
from playground.github.shapes.apps import actions_app
from playground.github.shapes.base import iso, node, repo_page, repo_url, repository, user


def check(repo: Repo, one: Check) -> Json:
    """`check-run`."""
    url = f"{repo_url(repo)}/check-runs/{one.id}"
    page = f"{repo_page(repo)}/runs/{one.id}"
    output = {"title": None, "summary": None, "text": None, "annotations_count": len(one.annotations)}
    return {
        "id": one.id,
        "name": one.name,
        "node_id": node("CR", one.id),
        "head_sha": one.sha,
        "external_id": "",
        "url": url,
        "html_url": page,
        "details_url": page,
        "status": one.status,
        "conclusion": one.conclusion,
        "started_at": iso(one.started_at),
        "completed_at": iso(one.started_at) if one.conclusion else None,
        "output": {**output, "annotations_url": f"{url}/annotations"},
        "check_suite": {"id": one.suite},
        "app": actions_app(repo.state, one.app),
        "pull_requests": [],
    }


def annotation(repo: Repo, one: Check, note: Annotation) -> Json:
    """`check-annotation`."""
    return {
        "path": note.path,
        "blob_href": f"{repo_page(repo)}/blob/{one.sha}/{note.path}",
        "start_line": 1,
        "start_column": None,
        "end_line": 1,
        "end_column": None,
        "annotation_level": note.level,
        "title": note.title,
        "message": note.message,
        "raw_details": "",
    }


def status(repo: Repo, one: Status) -> Json:
    """`status`."""
    return {**_status(repo, one), "creator": user(repo.state, one.by)}


def _status(repo: Repo, one: Status) -> Json:
    return {
        "url": f"{repo_url(repo)}/statuses/{one.sha}",
        "avatar_url": f"{repo.state.web}/avatars/{one.by.id}",
        "id": one.id,
        "node_id": node("SC", one.id),
        "state": one.state,
        "description": None,
        "target_url": None,
        "context": one.context,
        "created_at": iso(one.at),
        "updated_at": iso(one.at),
    }


def combined(repo: Repo, sha: str, shown: list[Status], every: list[Status]) -> Json:
    """`combined-commit-status`; without any status it is pending."""
    url = f"{repo_url(repo)}/commits/{sha}"
    return {
        "state": state_of(every),
        "statuses": [_status(repo, one) for one in shown],
        "sha": sha,
        "total_count": len(every),
        "repository": repository(repo),
        "commit_url": url,
        "url": f"{url}/status",
    }
