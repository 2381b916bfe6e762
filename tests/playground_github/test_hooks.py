"""Webhooks: signed, in order, once; again only for whoever asks."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from jsonschema import Draft7Validator

from playground.github import LocalGithub, Repo

from .conftest import ACME, Client
from .description import CONTRACTS
from .signed import token

SECRET = "not-a-secret"


@dataclass
class Receiver:
    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    came: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        async with self.came:
            self.came.notify_all()
        return web.Response(status=self.status)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10), self.came:
            await self.came.wait_for(lambda: len(self.got) >= count)

    def events(self) -> list[tuple[str, str | None]]:
        return [(headers["X-GitHub-Event"], json.loads(body).get("action")) for headers, body in self.got]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/webhooks/github", made.take)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/webhooks/github"))
        yield made


async def test_a_run_is_told_step_by_step_and_every_body_is_signed(
    github: LocalGithub, repo: Repo, ask: Client, receiver: Receiver
) -> None:
    hook = repo.hook(receiver.url, SECRET, ("workflow_run", "workflow_job"))
    await ask.dispatch()
    repo.runs[0].advance("build", "Build")
    repo.runs[0].finish("failure")
    await receiver.until(7)
    assert sorted(receiver.events()) == sorted(
        [
            ("workflow_run", "requested"), ("workflow_job", "queued"), ("workflow_run", "in_progress"),
            ("workflow_job", "in_progress"), ("workflow_job", "completed"), ("workflow_job", "completed"),
            ("workflow_run", "completed"),
        ]
    )  # fmt: skip
    for headers, body in receiver.got:
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["X-Hub-Signature-256"] == f"sha256={signature}"
        assert headers["X-GitHub-Hook-ID"] == str(hook.id)


async def test_what_failed_is_listed_and_goes_out_again_under_the_same_guid(
    github: LocalGithub, repo: Repo, ask: Client, receiver: Receiver
) -> None:
    hook = repo.hook(receiver.url, SECRET, ("push",))
    receiver.status = 500
    repo.commit("One")
    await receiver.until(1)
    reader = ask.as_(github.token(permissions={"repository_hooks": "write"}))
    path = f"{ACME}/hooks/{hook.id}/deliveries"
    async with asyncio.timeout(10):
        while not (failed := (await reader("GET", f"{path}?status=failure")).json):
            await asyncio.sleep(0.01)
    assert (failed[0]["event"], failed[0]["status_code"], failed[0]["redelivery"]) == ("push", 500, False)
    receiver.status = 204
    assert (await reader("POST", f"{path}/{failed[0]['id']}/attempts")).status == 202
    await receiver.until(2)
    assert receiver.got[0][0]["X-GitHub-Delivery"] == receiver.got[1][0]["X-GitHub-Delivery"]
    assert receiver.got[0][1] == receiver.got[1][1]
    assert (await ask("GET", path)).status == 403


async def test_a_test_may_deliver_in_any_order_and_as_often_as_it_likes(
    github: LocalGithub, repo: Repo, receiver: Receiver
) -> None:
    github.courier.automatic = False
    repo.hook(receiver.url, SECRET, ("push",))
    repo.commit("One")
    repo.commit("Two")
    first, second = github.deliveries
    for one in (second, first, second):
        assert await github.courier.send(one) == 204
    messages = [json.loads(body)["head_commit"]["message"] for _, body in receiver.got]
    assert messages == ["Two", "One", "Two"]
    first.hook.url = "http://127.0.0.1:1/"
    assert await github.courier.send(first) == 502


async def test_deliveries_go_over_pages_by_cursor(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.courier.automatic = False
    hook = repo.hook("http://127.0.0.1:1/", SECRET, ("push",))
    for _ in range(3):
        repo.commit()
    for one in github.deliveries:
        await github.courier.send(one)
    reader = ask.as_(github.token(permissions={"repository_hooks": "read"}))
    first = await reader("GET", f"{ACME}/hooks/{hook.id}/deliveries?per_page=2")
    rest = await reader("GET", first.headers["Link"].partition("<")[2].partition(">")[0])
    assert [one["id"] for one in [*first.json, *rest.json]] == [one.id for one in reversed(github.deliveries)]
    assert (await reader("GET", f"{ACME}/hooks/{hook.id}/deliveries?status=success")).json == []
    assert (await reader("GET", f"{ACME}/hooks/{hook.id}/deliveries?cursor=x")).status == 400


def without_newer(told: Any) -> Any:
    """GitHub sends fields that its published, closed schema does not know yet, and an empty address fits it twice."""
    if isinstance(told, list):
        return [without_newer(one) for one in told]
    if not isinstance(told, dict):
        return told
    kept = {key: one for key, one in told.items() if key not in ("user_view_type", "client_id")}
    return {key: without_newer(one) for key, one in kept.items() if (key, one) != ("environment_url", "")}


@pytest.mark.needs("shared")
async def test_every_payload_fits_githubs_webhook_schema(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.courier.automatic = False
    app = github.app(hook=("http://127.0.0.1:1/", SECRET))
    text = "name: CD\non: workflow_dispatch\njobs:\n  a: {runs-on: x, steps: [{name: s, run: x}]}\n"
    text += "  b: {runs-on: x, needs: a, environment: prod, steps: [{name: s, run: x}]}\n"
    repo.workflow(yaml=text)
    repo.environment("prod", protection_apps=(app.slug,))
    repo.commit("Pushed", files={"a.py": "", "app.py": None})
    await ask("POST", f"{ACME}/actions/workflows/cd.yml/dispatches", {"ref": "main"})
    repo.runs[0].advance("a", "s")
    repo.runs[0].advance("a", conclusion="success")
    repo.runs[0].finish()
    schema = json.loads((CONTRACTS / "webhooks.schema.json").read_text())
    problems = set()
    for one in github.deliveries:
        name = f"{one.event}${one.action or 'event'}"
        rules: dict[str, Any] = {**schema, "$ref": f"#/definitions/{name}"}
        del rules["oneOf"]
        found = Draft7Validator(rules).iter_errors(without_newer(json.loads(one.payload)))
        problems |= {f"{name} {each.json_path}: {each.message[:200]}" for each in found}
    assert "\n".join(sorted(problems)) == ""
    assert {one.event for one in github.deliveries} == {
        "push", "workflow_run", "workflow_job", "check_suite", "deployment_status", "deployment_protection_rule",
    }  # fmt: skip


async def test_an_app_reads_its_own_deliveries(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.courier.automatic = False
    app, now = github.app(hook=("http://127.0.0.1:1/", SECRET), events=("push",)), int(github.now())
    repo.commit()
    await github.courier.send(github.deliveries[0])
    signed = ask.as_(token(app.private_key, {"iss": app.client_id, "iat": now, "exp": now + 500}))
    listed = (await signed("GET", "/app/hook/deliveries")).json
    one = (await signed("GET", f"/app/hook/deliveries/{listed[0]['id']}")).json
    assert one["request"]["payload"]["installation"]["id"] == app.installation_id
    assert (await signed("POST", f"/app/hook/deliveries/{listed[0]['id']}/attempts")).status == 202
