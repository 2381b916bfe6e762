"""Deployments, environments and what waits for them."""

from playground.github.accounts import User
from playground.github.errors import Json
from playground.github.repository import Repo
from playground.github.repository.deployments import Deployment, DeploymentStatus
from playground.github.repository.environments import Environment, Gate, Review
from playground.github.shapes.apps import app
from playground.github.shapes.base import iso, node, repo_page, repo_url, user


def deployment(repo: Repo, one: Deployment) -> Json:
    """`deployment`."""
    url = f"{repo_url(repo)}/deployments/{one.id}"
    moved = one.statuses[-1].at if one.statuses else one.at
    return {
        "url": url,
        "id": one.id,
        "node_id": node("DE", one.id),
        "task": one.task,
        "original_environment": one.environment,
        "environment": one.environment,
        "description": one.description or None,
        "created_at": iso(one.at),
        "updated_at": iso(moved),
        "statuses_url": f"{url}/statuses",
        "repository_url": repo_url(repo),
        "creator": user(repo.state, one.by),
        "sha": one.sha,
        "ref": one.ref,
        "payload": one.payload,
        "transient_environment": one.transient,
        "production_environment": one.production,
        "performed_via_github_app": app(repo.state, one.app) if one.app else None,
    }


def status(repo: Repo, of: Deployment, one: DeploymentStatus) -> Json:
    """`deployment-status`."""
    url = f"{repo_url(repo)}/deployments/{of.id}"
    return {
        "url": f"{url}/statuses/{one.id}",
        "id": one.id,
        "node_id": node("DES", one.id),
        "state": one.state,
        "creator": user(repo.state, one.by),
        "description": one.description,
        "environment": one.environment,
        "target_url": one.log_url,
        "log_url": one.log_url,
        "environment_url": one.environment_url,
        "created_at": iso(one.at),
        "updated_at": iso(one.at),
        "deployment_url": url,
        "repository_url": repo_url(repo),
        "performed_via_github_app": app(repo.state, of.app) if of.app else None,
    }


def short_environment(repo: Repo, one: Environment) -> Json:
    return {
        "id": one.id,
        "node_id": node("EN", one.id),
        "name": one.name,
        "url": f"{repo_url(repo)}/environments/{one.name}",
        "html_url": f"{repo_page(repo)}/deployments/activity_log?environments_filter={one.name}",
    }


def environment(repo: Repo, one: Environment) -> Json:
    """`environment`."""
    rules: list[Json] = []
    if one.reviewers:
        rule = {"id": one.id + 1, "node_id": node("GA", one.id + 1), "type": "required_reviewers"}
        rules.append({**rule, "prevent_self_review": one.prevent_self_review, "reviewers": reviewers(repo, one)})
    for number, slug in enumerate(one.protection_apps, one.id + 2):
        rules.append({"id": number, "node_id": node("GA", number), "type": slug})
    times = {"created_at": iso(one.at), "updated_at": iso(one.at)}
    return {**short_environment(repo, one), **times, "protection_rules": rules, "deployment_branch_policy": None}


def reviewers(repo: Repo, one: Environment) -> list[Json]:
    return [{"type": "User", "reviewer": user(repo.state, each)} for each in one.reviewers]


def pending(repo: Repo, gate: Gate, asks: User) -> Json:
    """`pending-deployment`."""
    return {
        "environment": short_environment(repo, gate.environment),
        "wait_timer": 0,
        "wait_timer_started_at": None,
        "current_user_can_approve": repo.may_review(gate, asks),
        "reviewers": reviewers(repo, gate.environment),
    }


def review(repo: Repo, one: Review) -> Json:
    """`environment-approvals`."""
    times = {"created_at": iso(one.environment.at), "updated_at": iso(one.environment.at)}
    environments = [{**short_environment(repo, one.environment), **times}]
    return {
        "environments": environments,
        "state": one.state,
        "user": user(repo.state, one.by),
        "comment": one.comment,
    }
