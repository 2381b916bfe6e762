"""Images for the tests: one static program and a shell script, made of nothing and imported; no network."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from tests.ecs.real.daemon import Daemon

BUSYBOX = Path("/bin/busybox")

# Old and new share the machine's network while a rollout lasts: who comes second waits for the port.
GOOD = """\
trap 'exit 0' TERM
echo "version $VERSION starts"
while :; do
    /bin/busybox httpd -f -p "127.0.0.1:$PORT" -h /www 2> /dev/null &
    wait $!
    /bin/busybox sleep 0.05
done
"""
CRASHES = """\
echo "version $VERSION cannot read its settings"
exit 3
"""


def layer(version: str, script: str) -> bytes:
    """A whole root file system, as a tar."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, content, mode in (
            ("bin/busybox", BUSYBOX.read_bytes(), 0o755),
            ("bin/sh", BUSYBOX.read_bytes(), 0o755),
            ("run.sh", f"VERSION={version}\n{script}".encode(), 0o755),
            ("www/version", version.encode(), 0o644),
            ("www/health", b"ok", 0o644),
        ):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return made.getvalue()


def push(daemon: Daemon, repository: str, version: str, script: str) -> str:
    """Imports and pushes an image under the version as its tag; the digest by which the registry knows it."""
    image = f"{repository}:{version}"
    daemon.docker("import", "--change", 'CMD ["/bin/sh", "/run.sh"]', "-", image, given=layer(version, script))
    daemon.docker("push", "--quiet", image)
    (digest,) = daemon.docker("inspect", "--format", '{{join .RepoDigests " "}}', image).split()
    return digest.rpartition("@")[2]
