"""The only way out that the daemon and the emulator have: a proxy on loopback that knows one host, the registry.

Names in task definitions are then those of AWS, and nothing leaves this machine: what asks for another host is refused
and remembered.
"""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HOP = {"connection", "proxy-connection", "transfer-encoding", "keep-alive", "content-length"}


class _Forwarding(BaseHTTPRequestHandler):
    """Takes absolute URLs, as a proxy does. One connection each way per request."""

    server: WayOut
    protocol_version = "HTTP/1.1"

    def forward(self) -> None:
        url = urlsplit(self.path)
        if url.hostname != self.server.host:
            self.refuse()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or self._chunks()
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP}
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            line.request(self.command, f"{url.path}?{url.query}" if url.query else url.path, body, headers)
            self._answer(line.getresponse())
        finally:
            line.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = forward  # noqa: N815 - the base class looks for them

    def do_CONNECT(self) -> None:
        self.refuse()

    def refuse(self) -> None:
        self.server.refused.append(self.path)
        self.send_error(403, "nothing leaves this machine")

    def _chunks(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return b""
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, answer: http.client.HTTPResponse) -> None:
        body = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                self.send_header(name, value)
        length = answer.getheader("Content-Length", "0") if self.command == "HEAD" else str(len(body))
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Silent: `refused` tells."""


class WayOut(ThreadingHTTPServer):
    """``host``'s requests go to 127.0.0.1:``port``."""

    daemon_threads = True

    def __init__(self, host: str, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Forwarding)
        self.host, self.port = host, port
        self.refused: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self.thread.join(10)
