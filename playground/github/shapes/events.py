"""What a webhook carries, one function for each event of GitHub's webhook schema."""

from playground.github.errors import Json
from playground.github.repository import Repo, Run
from playground.github.repository.deployments import Deployment, DeploymentStatus
from playground.github.repository.environments import Gate
from playground.github.repository.jobs import Job
from playground.github.shapes import actions, deployments, history
from playground.github.shapes.apps import actions_app
from playground.github.shapes.base import full_repository, iso, node, repo_page, repo_url, user

NO_SHA = "0" * 40
ONLY_ASKED = ("network_count", "subscribers_count")
"""A webhook's repository lacks them."""


def _whole(repo: Repo) -> Json:
    shown = {key: value for key, value in full_repository(repo).items() if key not in ONLY_ASKED}
    return {**shown, "custom_properties": {}}


def _common(repo: Repo, sender: Json) -> Json:
    return {"repository": _whole(repo), "sender": sender}


def workflow_run(run: Run, action: str) -> Json:
    repo = run.repo
    shown = {**actions.run(run), "status": run.status if run.status != "pending" else "queued"}
    told = {"action": action, "workflow_run": shown, "workflow": actions.workflow(repo, run.workflow)}
    return {**told, **_common(repo, user(repo.state, run.latest.by))}


def workflow_job(run: Run, job: Job) -> Json:
    repo = run.repo
    told = {"action": job.status, "workflow_job": actions.job(run, run.latest, job)}
    return {**told, **_common(repo, user(repo.state, run.latest.by))}


def check_suite(run: Run) -> Json:
    repo, number = run.repo, run.id + 1
    url = f"{repo_url(repo)}/check-suites/{number}"
    suite = {
        "id": number,
        "node_id": node("CS", number),
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "status": run.status,
        "conclusion": run.conclusion,
        "url": url,
        "before": None,
        "after": run.head_sha,
        "pull_requests": [],
        "app": actions_app(repo.state, "github-actions"),
        "created_at": iso(run.created_at),
        "updated_at": iso(run.latest.updated_at),
        "latest_check_runs_count": len(run.jobs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": history.simple(repo.tree.commits[run.head_sha]),
        "rerequestable": True,
        "runs_rerequestable": False,
    }
    return {"action": "completed", "check_suite": suite, **_common(repo, user(repo.state, run.latest.by))}


def push(repo: Repo, branch: str, before: str | None, after: str) -> Json:
    commit = repo.tree.commits[after]
    who = {"name": commit.author.login, "email": history.address(commit), "username": commit.author.login}
    changed = {word: [path for path, how in commit.changed.items() if how == word] for word in ("added", "removed")}
    changed["modified"] = [path for path, how in commit.changed.items() if how == "modified"]
    url = f"{repo_page(repo)}/commit/{after}"
    shown = {**history.simple(commit), "distinct": True, "url": url, "author": who, "committer": who, **changed}
    return {
        "ref": f"refs/heads/{branch}",
        "before": before or NO_SHA,
        "after": after,
        "created": before is None,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{repo_page(repo)}/compare/{(before or NO_SHA)[:12]}...{after[:12]}",
        "commits": [shown],
        "head_commit": shown,
        "pusher": {"name": commit.author.login, "email": history.address(commit)},
        **_common(repo, user(repo.state, commit.author)),
    }


def deployment_status(repo: Repo, one: Deployment, status: DeploymentStatus) -> Json:
    told = {"deployment_status": deployments.status(repo, one, status), "deployment": deployments.deployment(repo, one)}
    return {"action": "created", **told, **_common(repo, user(repo.state, status.by))}


def protection_rule(repo: Repo, gate: Gate) -> Json:
    run = gate.run
    callback = f"{repo_url(repo)}/actions/runs/{run.id}/deployment_protection_rule"
    made = next((one for one in repo.deployments if one.job in gate.jobs()), None)
    told = {"action": "requested", "environment": gate.environment.name, "event": run.event, "pull_requests": []}
    shown = {"deployment": deployments.deployment(repo, made)} if made else {}
    return {**told, "deployment_callback_url": callback, **shown, **_common(repo, user(repo.state, run.latest.by))}


def ping(repo: Repo, hook: Json) -> Json:
    told = {"zen": "Keep it logically awesome.", "hook_id": hook["id"], "hook": hook}
    return {**told, **_common(repo, user(repo.state, repo.owner))}
