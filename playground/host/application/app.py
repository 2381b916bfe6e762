"""Dojangkok AI server, the demo application of the playground: standard library only, Python 3.9 or newer.

Environment: PORT, BOOT_SECONDS, ORACLE (a file that learns of every start and stop). Reads .env beside it.
What one release does differently from another stands in release.py.
"""

import json
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STARTED = time.time()
release: Any = None


def version() -> str:
    """The full commit SHA: from the export-subst file of an archive, else from the clone's HEAD, else unknown."""
    exported = HERE / "COMMIT"
    text = exported.read_text(encoding="ascii").strip() if exported.exists() else ""
    if len(text) == 40:
        return text
    git = HERE / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="ascii").strip()
        return _ref(git, head[5:]) if head.startswith("ref: ") else head
    except OSError:
        return "unknown"


def _ref(git: Path, name: str) -> str:
    if (git / name).exists():
        return (git / name).read_text(encoding="ascii").strip()
    for row in (git / "packed-refs").read_text(encoding="ascii").splitlines():
        if row.endswith(" " + name):
            return row.split(" ")[0]
    return "unknown"


def settings() -> dict[str, str]:
    """The values of .env: NAME=value, one a line, # for comments."""
    rows = (HERE / ".env").read_text(encoding="utf-8").splitlines()
    return dict(row.split("=", 1) for row in rows if "=" in row and not row.startswith("#"))


def tell(event: str, **facts: Any) -> None:
    """Appends one line to the oracle. O_APPEND and one write: lines of two processes never mix."""
    path = os.environ.get("ORACLE")
    if not path:
        return
    line = {"event": event, "at": time.time(), "pid": os.getpid(), "version": VERSION, "folder": str(HERE)}
    line.update(invocation=os.environ.get("INVOCATION_ID", ""), **facts)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(file, (json.dumps(line) + "\n").encode())
    finally:
        os.close(file)


VERSION = version()


class Handler(BaseHTTPRequestHandler):
    """Answers /, /health and, where the release has it, /version."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/health":
            self._json(*release.health())
        elif path == "/version" and release.NAMES_VERSION:
            self._json(200, {"version": VERSION})
        elif path == "/":
            self._answer(200, "text/html; charset=utf-8", page().encode())
        else:
            self._json(404, {"detail": "Not Found"})

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, "application/json", json.dumps(body).encode())

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Quiet for the health check, which comes every second."""
        if self.path != "/health":
            print(self.command, self.path, flush=True)


def page() -> str:
    """The application's own page: what a visitor sees of the running release."""
    return (
        (HERE / "page.html")
        .read_text(encoding="utf-8")
        .format(
            colour=release.COLOUR,
            greeting=release.GREETING,
            short=VERSION[:7],
            started=int(STARTED * 1000),
            pid=os.getpid(),
        )
    )


def main() -> None:
    """Boots slowly as a model server does, then listens; leaves at once and cleanly on SIGTERM."""
    global release
    tell("start")
    print("starting", VERSION[:12], flush=True)
    settings()
    # The neighbour exists in the repository's content only, so a plain import would fail every type check here.
    release = __import__("release")
    release.load()
    time.sleep(float(os.environ.get("BOOT_SECONDS", "1")))
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    tell("listening", port=server.server_port)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    threading.Event().wait()


def leave(signum: int, _frame: Any) -> None:
    """SIGTERM: say so and go. Not by print: the signal may have come in the middle of one, which raises."""
    tell("stop", signal=signum)
    os.write(1, b"stopping\n")
    os._exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    try:
        main()
    except Exception as error:
        tell("crash", error=repr(error))
        raise
