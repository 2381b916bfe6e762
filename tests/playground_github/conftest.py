"""A local GitHub with one repository, and a plain client."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from playground.github import LocalGithub, Repo, Run
from tests.github.conftest import github, repo

__all__ = ["github", "repo"]

ACME = "/repos/acme/llmops"
CD = f"{ACME}/actions/workflows/cd.yml"


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    text: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def message(self) -> str:
        return str(self.json["message"])


class Client:
    """Asks as whoever holds the token; follows no redirect."""

    def __init__(self, github: LocalGithub, session: aiohttp.ClientSession, token: str) -> None:
        self.github, self.session, self.token = github, session, token

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        told = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        told |= {key.replace("_", "-"): value for key, value in headers.items()}
        address = path if path.startswith("http") else self.github.api + path
        async with self.session.request(method, address, json=body, headers=told, allow_redirects=False) as got:
            return Answer(got.status, got.headers, await got.read())

    def as_(self, token: str) -> "Client":
        return Client(self.github, self.session, token)

    async def dispatch(self, ref: str = "main", details: bool = True, **inputs: Any) -> Answer:
        given = {"version": "1.2.3", **inputs}
        return await self("POST", f"{CD}/dispatches", {"ref": ref, "inputs": given, "return_run_details": details})


@pytest.fixture
async def ask(github: LocalGithub) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session:
        yield Client(github, session, github.token())


@pytest.fixture
async def run(repo: Repo, ask: Client) -> Run:
    """A run that was just dispatched."""
    await ask.dispatch(attempt="at-1")
    return repo.runs[-1]
