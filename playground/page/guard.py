"""Who may speak with the page's API: a browser on this machine, from this page, with the key of the printed address."""

import hmac
import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OPEN = ("/", "/favicon.ico")
"""Beside /static/, what is answered without a key: the empty page."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """`key` opens everything. `peek` only shows the application's own page: its scripts can read their address."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(18)
        self.peek = secrets.token_urlsafe(18)
        self.port = 0

    @property
    def hosts(self) -> tuple[str, str]:
        """What the Host header may say. Anything else is a name that somebody pointed at this machine."""
        return f"127.0.0.1:{self.port}", f"localhost:{self.port}"

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """403 with one sentence, before anything is looked at."""
        refused = self._refused(request)
        if refused:
            return web.json_response({"error": refused}, status=403, headers=HEADERS)
        response = await handler(request)
        if not response.prepared:
            for name, value in HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    def _refused(self, request: web.Request) -> str:
        host = request.headers.get("Host", "")
        if host not in self.hosts:
            return "this page is only here for 127.0.0.1"
        if not self._same_origin(request, host):
            return "another site's page asks"
        if request.path in OPEN or request.path.startswith("/static/"):
            return ""
        wanted = self.peek if request.path.startswith("/app/") else self.key
        given = request.headers.get("X-Playground-Key") or request.query.get("key") or request.match_info.get("key", "")
        return (
            "" if hmac.compare_digest(given.encode(), wanted.encode()) else "the key of the printed address is missing"
        )

    def _same_origin(self, request: web.Request, host: str) -> bool:
        """Browsers say where a request comes from; what changes something, and the WebSocket, must say it."""
        origin = request.headers.get("Origin")
        if origin is None:
            return request.method in ("GET", "HEAD") and request.path != "/ws"
        return origin == f"http://{host}"

    def policy(self) -> str:
        """The page's Content-Security-Policy: nothing from anywhere else."""
        sockets = " ".join(f"ws://{host}" for host in self.hosts)
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
            f"connect-src 'self' {sockets}; frame-src 'self'; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'none'"
        )
