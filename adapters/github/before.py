"""What stands in the way of a dispatch, or should be known before one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from adapters.github import answers, filling
from adapters.github.answers import Workflow as Registered
from adapters.github.repository import Repository
from adapters.github.titles import Titles, titles
from adapters.github.told import Told
from adapters.github.workflow import Workflow, check
from bot.errors import AdapterError
from bot.model import Change, Finding, Preflight

SAMPLE = "aaaaaaaa-1-1"  # an attempt's id, before there is one


class Before:
    def __init__(self, repository: Repository, told: Told, known: Mapping[str, str]) -> None:
        self._repository = repository
        self._told = told
        self._known = known

    async def preflight(self, change: Change) -> Preflight:
        config = self._repository.config
        found = [one async for one in self.standing()]
        try:
            workflow = await self._repository.workflow(change.to.id if config.pin == "tag" else config.ref)
        except AdapterError as error:
            if error.retry:
                raise
            return Preflight((*found, Finding(error.code, True, error.facts)))
        found += self._inputs(workflow, change)
        shown = titles(workflow.run_name, config.inputs, self._known)
        found += await self._others(shown)
        proof = self._told.proof(shown)
        found += self.proving(shown)
        back = config.pin == "tag" or filling.carries_version(config.inputs)
        return Preflight(tuple(found), proof, rollback=back)

    async def standing(self) -> AsyncIterator[Finding]:
        """The repository and the workflow's registration. What the token may not see at all is raised as it is."""
        name, config = self._repository.name, self._repository.config
        seen = answers.read(answers.Repository, await self._repository.get(""), "repository")
        if seen.full_name.lower() != name.lower():
            yield Finding("moved", True, {"to": seen.full_name})
        if seen.archived:
            yield Finding("archived", True, {"repository": name})
        if seen.permissions is not None and not seen.permissions.push:
            yield Finding("no_write", True, {"repository": name})
        try:
            raw = await self._repository.get(f"/actions/workflows/{config.workflow}")
        except AdapterError as error:
            if error.code != "not_found":
                raise
            yield Finding("workflow_missing", True, {"workflow": config.workflow, "ref": config.ref})
            return
        state = answers.read(Registered, raw, "workflow").state
        if state != "active":
            yield Finding("workflow_off", True, {"workflow": config.workflow, "state": state})

    def _inputs(self, workflow: Workflow, change: Change) -> list[Finding]:
        known: dict[str, Any] = {**self._known, "version": change.to.id, "sha": change.to.id}
        config = self._repository.config
        inputs = filling.filled(filling.planned(config.inputs, config.rules, known), SAMPLE)
        return [Finding(problem.code, True, problem.facts) for problem in check(workflow, inputs)]

    async def _others(self, shown: Titles) -> list[Finding]:
        """A run of this target that somebody else began and that has not ended."""
        if not shown.apart:
            return []
        runs = await self._repository.runs()
        busy = [run for run in runs if run.status != "completed" and shown.read(run.title)]
        return [Finding("other_run", True, {"run": run.id}) for run in busy[:1]]

    def proving(self, shown: Titles) -> list[Finding]:
        """What is to be said of the evidence that a deploy will have."""
        proof = self._told.proof(shown)
        if proof is None:
            line = " ".join(f"${{{{ inputs.{name} }}}}" for name in self._repository.config.inputs)
            return [Finding("title_untold", True, {"line": f"run-name: {line}"})]
        return [Finding("proof_run", False)] if proof == "run" else []
