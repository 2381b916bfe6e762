"""One health request from this host: a fresh connection, no redirects, at most 64 KB."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import http.client

    from .place import Health

BODY = 64 * 1024
LONGEST = 200  # characters of a version that are reported


def ask(health: Health) -> dict[str, Any]:
    """``status`` None = no HTTP answer; then ``error``: refused, timeout, tls, dns, broken."""
    began = time.monotonic()
    answer: dict[str, Any] = {"status": None, "error": None, "version": None}
    try:
        answer.update(_ask(health, began + health.timeout))
    except socket.timeout:
        answer["error"] = "timeout"
    except ConnectionRefusedError:
        answer["error"] = "refused"
    except socket.gaierror:
        answer["error"] = "dns"
    except Exception as error:  # http.client and ssl have their own, and are imported only when they are needed
        answer["error"] = "tls" if type(error).__module__ == "ssl" else "broken"
    answer["ms"] = round((time.monotonic() - began) * 1000, 1)
    return answer


def _ask(health: Health, deadline: float) -> dict[str, Any]:
    link = _connection(health)
    try:
        link.request("GET", health.path, headers={"User-Agent": "slipway", "Connection": "close"})
        got = link.getresponse()
        body = _body(got, deadline)
        return {"status": got.status, "version": version(health.version, got.headers, body)}
    finally:
        link.close()


def _connection(health: Health) -> http.client.HTTPConnection:
    import http.client

    if health.tls:
        return http.client.HTTPSConnection(health.host, health.port, timeout=health.timeout)
    return http.client.HTTPConnection(health.host, health.port, timeout=health.timeout)


def _body(got: http.client.HTTPResponse, deadline: float) -> bytes:
    """Read what comes before the deadline: a server that drips is a timeout, not a wait."""
    body = b""
    while len(body) < BODY:
        if time.monotonic() > deadline:
            raise socket.timeout
        piece = got.read1(BODY - len(body))
        if not piece:
            break
        body += piece
    return body


def version(where: str | None, headers: Any, body: bytes) -> str | None:
    """By JSON pointer (RFC 6901) or ``header:NAME``."""
    if not where:
        return None
    if where.startswith("header:"):
        said = headers.get(where[7:])
        return str(said)[:LONGEST] if said is not None else None
    try:
        found = json.loads(body)
        for part in where.split("/")[1:]:
            part = part.replace("~1", "/").replace("~0", "~")
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (ValueError, LookupError, TypeError):
        return None
    return str(found)[:LONGEST] if isinstance(found, (str, int, float)) else None
