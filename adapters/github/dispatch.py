"""The one request that begins a deploy. It is sent once; an answer that is lost is looked up, never asked for again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from adapters.github import answers, filling
from adapters.github.answers import Dispatched
from adapters.github.finding import Finding, tag
from adapters.github.memory import Memory, certain
from adapters.github.repository import Repository, error
from adapters.github.titles import Titles
from bot.errors import AdapterError
from bot.model import Attempt, Change, Kind, Ref

Shown = Callable[[], Awaitable[Titles]]
"""What the titles of this target's runs show, by the workflow as it is now."""

VISIBLE, BETWEEN = 5.0, 0.25  # seconds for a run that another process dispatched, or that GitHub did not name


class Dispatch:
    def __init__(self, repository: Repository, memory: Memory, finding: Finding, known: Mapping[str, str]) -> None:
        self._repository = repository
        self._memory = memory
        self._finding = finding
        self._known = known

    async def effect(self, change: Change) -> dict[str, Any]:
        """What a dispatch would say. ``commit``: of the workflow that runs."""
        config = self._repository.config
        if change.kind is Kind.RESTART:
            raise error("restart_not_possible", workflow=config.workflow)
        commit = change.to.id if config.pin == "tag" else (await self._repository.head())[1]
        if commit != change.to.id and not filling.carries_version(config.inputs):
            raise error("version_not_sent", workflow=config.workflow, ref=config.ref)
        return self._plain(change.to.id, commit)

    def _plain(self, sha: str, commit: str) -> dict[str, Any]:
        config = self._repository.config
        return {
            "repository": self._repository.name,
            "workflow": config.workflow,
            "ref": config.ref,
            "pin": config.pin,
            "commit": commit,
            "inputs": filling.planned(config.inputs, config.rules, {**self._known, "version": sha, "sha": sha}),
        }

    async def start(self, attempt: Attempt, titles: Shown) -> Ref:
        async with self._memory.alone(attempt.id):
            if attempt.id in self._memory.abandoned:
                raise error("abandoned", attempt=attempt.id)
            if self._memory.sent(attempt.id):
                return await self._appears(attempt, await titles())
            try:
                shown = await titles()
                ref, mine = await self._ready(attempt)
            except AdapterError:
                self._memory.holds(attempt.id)
                raise
            if not mine:
                return await self._appears(attempt, shown)
            return await self._send(attempt, ref, shown)

    async def _ready(self, attempt: Attempt) -> tuple[str, bool]:
        """The ref to dispatch, still at the planned commit; and whether it is for us to do it."""
        commit = self._same(attempt)
        if self._repository.config.pin == "tag":
            return f"refs/tags/{tag(attempt)}", await self._tagged(attempt, commit)
        ref, found = await self._repository.head(fresh=True)
        if found != commit:
            raise error("ref_moved", ref=self._repository.config.ref, planned=commit[:7], found=found[:7])
        return ref, True

    def _same(self, attempt: Attempt) -> str:
        """What was approved is what the configuration still says (INV4); the commit of the workflow."""
        approved = {name: value for name, value in attempt.effect.items() if name != "keep"}
        commit = str(approved.get("commit", attempt.to.id))
        if approved != self._plain(attempt.to.id, commit):
            raise error("effect_changed", attempt=attempt.id)
        return commit

    async def _tagged(self, attempt: Attempt, commit: str) -> bool:
        """The tag is made once: who makes it dispatches. One whose maker has died long ago is taken over."""
        body = {"ref": f"refs/tags/{tag(attempt)}", "sha": commit}
        try:
            await self._repository.hub.send("tag", "POST", self._repository.path("/git/refs"), body)
        except AdapterError as found:
            if found.code != "refused":
                raise
            there = await self._repository.ref("tags", tag(attempt), fresh=True)
            if there is None or there.object.sha != commit:
                raise
            return self._memory.quiet(attempt.id)
        return True

    async def _send(self, attempt: Attempt, ref: str, titles: Titles) -> Ref:
        inputs = filling.filled(dict(attempt.effect["inputs"]), attempt.id)
        body = {"ref": ref, "inputs": inputs, "return_run_details": True}
        path = self._repository.path(f"/actions/workflows/{self._repository.config.workflow}/dispatches")
        self._memory.sends(attempt.id)
        try:
            raw = await self._repository.hub.send("start", "POST", path, body)
        except AdapterError as found:
            if certain(found):
                self._memory.refused(attempt.id)
            raise
        if not raw:
            return await self._appears(attempt, titles)  # 204: an older server that names no run
        return Ref({"run": answers.read(Dispatched, raw, "start").run, "at": time.time()})

    async def _appears(self, attempt: Attempt, titles: Titles) -> Ref:
        """It was dispatched, and which run it is has to be seen."""
        end = self._memory.now() + VISIBLE
        while not isinstance(found := await self._finding.find(attempt, titles), Ref):
            if self._memory.now() >= end:
                raise error("not_visible", retry=True, seconds=int(self._memory.waited(attempt.id)))
            await asyncio.sleep(BETWEEN)
        return found
