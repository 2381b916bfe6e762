"""Workflows, runs, jobs and steps."""

from playground.github.errors import Json
from playground.github.repository import Repo, Run, Workflow
from playground.github.repository.jobs import Job, Step
from playground.github.repository.run import Attempt
from playground.github.shapes.base import iso, maybe, node, repo_page, repo_url, repository, user
from playground.github.shapes.history import simple


def workflow(repo: Repo, one: Workflow) -> Json:
    """`workflow`."""
    file = one.path.rpartition("/")[2]
    return {
        "id": one.id,
        "node_id": node("W", one.id),
        "name": one.name,
        "path": one.path,
        "state": one.state,
        "created_at": iso(one.created_at),
        "updated_at": iso(one.created_at),
        "url": f"{repo_url(repo)}/actions/workflows/{one.id}",
        "html_url": f"{repo_page(repo)}/blob/{repo.default_branch}/{one.path}",
        "badge_url": f"{repo_page(repo)}/workflows/{file}/badge.svg",
    }


def run(one: Run, attempt: Attempt | None = None) -> Json:
    """`workflow-run`, of the latest attempt unless another one is named."""
    repo, shown = one.repo, attempt or one.latest
    url = f"{repo_url(repo)}/actions/runs/{one.id}"
    suite = f"{repo_url(repo)}/check-suites/{one.id + 1}"
    before = None if shown.number == 1 else f"{url}/attempts/{shown.number - 1}"
    return {
        "id": one.id,
        "name": one.recipe.name,
        "node_id": node("WFR", one.id),
        "head_branch": one.head_branch,
        "head_sha": one.head_sha,
        "path": one.path,
        "display_title": one.title,
        "run_number": one.number,
        "event": one.event,
        "status": shown.status,
        "conclusion": shown.conclusion,
        "workflow_id": one.workflow.id,
        "check_suite_id": one.id + 1,
        "check_suite_node_id": node("CS", one.id + 1),
        "url": url,
        "html_url": f"{repo_page(repo)}/actions/runs/{one.id}",
        "pull_requests": [],
        "created_at": iso(one.created_at),
        "updated_at": iso(shown.updated_at),
        "actor": user(repo.state, one.actor),
        "triggering_actor": user(repo.state, shown.by),
        "run_attempt": shown.number,
        "run_started_at": iso(shown.started_at),
        "referenced_workflows": [],
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": suite,
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": before,
        "workflow_url": f"{repo_url(repo)}/actions/workflows/{one.workflow.id}",
        "head_commit": simple(repo.tree.commits[one.head_sha]),
        "repository": repository(repo),
        "head_repository": repository(repo),
    }


def job(one: Run, attempt: Attempt, shown: Job) -> Json:
    """`job`."""
    repo = one.repo
    runner = shown.started_at is not None
    return {
        "id": shown.id,
        "run_id": one.id,
        "workflow_name": one.recipe.name,
        "head_branch": one.head_branch,
        "run_url": f"{repo_url(repo)}/actions/runs/{one.id}",
        "run_attempt": attempt.number,
        "node_id": node("CR", shown.id),
        "head_sha": one.head_sha,
        "url": f"{repo_url(repo)}/actions/jobs/{shown.id}",
        "html_url": f"{repo_page(repo)}/actions/runs/{one.id}/job/{shown.id}",
        "status": shown.status,
        "conclusion": shown.conclusion,
        "created_at": iso(shown.created_at),
        "started_at": iso(shown.started_at or shown.created_at),
        "completed_at": maybe(shown.completed_at),
        "name": shown.name,
        "steps": [step(each) for each in shown.steps],
        "check_run_url": f"{repo_url(repo)}/check-runs/{shown.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1 if runner else None,
        "runner_name": "GitHub Actions 1" if runner else None,
        "runner_group_id": 1 if runner else None,
        "runner_group_name": "GitHub Actions" if runner else None,
    }


def step(one: Step) -> Json:
    return {
        "name": one.plan.name,
        "status": one.status,
        "conclusion": one.conclusion,
        "number": one.number,
        "started_at": maybe(one.started_at),
        "completed_at": maybe(one.completed_at),
    }
