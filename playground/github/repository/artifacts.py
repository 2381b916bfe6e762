"""What a run leaves to be fetched: a zip archive with a name."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from playground.github.repository.run import Run


@dataclass
class Artifact:
    id: int
    run: Run
    name: str
    data: bytes
    at: float
    expired: bool = False

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.data).hexdigest()}"


def zipped(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()
