"""ECR's repositories: images by digest, and tags that move."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.aws.accounts import ACCOUNT
from playground.aws.errors import PlaygroundError
from playground.aws.state import Region

ARCHITECTURES: Mapping[str, str] = {"X86_64": "amd64", "ARM64": "arm64"}
"""ECS's word → the image's."""
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"


@dataclass
class Image:
    digest: str
    manifest: bytes
    kind: str
    pushed_at: float
    tags: list[str] = field(default_factory=list)


@dataclass
class Repository:
    region: Region = field(repr=False)
    name: str
    images: dict[str, Image] = field(default_factory=dict)
    """By digest."""
    blobs: dict[str, bytes] = field(default_factory=dict)
    """What a manifest's `config` points to."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def uri(self) -> str:
        return f"{ACCOUNT}.dkr.ecr.{self.region.name}.amazonaws.com/{self.name}"

    @property
    def arn(self) -> str:
        return self.region.arn("ecr", f"repository/{self.name}")

    def image(self, what: str) -> str:
        """The whole reference for a tag or a digest."""
        return f"{self.uri}{'@' if what.startswith('sha256:') else ':'}{what}"

    def push(
        self, *tags: str, arch: str = "X86_64", index: bool = False, labels: Mapping[str, str] | None = None
    ) -> str:
        """A new image under these tags; the digest. `index` wraps it as multi-platform builds do."""
        config = {
            "architecture": ARCHITECTURES[arch],
            "os": "linux",
            "config": {"Labels": dict(labels or {})},
            "created": f"build {next(self._numbers)}",
        }
        blob = json.dumps(config).encode()
        self.blobs[_digest(blob)] = blob
        layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "size": 31, "digest": _digest(b"layer")}
        about = {"mediaType": CONFIG, "size": len(blob), "digest": _digest(blob)}
        digest = self._add(MANIFEST, {"config": about, "layers": [layer]})
        if index:
            platform = {"architecture": ARCHITECTURES[arch], "os": "linux"}
            size = len(self.images[digest].manifest)
            entry = {"mediaType": MANIFEST, "size": size, "digest": digest, "platform": platform}
            digest = self._add(INDEX, {"manifests": [entry]})
        for tag in tags:
            self.move(tag, digest)
        return digest

    def _add(self, kind: str, what: Mapping[str, Any]) -> str:
        text = json.dumps({"schemaVersion": 2, "mediaType": kind, **what}).encode()
        digest = _digest(text)
        self.images[digest] = Image(digest, text, kind, self.region.state.now())
        return digest

    def move(self, tag: str, digest: str) -> None:
        """The tag now names that image, and no other."""
        if digest not in self.images:
            raise PlaygroundError(f"no image {digest}")
        for one in self.images.values():
            if tag in one.tags:
                one.tags.remove(tag)
        self.images[digest].tags.append(tag)

    def delete(self, digest: str) -> None:
        del self.images[digest]

    def digest_of(self, what: str) -> str | None:
        """Of a tag or a digest; None where there is no such image."""
        if what in self.images:
            return what
        return next((one.digest for one in self.images.values() if what in one.tags), None)


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
