"""What really runs on the two hosts, looked at every second or so: the right half of the page."""

import asyncio
import contextlib
import re
from dataclasses import dataclass
from typing import Any

import aiohttp

from playground.host import CommandFailed, Host
from playground.stage import Stage

PACE = 1.2
LINES = 12
_STAMPED = re.compile(r"^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d)\S* \S+ ([^\[:]+)(?:\[\d+\])?: (.*)$")
# Nothing that the application serves may reach out of its frame, whatever somebody deployed.
FRAME = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)


@dataclass
class _Known:
    """The version that the process with this instance names: asked once, so that the log stays the application's."""

    instance: str = ""
    version: str = ""


class Targets:
    """`view` is what the page shows: environment → facts. Somebody must `run` it."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known: dict[str, _Known] = {}
        self.view: dict[str, dict[str, Any]] = {}

    async def run(self) -> None:
        """Looks and looks again, until it is cancelled."""
        while True:
            for env, host in list(self._stage.hosts.items()):
                seen = await self._look(env, host)
                if seen != self.view.get(env):
                    self.view[env] = seen
                    self._stage.tell()
            await asyncio.sleep(PACE)

    async def _look(self, env: str, host: Host) -> dict[str, Any]:
        try:
            unit, lines = await host.unit_state(), await host.journal(LINES)
            status, _ = await host.health()
        except (CommandFailed, OSError, TimeoutError) as error:
            return {"env": env, "error": str(error)[:200]}
        version = await self._version(env, host, unit.get("InvocationID", ""), status)
        return {
            "env": env,
            "kind": host.kind,
            "status": status,
            "version": version,
            "title": self._title(host, version),
            "instance": unit.get("InvocationID", ""),
            "pid": unit.get("MainPID", "0"),
            "active": unit.get("ActiveState", ""),
            "sub": unit.get("SubState", ""),
            "since": unit.get("ExecMainStartTimestamp", ""),
            "restarts": unit.get("NRestarts", "0"),
            "unit": host.setup.service,
            "where": f"{host.ssh.user}@{host.ssh.address}:{host.ssh.port}",
            "lines": [_line(one) for one in lines[-LINES:]],
        }

    async def _version(self, env: str, host: Host, instance: str, status: int) -> str:
        known = self._known.setdefault(env, _Known())
        if known.instance != instance:
            known.instance, known.version = instance, ""
        if not known.version and status:
            known.version = await host.version()
        return known.version if status else ""

    def _title(self, host: Host, version: str) -> str:
        return subject(host, version) if version in host.repository.commits else ""

    async def page(self, env: str) -> tuple[int, str]:
        """The application's own front page: (status, HTML); status 0 when nobody answers."""
        host = self._stage.hosts.get(env)
        if host is None:
            return 0, ""
        timeout = aiohttp.ClientTimeout(total=3)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(host.app_url) as answer:
                return answer.status, await answer.text()
        return 0, ""


def subject(host: Host, sha: str) -> str:
    """The first line of a commit's message."""
    return host.repository.git("log", "-1", "--format=%s", sha)


def _line(text: str) -> dict[str, str]:
    match = _STAMPED.match(text)
    return {"at": match[1], "who": match[2], "text": match[3]} if match else {"at": "", "who": "", "text": text}
