"""One repository as the API shows it: refs, commits, the workflow's file, its runs. Looks only."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from adapters.github import answers
from adapters.github.answers import Annotation, Commit, GitRef, Guarded, Job, Pending, Review, Run
from adapters.github.config import REF, Config
from adapters.github.hub import Hub
from adapters.github.workflow import Workflow, read
from bot.errors import AdapterError
from bot.model import Version

SHA = re.compile(r"[0-9a-f]{40}")
NAME = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}", re.ASCII)
SHORT = re.compile(r"[0-9a-f]{7,39}")
PAGE = 50
JOBS = 300  # GitHub runs at most 256 jobs of a matrix
DISPATCHED = "workflow_dispatch"


class Repository:
    """Raises AdapterError("github", …) as the hub does; ``name``: owner/name."""

    def __init__(self, hub: Hub, name: str, config: Config) -> None:
        self.hub = hub
        self.name = name
        self.config = config
        self._at = name
        self._read: dict[str, Workflow] = {}

    def path(self, rest: str = "") -> str:
        return f"/repos/{self._at}{rest}"

    def goes_to(self, name: str) -> bool:
        """Look there from now on, if that is another repository's name: GitHub says that this one was renamed."""
        if not NAME.fullmatch(name) or name == self._at:
            return False
        self._at = name
        return True

    async def get(self, rest: str, **params: Any) -> Any:
        return await self.hub.get(self.path(rest), params=params or None)

    async def resolve(self, wanted: str) -> Version:
        """A branch, a tag or a SHA, short or full."""
        if not REF.fullmatch(wanted):
            raise error("bad_ref", wanted=wanted[:100])
        sha = await self._named(wanted)
        if sha is None:
            raise error("version_not_found", wanted=wanted)
        return version(sha, wanted)

    async def _named(self, wanted: str) -> str | None:
        if SHA.fullmatch(wanted):
            return await self._commit(wanted)
        branch, tag = await asyncio.gather(self.ref("heads", wanted), self.ref("tags", wanted))
        shas = {await self._peeled(one) for one in (branch, tag) if one}
        if len(shas) > 1:
            raise error("ambiguous_ref", wanted=wanted)
        if not shas and SHORT.fullmatch(wanted):
            found = await self._commit(wanted)
            return found if found and found.startswith(wanted) else None
        return shas.pop() if shas else None

    async def _commit(self, named: str) -> str | None:
        """None: no such commit, or several whose SHA begins so."""
        try:
            return answers.read(Commit, await self.get(f"/commits/{named}"), "commit").sha
        except AdapterError as found:
            if found.code in ("not_found", "refused"):
                return None
            raise

    async def ref(self, kind: str, name: str, *, fresh: bool = False) -> GitRef | None:
        """``kind``: heads or tags."""
        try:
            raw = await self.hub.get(self.path(f"/git/ref/{kind}/{name}"), fresh=fresh)
        except AdapterError as found:
            if found.code == "not_found":
                return None
            raise
        return answers.read(GitRef, raw, "ref")

    async def head(self, *, fresh: bool = False) -> tuple[str, str]:
        """The ref that chooses the workflow: its full name, and the commit that it is at."""
        for kind in ("heads", "tags"):
            found = await self.ref(kind, self.config.ref, fresh=fresh)
            if found:
                sha = await self._peeled(found)
                if sha:
                    return f"refs/{kind}/{self.config.ref}", sha
        raise error("ref_missing", ref=self.config.ref)

    async def _peeled(self, found: GitRef) -> str | None:
        """The commit of a branch or of a tag, annotated or not."""
        if found.object.type == "commit":
            return found.object.sha
        return await self._commit(found.ref.removeprefix("refs/"))

    async def workflow(self, at: str) -> Workflow:
        """The workflow's file as it is at a ref or commit, read."""
        try:
            raw = await self.get(f"/contents/{self.config.path}", ref=at)
        except AdapterError as found:
            if found.code != "not_found":
                raise
            await self.get("")  # GitHub says 404, too, of a repository that one may not see: that is raised as it is
            raise error("workflow_missing", workflow=self.config.workflow, ref=at[:60]) from None
        blob, text = str(raw.get("sha")), raw.get("content")
        if not isinstance(text, str):
            raise AdapterError("github", "garbled", retry=True, call="contents")
        if blob not in self._read:
            self._read = {blob: await asyncio.to_thread(_parsed, text)}
        return self._read[blob]

    async def runs(self, page: int = 1, **params: Any) -> list[Run]:
        """This workflow's dispatched runs, the newest first."""
        asked: Mapping[str, Any] = {"event": DISPATCHED, "per_page": PAGE, "page": page, **params}
        raw = await self.get(f"/actions/workflows/{self.config.workflow}/runs", **asked)
        found = raw.get("workflow_runs") if isinstance(raw, Mapping) else None
        return answers.read_all(Run, found, "runs")

    async def run(self, number: int) -> Run:
        return answers.read(Run, await self.get(f"/actions/runs/{number}"), "run")

    async def jobs(self, run: int) -> list[Job]:
        """Of the run's latest attempt."""
        path = self.path(f"/actions/runs/{run}/jobs")
        found = await self.hub.pages(path, "jobs", params={"filter": "latest"}, limit=JOBS)
        return answers.read_all(Job, found, "jobs")

    async def pending(self, run: int) -> list[Pending]:
        return answers.read_all(Pending, await self.get(f"/actions/runs/{run}/pending_deployments"), "pending")

    async def environment(self, name: str) -> Guarded | None:
        """None: there is none of that name; GitHub makes it, without rules, when a job first names it."""
        try:
            raw = await self.get(f"/environments/{quote(name, safe='')}")
        except AdapterError as found:
            if found.code == "not_found":
                return None
            raise
        return answers.read(Guarded, raw, "environment")

    async def approved(self, run: int) -> list[str]:
        """Environments to which a person said yes."""
        said = [one for one in await self._reviews(run) if one.state == "approved"]
        return [environment.name for one in said for environment in one.environments]

    async def _reviews(self, run: int) -> list[Review]:
        return answers.read_all(Review, await self.get(f"/actions/runs/{run}/approvals"), "approvals")

    async def rejection(self, run: int) -> tuple[str, str] | None:
        """(environment, who) where a person said no."""
        said = [one for one in await self._reviews(run) if one.state == "rejected"]
        names = [environment.name for one in said for environment in one.environments]
        return (names[0], said[0].user.login if said[0].user else "?") if names else None

    async def notes(self, job: int) -> list[str]:
        """What GitHub noted on a job; empty where the token may not see it: only Apps may be given that right."""
        try:
            raw = await self.get(f"/check-runs/{job}/annotations")
        except AdapterError as found:
            if found.code in ("forbidden", "not_found"):
                return []
            raise
        return [note.message for note in answers.read_all(Annotation, raw, "annotations")]

    async def log(self, job: int) -> str:
        """The end of a job's log; empty where there is none (any more)."""
        try:
            return await self.hub.tail(self.path(f"/actions/jobs/{job}/logs"))
        except AdapterError as found:
            if found.retry:
                raise
            return ""


def _parsed(content: str) -> Workflow:
    return read(base64.b64decode(content).decode("utf-8", "replace"))


def version(sha: str, wanted: str | None = None) -> Version:
    return Version(sha, sha[:7], wanted)


def error(code: str, *, retry: bool = False, **facts: Any) -> AdapterError:
    return AdapterError("github", code, retry=retry, **facts)
