"""One thread's line to GitHub: PyGithub's ``Requester`` with what it lacks for a deploy bot.

PyGithub keeps the request that is being sent in the connection object, so that two threads on one ``Requester`` may
send each other's: every thread has its own. It follows a moved repository by itself, without the query and with the
body, and reads an answer of any size for any time: our connection hands a move on to us, and is bounded in both.
"""

from __future__ import annotations

import json
import time
from collections.abc import ItemsView
from io import BufferedReader
from urllib.parse import urlsplit

import requests
from github import Auth
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester, RequestsResponse

from adapters.github.hub.asked import MOVED_TO, Asked, Reply, Unanswered, Unread

CONNECT = 5.0  # seconds
CHUNK = 64 * 1024
PER_PAGE = 100
VERSION = "2022-11-28"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Whole(RequestsResponse):
    """An answer that is read already."""

    def __init__(self, reply: requests.Response, body: bytes) -> None:
        super().__init__(reply)
        self._body = body

    def getheaders(self) -> ItemsView[str, str]:
        found = {name.lower(): value for name, value in self.headers.items()}
        return {MOVED_TO if name == "location" else name: value for name, value in found.items()}.items()

    def read(self) -> str:
        return self._body.decode("utf-8", "replace")


class Line:
    """Not for two threads at once. Nothing is sent twice: neither PyGithub nor urllib3 may try again."""

    def __init__(self, api: str) -> None:
        to = urlsplit(api)
        self._root = f"{to.scheme}://{to.netloc}"
        self._session = requests.Session()
        self._session.auth = Requester.noopAuth  # else a .netrc would speak for us
        self._session.trust_env = to.hostname not in LOOPBACK  # proxies
        self._until, self._limit = 0.0, 0
        self._requester = self._made(api)

    def exchange(self, asked: Asked, credential: str, *, jwt: bool) -> Reply:
        """One request. Raises Unanswered and Unread."""
        self._until, self._limit = time.monotonic() + asked.seconds, asked.limit
        headers = {"Accept": "application/vnd.github+json"}
        if asked.etag is not None:
            headers["If-None-Match"] = asked.etag
        (Auth.AppAuthToken(credential) if jwt else Auth.Token(credential)).authentication(headers)
        try:
            found = self._requester.requestJson(asked.method, asked.path, dict(asked.params), headers, asked.body)
        except requests.exceptions.RequestException as error:
            late = isinstance(error, requests.exceptions.Timeout)
            raise Unanswered(type(error).__name__, late=late) from None
        return _read(*found)

    def close(self) -> None:
        self._session.close()

    def _sent(self, verb: str, path: str, headers: dict[str, str], body: str | BufferedReader | None) -> Whole:
        left = max(self._until - time.monotonic(), 0.1)
        reply = self._session.request(
            verb,
            f"{self._root}{path}",
            headers=headers,
            data=body,
            timeout=(min(CONNECT, left), left),
            allow_redirects=False,
            stream=True,
        )
        try:
            whole = Whole(reply, self._body(reply))
        finally:
            reply.close()
        if verb == "GET" and whole.status == 202:  # PyGithub would sleep and ask again, for ever
            raise Unanswered("not ready")
        return whole

    def _body(self, reply: requests.Response) -> bytes:
        """Each read ends by its own timeout, all of them by the deadline."""
        found = bytearray()
        for chunk in reply.iter_content(CHUNK):
            found += chunk
            if len(found) > self._limit:
                raise Unread(Reply(reply.status_code, {}), "too big")
            if time.monotonic() > self._until:
                raise Unanswered("slow", late=True)
        return bytes(found)

    def _made(self, api: str) -> Requester:
        line = self

        class Plain(HTTPRequestsConnectionClass):
            def getresponse(self) -> RequestsResponse:
                return line._sent(self.verb, self.url, self.headers, self.input)

        class Secure(HTTPSRequestsConnectionClass):
            def getresponse(self) -> RequestsResponse:
                return line._sent(self.verb, self.url, self.headers, self.input)

        class Ours(Requester):
            """A class of its own, so that no other client of this process gets our connections."""

        Ours.injectConnectionClasses(Plain, Secure)
        return Ours(
            auth=None,
            base_url=api,
            timeout=int(CONNECT),
            user_agent="slipway",
            per_page=PER_PAGE,
            verify=True,
            retry=0,
            pool_size=1,
            api_version=VERSION,
        )


def _read(status: int, headers: dict[str, str], text: str) -> Reply:
    reply = Reply(status, headers, size=len(text))
    if not text.strip():
        return reply
    try:
        return Reply(status, headers, json.loads(text), len(text))
    except ValueError:
        if status >= 300:  # a page of words from something on the way
            return reply
        raise Unread(reply, "not JSON") from None
