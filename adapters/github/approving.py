"""A run that waits for a protected environment: Slipway's own approval decides it, where it may.

``GITHUB_REVIEWER_TOKEN`` is of a listed reviewer other than the account that dispatches. An App cannot review, but
decides a custom deployment protection rule of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.github import answers
from adapters.github.answers import Pending, Run
from adapters.github.hub import Hub
from adapters.github.hub.asked import Sent
from adapters.github.memory import Memory
from adapters.github.repository import Repository
from bot.errors import AdapterError
from bot.model import Attempt

APP = "[bot]"  # how the login of an App ends


class Approving:
    def __init__(self, repository: Repository, memory: Memory) -> None:
        self._repository = repository
        self._memory = memory

    async def pending(self, attempt: Attempt, run: Run) -> list[Pending]:
        """What the run waits for. What this attempt's approval decides is approved on the way, once for each."""
        found = await self._repository.pending(run.id)
        self._memory.waited_for[run.id] = tuple(found)
        if attempt.approved:
            await self._by_reviewer(attempt, run)
            await self._by_rule(attempt, run, found)
        return found

    async def _by_reviewer(self, attempt: Attempt, run: Run) -> None:
        reviewer = self._repository.hub.reviewer
        if reviewer is None or await reviewer.login() == await self._repository.hub.login():
            return
        path = self._repository.path(f"/actions/runs/{run.id}/pending_deployments")
        seen = answers.read_all(Pending, await reviewer.get(path), "pending")
        ours = [one for one in seen if one.ours and not self._memory.decided(run, one)]
        if ours:
            numbers = [one.environment.id for one in ours]
            body = {"environment_ids": numbers, "state": "approved", "comment": _comment(attempt)}
            await self._decide(reviewer, "review", path, body, run, ours)

    async def _by_rule(self, attempt: Attempt, run: Run, pending: Sequence[Pending]) -> None:
        """A custom rule names no reviewers; whether one of ours holds it is answered by the attempt to decide it."""
        if not (await self._repository.hub.login()).endswith(APP):
            return
        path = self._repository.path(f"/actions/runs/{run.id}/deployment_protection_rule")
        for one in pending:
            if not self._memory.decided(run, one):
                name = one.environment.name
                body = {"environment_name": name, "state": "approved", "comment": _comment(attempt)}
                await self._decide(self._repository.hub, "rule", path, body, run, [one])

    async def _decide(
        self, hub: Hub, call: Sent, path: str, body: Mapping[str, Any], run: Run, ours: Sequence[Pending]
    ) -> None:
        """One that GitHub refuses is not asked for again; one whose answer was lost is: deciding twice changes nothing.

        Either way the run goes on waiting for whoever may decide, and the card says for whom.
        """
        try:
            await hub.send(call, "POST", path, body)
        except AdapterError as error:
            if error.retry:
                return
        for one in ours:
            self._memory.decides(run, one)


def _comment(attempt: Attempt) -> str:
    return f"Slipway, deploy #{attempt.deploy}: approved in Discord ({attempt.id})"
