"""The docker daemon of this machine, over its socket: one image made of nothing, and containers of it. No registry."""

import asyncio
import contextlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

BUSYBOX = Path("/bin/busybox")
ELF, INTERPRETER = b"\x7fELF", b"/ld-"
"""A program that names an interpreter in its head needs more than itself."""
DEFAULT = "unix:///var/run/docker.sock"
ANSWERS_WITHIN, DEADLINE = 2.0, 10.0
"""Seconds: for the daemon's first answer, and for each later request."""
OWNER, FLEET = "slipway.playground", "slipway.fleet"
"""Labels: the process that started it, and which fleet of that process."""
BOX: Mapping[str, Any] = {
    "NetworkMode": "none",
    "ReadonlyRootfs": True,
    "CapDrop": ["ALL"],
    "SecurityOpt": ["no-new-privileges"],
    "PidsLimit": 16,
}
FAILURES = (aiohttp.ClientError, TimeoutError, OSError)
GONE = (304, 404, 409)
"""It was ended or removed already."""
Labels = Mapping[str, str]


class Docker:
    """Everything raises FAILURES with the daemon's own words, unless it says otherwise."""

    def __init__(self, socket: str) -> None:
        self._token = secrets.token_hex(4)
        self._labels = {OWNER: str(os.getpid()), FLEET: self._token}
        timeout = aiohttp.ClientTimeout(total=DEADLINE)
        # No limit of connections: each container is waited for on one.
        self._session = aiohttp.ClientSession(connector=aiohttp.UnixConnector(socket, limit=0), timeout=timeout)

    async def answers(self) -> bool:
        """Raises nothing."""
        try:
            async with asyncio.timeout(ANSWERS_WITHIN):
                await self._ask("GET", "/version")
        except FAILURES:
            return False
        return True

    async def close(self) -> None:
        """Removes what was started. Raises nothing: where the daemon is gone, the next start removes it."""
        with contextlib.suppress(*FAILURES):
            await self._sweep(lambda labels: labels.get(FLEET) == self._token)
        await self._session.close()

    async def sweep_orphans(self) -> None:
        """Removes what a playground left that was killed."""
        await self._sweep(lambda labels: not Path("/proc", labels[OWNER]).exists())

    async def make_image(self) -> None:
        changes = "LABEL " + " ".join(f"{name}={value}" for name, value in self._labels.items())
        query = {"fromSrc": "-", "repo": "slipway-playground", "tag": self._token, "changes": changes}
        await self._ask("POST", "/images/create", await asyncio.to_thread(_layer), query=query)

    async def try_one(self) -> None:
        """Whether a container of that image runs here at all."""
        container = await self.run(f"slipway-trial-{self._token}", "exit 0", {})
        code, words = await self.ended(container)
        await self.remove(container)
        if code:
            raise aiohttp.ClientError(words or f"a first container ended with {code}")

    async def run(self, name: str, script: str, labels: Labels) -> str:
        """A running container; its id."""
        made = await self._ask(
            "POST",
            "/containers/create",
            {
                "Image": f"slipway-playground:{self._token}",
                "Cmd": ["/bin/busybox", "sh", "-c", script],
                "User": "65534",
                "Labels": {**self._labels, **labels},
                "HostConfig": dict(BOX),
            },
            query={"name": name},
        )
        await self._ask("POST", f"/containers/{made['Id']}/start")
        return str(made["Id"])

    async def ended(self, container: str) -> tuple[int, str | None]:
        """Its exit code, once it has one, and what else is known. No deadline: it may run for as long as it likes."""
        told = await self._ask("POST", f"/containers/{container}/wait", forever=True)
        return int(told["StatusCode"]), (told.get("Error") or {}).get("Message")

    async def end(self, container: str, *, kill: bool) -> None:
        """Asked, and killed after a second; or killed at once."""
        await self._ask("POST", f"/containers/{container}/{'kill' if kill else 'stop?t=1'}", fine=GONE)

    async def remove(self, container: str) -> None:
        await self._ask("DELETE", f"/containers/{container}?force=1", fine=GONE)

    async def _sweep(self, ours: Callable[[Labels], bool]) -> None:
        """Removes containers, then images, whose labels are `ours`."""
        query = {"all": "1", "filters": json.dumps({"label": [OWNER]})}
        for kind in ("containers", "images"):
            for one in await self._ask("GET", f"/{kind}/json", query=query):
                if ours(one["Labels"]):
                    await self._ask("DELETE", f"/{kind}/{one['Id']}?force=1", fine=GONE)

    async def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        fine: tuple[int, ...] = (),
        forever: bool = False,
    ) -> Any:
        """The last line of what it answers. `fine` are failures that are none."""
        more: dict[str, Any] = {"data": body} if isinstance(body, io.BytesIO) else {"json": body}
        if forever:
            more["timeout"] = aiohttp.ClientTimeout(total=None)
        async with self._session.request(method, f"http://docker{path}", params=query, **more) as answer:
            text = await answer.text()
            if answer.status >= 400 and answer.status not in fine:
                raise aiohttp.ClientError(text.strip()[:300])
        lines = [json.loads(line) for line in text.splitlines() if line]
        last = lines[-1] if lines else None
        if isinstance(last, dict) and "error" in last:
            raise aiohttp.ClientError(last["error"])  # a stream begins with 200, whatever comes of it
        return last


def static_busybox() -> bool:
    """Whether there is a busybox that needs nothing else."""
    try:
        with BUSYBOX.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return False
    return head.startswith(ELF) and INTERPRETER not in head


def _layer() -> io.BytesIO:
    """A whole root file system, as a tar."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.add(BUSYBOX.resolve(), "bin/busybox")
    made.seek(0)
    return made
