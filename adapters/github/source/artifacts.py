"""One file out of what the runs of one commit left behind (docs.github.com, "GitHub Actions artifacts").

Whoever may open a pull request from a fork may run a workflow at a commit of their own: only runs of commits that were
pushed to the repository itself are asked.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.github.hub import Hub
from adapters.github.hub.faults import error

RUNS, EACH = 60, 100  # runs of one commit, and artifacts of one name in each
ARCHIVE = 16 * 1024 * 1024  # bytes, packed
GARBLED = (KeyError, TypeError, ValueError)
UNPACKED = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError)


async def file(hub: Hub, at: str, sha: str, name: str, inside: str, limit: int) -> bytes | None:
    """``inside`` of the newest artifact of that name, at most ``limit`` bytes; None: there is none (any more)."""
    runs = await own_runs(hub, at, sha, RUNS)
    places = [f"{at}/actions/runs/{int(run['id'])}/artifacts" for run in runs]
    found = [one for place in places for one in await hub.pages(place, "artifacts", params={"name": name}, limit=EACH)]
    try:
        left = [one for one in found if one["name"] == name and not one["expired"]]
        if not left:
            return None
        newest = max(left, key=lambda one: (datetime.fromisoformat(one["created_at"]), int(one["id"])))
        number, digest = int(newest["id"]), str(newest.get("digest") or "")
    except GARBLED:
        raise error("garbled", call="artifacts") from None
    packed = await hub.download(f"{at}/actions/artifacts/{number}/zip", ARCHIVE)
    return await asyncio.to_thread(_unpacked, packed, digest, inside, limit)


async def own_runs(hub: Hub, at: str, sha: str, limit: int) -> list[Mapping[str, Any]]:
    """Runs of that very commit of this repository, not of a fork."""
    runs = await hub.pages(f"{at}/actions/runs", "workflow_runs", params={"head_sha": sha}, limit=limit)
    try:
        return list(_own(runs, sha))
    except GARBLED:
        raise error("garbled", call="runs") from None


def _own(runs: list[Any], sha: str) -> Iterator[Mapping[str, Any]]:
    for run in runs:
        source = run["head_repository"]  # null once a fork is deleted
        if run["head_sha"] == sha and source is not None and source["id"] == run["repository"]["id"]:
            yield run


def _unpacked(packed: bytes, digest: str, inside: str, limit: int) -> bytes | None:
    """No more than the limit is unpacked, whatever the archive says of its sizes."""
    if digest.startswith("sha256:") and digest != f"sha256:{hashlib.sha256(packed).hexdigest()}":
        raise error("artifact_damaged", name=inside)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            there = [one for one in archive.infolist() if one.filename == inside]
            if not there:
                return None
            if len(there) > 1:
                raise error("artifact_damaged", name=inside)
            with archive.open(there[0]) as opened:
                body = opened.read(limit + 1)
    except UNPACKED:
        raise error("artifact_damaged", name=inside) from None
    if len(body) > limit:
        raise error("too_big", call=inside, limit=limit)
    return body
