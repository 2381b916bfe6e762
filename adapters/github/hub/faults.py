"""GitHub's answers that are no success, and answers that never came → ``AdapterError``. Pure.

Statuses as docs.github.com has them in "Troubleshooting the REST API": 404 may stand for 403, since GitHub does not
say that a private repository is there; ``X-Accepted-GitHub-Permissions`` names what a call needs.
"""

from __future__ import annotations

import re

from adapters.github.hub.asked import MOVED_TO, Asked, Reply, Unanswered, Unread
from adapters.github.hub.limits import limited
from bot.errors import AdapterError

KIND = "github"
REDIRECTS = (301, 302, 303, 307, 308)
GATEWAY = (408, 500, 502, 503, 504)
READ = "GET"


def error(code: str, *, retry: bool = False, **facts: object) -> AdapterError:
    return AdapterError(KIND, code, retry=retry, **facts)


def judged(asked: Asked, reply: Reply, until: float) -> AdapterError | None:
    """None: a success. ``until``: when a limited identity may ask again, epoch seconds."""
    if reply.status < 300 or reply.status == 304 or (asked.elsewhere and reply.status == 302):
        return None
    if reply.status in REDIRECTS:
        return error("moved", to=reply.headers.get(MOVED_TO, ""), what=what(asked.path))
    if limited(reply):
        return error("rate_limited", retry=True, until=until)
    if reply.status == 401:
        return error("unauthorized", message=reply.message)
    if reply.status == 403:
        return error("forbidden", permission=permission(reply), message=reply.message, what=what(asked.path))
    if reply.status in (404, 410):
        return error("not_found", what=what(asked.path), permission=permission(reply))
    if reply.status >= 500 or reply.status in GATEWAY:
        return unavailable(asked, reply.status)
    return error("refused", status=reply.status, message=reply.message)


def unavailable(asked: Asked, status: int) -> AdapterError:
    """What was sent may have been done although the answer is an error."""
    if asked.method == READ:
        return error("unavailable", retry=True, status=status)
    return error("lost", retry=True, call=asked.call)


def unanswered(asked: Asked, found: Unanswered) -> AdapterError:
    code = "timeout" if found.late else "lost"
    return error(code, retry=True, call=asked.call)


def unread(asked: Asked, found: Unread) -> AdapterError:
    """Something was done or not: the answer does not say."""
    if found.reply.status >= 500:
        return unavailable(asked, found.reply.status)
    return error("garbled", retry=asked.method != READ, call=asked.call)


def permission(reply: Reply) -> str:
    """``actions=write``; several that each suffice are joined by " or ". Empty: GitHub does not say."""
    if reply.headers.get("x-github-sso"):
        return "SSO"
    said = reply.headers.get("x-accepted-github-permissions", "")
    sets = [" + ".join(part.strip() for part in one.split(",") if part.strip()) for one in said.split(";")]
    return " or ".join(one for one in sets if one)[:200]


REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)(?:/(.*))?")


def what(path: str) -> str:
    """The repository, and what was asked of it."""
    found = REPOSITORY.fullmatch(path)
    if found is None:
        return path.strip("/")
    return " ".join(part for part in found.groups() if part)
