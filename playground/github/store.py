"""Where logs and artifacts lie: a store of its own, whose addresses are signed and live one minute."""

import re

from aiohttp import web

from playground.github.state import State

RANGE = re.compile(r"bytes=(\d+)-(\d*)")


class Store:
    """As the real store: refuses a request that carries credentials, and knows no range from the end."""

    def __init__(self, state: State) -> None:
        self.state = state

    def mount(self, app: web.Application) -> None:
        app.router.add_get("/stored/{key}", self._serve)

    async def _serve(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            return web.Response(status=401, text="InvalidAuthenticationInfo")
        kept = self.state.files.get(request.match_info["key"])
        if kept is None:
            return web.Response(status=404, text="BlobNotFound")
        data, until = kept
        if until <= self.state.now():
            return web.Response(status=403, text="AuthenticationFailed")
        return _ranged(data, request.headers.get("Range", ""))


def _ranged(data: bytes, wanted: str) -> web.Response:
    headers = {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    match = RANGE.fullmatch(wanted)
    if match is None:
        return web.Response(body=data, headers=headers)
    first, last = int(match[1]), min(int(match[2] or len(data) - 1), len(data) - 1)
    if first >= len(data):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return web.Response(status=206, body=data[first : last + 1], headers=headers)
