"""The contract's calls, each one question to the program on the host."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ssh import answers, doctor, evidence, findings, judge, wants
from adapters.ssh.answers import World
from adapters.ssh.before import Before
from adapters.ssh.config import Config
from adapters.ssh.evidence import Rules
from adapters.ssh.host import Host
from adapters.ssh.probe import Probe
from adapters.transports.ssh import Link, Login
from bot.errors import AdapterError
from bot.model import (
    Absent,
    Answer,
    Attempt,
    Change,
    Commit,
    Commits,
    HealthCheck,
    Observation,
    Preflight,
    Progress,
    Ref,
    Step,
    StepState,
    Unclear,
    Unreadable,
    Version,
)
from bot.ports import Place

QUICK, SLOW, FETCH = 15.0, 40.0, 330.0  # seconds; the caller's own deadline is usually shorter
NEWS = 2.0  # seconds that a look waits for something new, while there is nothing new to say
COMMITS = 50
AUTHORS = 300  # of one range; more, and nobody can tell who may approve
LINES = 1000  # of a log
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class Ssh:
    """One target. Everything that is kept lies on the host; ``_seen`` only saves time."""

    def __init__(self, config: Config, host: Host, rules: Rules, probe: Probe, model_key: str | None) -> None:
        self._config = config
        self._model_key = model_key
        self._host = host
        self._rules = rules
        self._probe = probe
        self._seen: dict[str, str] = {}

    @classmethod
    def of(cls, place: Place) -> Ssh:
        config = place.config
        assert isinstance(config, Config)
        to = config.hosts[0]
        login = Login("ssh", to.host, to.port, to.user, to.host_key, config.key.reveal(), config.key.name)
        link = Link(login, place.at)
        asked = wants.asked(place.health)
        host = Host(link, to.host, wants.place(config, asked, place.model_key))
        rules = Rules(config.path, config.unit, config.layout, place.health, asked is not None)
        return cls(config, host, rules, Probe(link, host), place.model_key)

    async def resolve(self, wanted: str) -> Version:
        wants.ref(wanted)
        found = await self._host.ask("resolve", answers.Resolved, FETCH, wanted=wanted)
        return Version(found.sha, found.sha[:7], wanted)

    async def running(self) -> Observation:
        try:
            world = await self._host.ask("running", World, QUICK)
        except AdapterError as error:
            return Unreadable(error.code, error.facts)
        return evidence.observation(world, self._rules)

    async def effect(self, change: Change) -> dict[str, Any]:
        return wants.effect(self._config, change.kind, change.model)

    async def start(self, attempt: Attempt) -> Ref:
        self._same(attempt)
        began, at = time.monotonic(), time.time()
        started = await self._host.ask("start", answers.Started, SLOW, job=self._job(attempt))
        seconds = round(time.monotonic() - began, 3)
        return Ref({"nonce": started.nonce, "connected_at": at, "connect": seconds})

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        """No marker: ``Absent``, since of two that arrive only one can put the marker there."""
        try:
            look = await self._look(attempt, "", 0.0)
        except AdapterError as error:
            if not error.retry:
                raise
            return Unclear(error.code, error.facts)
        if look.state in ("absent", "abandoned"):
            return Absent()
        return Ref({"nonce": look.nonce})

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        look = await self._look(attempt, self._seen.get(attempt.id, ""), NEWS)
        if look.state not in ("absent", "abandoned"):
            self._ours(look, attempt, ref)
        found = judge.progress(look, attempt, self._rules, time.time() + self._host.skew, self._host.ours)
        self._remember(attempt, look, found)
        return Progress(**{**vars(found), "steps": (_connect(ref), *found.steps)}) if found.steps else found

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        await self._host.ask("stop", answers.Nothing, QUICK, attempt=_id(attempt))

    async def abandon(self, attempt: Attempt) -> bool:
        found = await self._host.ask("abandon", answers.Abandoned, QUICK, attempt=_id(attempt))
        return found.abandoned

    async def logs(self, lines: int) -> str:
        found = await self._host.ask("logs", answers.Logs, QUICK, lines=max(1, min(lines, LINES)))
        return "\n".join(found.lines)

    async def versions(self) -> Sequence[Version]:
        found = await self._host.ask("versions", answers.Versions, QUICK)
        return [Version(kept.sha, kept.sha[:7]) for kept in found.versions]

    async def model(self, key: str) -> str | None:
        return (await self._host.ask("model", answers.ModelSaid, QUICK, key=key)).id

    async def infrastructure(self) -> str | None:
        return (await self._host.ask("infra", answers.Infra, QUICK)).mark

    async def commits(self, before: Version, to: Version) -> Commits:
        asked = {"before": before.id, "to": to.id, "limit": COMMITS}
        found = await self._host.ask("commits", answers.Commits, FETCH, **asked)
        items = tuple(Commit(row.sha, row.author, row.subject, row.at) for row in found.items)
        return Commits(found.total, items, found.forward)

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        asked = {"before": before.id if before else "", "to": to.id, "limit": AUTHORS}
        found = await self._host.ask("authors", answers.Authors, FETCH, **asked)
        return found.authors if found.whole else None

    async def preflight(self, change: Change) -> Preflight:
        before = change.before.id if change.before else ""
        seen = await self._before(wants.sha(change.to.id), before, change.model.key if change.model else "")
        return findings.preflight(seen, change, self._config, self._rules)

    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        """A host that does not let us in is one line; else everything it shows, and whether ports are forwarded."""
        try:
            seen = await self._before("", "", self._model_key or "")
            forwarding = await self._probe.forwarding(self._rules.health)
        except AdapterError as error:
            return [(error.code, False, error.facts)]
        return [*doctor.lines(seen, self._config, self._rules), *forwarding]

    async def _before(self, to: str, before: str, model: str) -> Before:
        return await self._host.ask("preflight", Before, SLOW, to=to, before=before, key=model)

    async def probe(self, health: HealthCheck) -> Answer:
        return await self._probe.ask(health)

    async def close(self) -> None:
        await self._probe.close()
        await self._host.link.close()

    async def _look(self, attempt: Attempt, seen: str, wait: float) -> answers.Look:
        asked = {"attempt": _id(attempt), "seen": seen, "wait": wait}
        return await self._host.ask("look", answers.Look, QUICK, **asked)

    def _ours(self, look: answers.Look, attempt: Attempt, ref: Ref) -> None:
        """A record that is not of this very start proves nothing."""
        nonces = {look.nonce, look.status.nonce if look.status else look.nonce, str(ref.data.get("nonce"))}
        names = {attempt.id, look.status.attempt if look.status else attempt.id}
        if len(nonces) > 1 or len(names) > 1:
            raise self._host.error("garbled", retry=True, call="look")

    def _remember(self, attempt: Attempt, look: answers.Look, found: Progress) -> None:
        """Once there is evidence a look has nothing to wait for."""
        self._seen.clear()
        if found.evidence is None:
            self._seen[attempt.id] = look.print

    def _same(self, attempt: Attempt) -> None:
        """What was approved is what the configuration still says (INV4). To undo needs nothing of the model's key."""
        approved: Mapping[str, Any] = {name: value for name, value in attempt.effect.items() if name != "keep"}
        now = wants.effect(self._config, attempt.kind, attempt.model)
        moved = approved and json.dumps(approved, sort_keys=True) != json.dumps(now, sort_keys=True)
        if moved or (attempt.model and attempt.model.id and attempt.model.key != self._model_key):
            raise AdapterError("ssh", "effect_changed", retry=False, attempt=attempt.id)

    def _job(self, attempt: Attempt) -> dict[str, Any]:
        return {
            "attempt": _id(attempt),
            "kind": attempt.kind.value,
            "direction": attempt.direction.value,
            "to": wants.sha(attempt.to.id),
            "before": wants.sha(attempt.before.id) if attempt.before else "",
            "keep": [wants.sha(str(kept)) for kept in attempt.effect.get("keep", [])],
            "timeout": attempt.timeout,
            "model": attempt.model.plain if attempt.model else None,
        }


def _id(attempt: Attempt) -> str:
    if not ID.fullmatch(attempt.id):
        raise AdapterError("ssh", "bad_ref", retry=False, wanted=attempt.id[:100])
    return attempt.id


def _connect(ref: Ref) -> Step:
    return Step("connect", StepState.DONE, ref.data.get("connected_at"), ref.data.get("connect"))
