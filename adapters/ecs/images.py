"""Images in ECR: a tag becomes a digest, a digest gets a name for people, an index tells what it holds."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from adapters.ecs import answers
from adapters.ecs.account import error
from adapters.ecs.answers import Image
from adapters.ecs.asking import Asking
from bot.errors import AdapterError
from bot.model import Version

TAG = re.compile(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", re.ASCII)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SHORT_SHA = re.compile(r"[0-9a-f]{7,39}")
SHA = re.compile(r"[0-9a-f]{40}")
MOVES = ("latest", "main", "master", "stable", "prod", "production", "staging", "dev")
LISTED, SHOWN = 3000, 100  # images that are looked through, and offered
LARGEST = 1 << 20  # bytes of an image's configuration
FETCH = 10.0  # seconds
AGAIN = 10.0  # seconds after which an image's existence is asked for again
KEPT = 20  # images whose manifest is remembered
MANIFESTS = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
]


class Images:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._labels: dict[str, str] = {}
        self._manifests: dict[str, dict[str, Any]] = {}
        self._architectures: dict[str, frozenset[str]] = {}
        self._seen: dict[str, float] = {}
        self._uri = ""

    async def resolve(self, wanted: str) -> Version:
        """A tag, the beginning of a tag that is a commit's SHA, or a digest."""
        if not TAG.fullmatch(wanted) and not DIGEST.fullmatch(wanted):
            raise error("bad_ref", wanted=wanted[:100])
        found = await self._image({"imageDigest": wanted} if wanted.startswith("sha256:") else {"imageTag": wanted})
        if found is None and SHORT_SHA.fullmatch(wanted):
            found = await self._beginning(wanted)
        if found is None:
            raise error("version_not_found", wanted=wanted, repository=self._asking.config.repository)
        self._labels[found.digest] = label(found)
        self._seen[found.digest] = time.monotonic()
        return Version(found.digest, label(found), wanted, commit(found))

    async def version(self, digest: str) -> Version:
        """With the name that ECR has for it; without one it is called by its own first signs."""
        if digest not in self._labels:
            found = await self._image({"imageDigest": digest})
            self._labels[digest] = label(found) if found else short(digest)
        return Version(digest, self._labels[digest])

    async def commit(self, digest: str) -> Version:
        """By the one tag that is a full SHA. Raises AdapterError commit_untold: there is none, or several."""
        found = await self._image({"imageDigest": digest})
        sha = commit(found) if found else None
        if sha is None:
            count = len(_shas(found)) if found else 0
            raise error("commit_untold", version=self._labels.get(digest, short(digest)), count=count)
        return Version(sha, sha[:7])

    async def exists(self, digest: str) -> bool:
        """Not asked each time: at its start a plan is drawn twice within seconds."""
        if time.monotonic() - self._seen.get(digest, float("-inf")) > AGAIN:
            if await self._image({"imageDigest": digest}) is None:
                return False
            self._seen[digest] = time.monotonic()
        return True

    async def versions(self) -> list[Version]:
        """Tagged images, the newest first."""
        found = sorted(await self._tagged(), key=lambda one: one.pushed.timestamp() if one.pushed else 0.0)
        return [Version(one.digest, label(one), commit=commit(one)) for one in reversed(found[-SHOWN:])]

    async def reference(self, digest: str) -> str:
        """What a task definition names."""
        if not DIGEST.fullmatch(digest):
            raise error("bad_ref", wanted=digest[:100])
        return f"{await self.uri()}@{digest}"

    async def uri(self) -> str:
        """Of the repository. Raises AdapterError repository_missing."""
        if not self._uri:
            name = self._asking.config.repository
            raw = await self._read("describe_repositories", "repositories", repositoryNames=[name])
            self._uri = str(raw["repositories"][0]["repositoryUri"])
        return self._uri

    async def held(self, digest: str) -> frozenset[str]:
        """The digest, and those of the images that it lists where it is an index."""
        listed = (await self._manifest(digest)).get("manifests") or []
        return frozenset({digest, *(str(one.get("digest")) for one in listed)})

    async def architectures(self, digest: str) -> frozenset[str]:
        """As GOARCH names them; empty: nobody can tell."""
        if digest not in self._architectures:
            found = await self._built_for(digest)
            if not found:
                return found
            self._architectures = dict([*self._architectures.items(), (digest, found)][-KEPT:])
        return self._architectures[digest]

    async def _built_for(self, digest: str) -> frozenset[str]:
        manifest = await self._manifest(digest)
        if "manifests" in manifest:
            platforms = [one.get("platform") or {} for one in manifest["manifests"]]
            found = [str(one.get("architecture", "unknown")) for one in platforms]
            return frozenset(one for one in found if one != "unknown")  # attestations are no image
        config = await self._blob(str((manifest.get("config") or {}).get("digest", "")))
        return frozenset({str(config["architecture"])} if config.get("architecture") else ())

    async def _manifest(self, digest: str) -> dict[str, Any]:
        """What a digest names never changes."""
        if digest not in self._manifests:
            asked = {"imageIds": [{"imageDigest": digest}], "acceptedMediaTypes": MANIFESTS}
            raw = await self._read("batch_get_image", "images", **asked)
            if not raw["images"]:
                return {}
            found = _json(raw["images"][0]["imageManifest"])
            self._manifests = dict([*self._manifests.items(), (digest, found)][-KEPT:])
        return self._manifests[digest]

    async def _blob(self, digest: str) -> dict[str, Any]:
        """An image's configuration, from the address that ECR gives for it. Empty: not to be had."""
        if not DIGEST.fullmatch(digest):
            return {}
        try:
            raw = await self._read("get_download_url_for_layer", "downloadUrl", layerDigest=digest)
        except AdapterError as found:
            if found.retry:
                raise
            return {}
        try:
            async with (
                asyncio.timeout(FETCH),
                aiohttp.ClientSession(trust_env=True) as session,
                session.get(str(raw["downloadUrl"]), allow_redirects=False) as answer,
            ):
                return _json(await answer.content.read(LARGEST)) if answer.status == 200 else {}
        except (aiohttp.ClientError, TimeoutError):
            return {}

    async def _image(self, named: dict[str, str]) -> Image | None:
        try:
            raw = await self._read("describe_images", "imageDetails", imageIds=[named])
        except AdapterError as found:
            if found.code == "not_found" and found.facts.get("what") == "image":
                return None
            raise
        return answers.read(Image, raw["imageDetails"][0], "images") if raw["imageDetails"] else None

    async def _beginning(self, wanted: str) -> Image | None:
        fits = [one for one in await self._tagged() if any(SHA.fullmatch(t) and t.startswith(wanted) for t in one.tags)]
        if len(fits) > 1:
            raise error("ambiguous_ref", wanted=wanted)
        return fits[0] if fits else None

    async def _tagged(self) -> list[Image]:
        asked = {"repositoryName": self._asking.config.repository, "filter": {"tagStatus": "TAGGED"}}
        raw = await self._in_repository(
            lambda: self._asking.region.pages("ecr", "describe_images", "imageDetails", limit=LISTED, **asked)
        )
        return answers.read_all(Image, raw, "images")

    async def _read(self, operation: str, wants: str, **params: Any) -> dict[str, Any]:
        name = {} if "repositoryNames" in params else {"repositoryName": self._asking.config.repository}
        found: dict[str, Any] = await self._in_repository(
            lambda: self._asking.region.read("ecr", operation, wants=wants, **name, **params)
        )
        return found

    async def _in_repository(self, ask: Callable[[], Any]) -> Any:
        try:
            return await ask()
        except AdapterError as found:
            if found.code == "not_found" and found.facts.get("what") == "repository":
                raise error("repository_missing", repository=self._asking.config.repository) from None
            raise


def commit(image: Image) -> str | None:
    """By the one tag that is a full SHA. None: there is none, or several."""
    shas = _shas(image)
    return shas[0] if len(shas) == 1 else None


def _shas(image: Image) -> list[str]:
    return sorted(tag for tag in image.tags if SHA.fullmatch(tag))


def label(image: Image) -> str:
    """A commit's SHA among its tags, else the name that moves least; without one its digest's first signs."""
    shas = _shas(image)
    if shas:
        return shas[0][:7]
    lasting: Sequence[str] = sorted(tag for tag in image.tags if tag not in MOVES)
    return next(iter([*lasting, *sorted(image.tags)]), short(image.digest))[:40]


def short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _json(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
