"""The blocking SDK in threads of its own: few, named, gone at ``close``.

Peculiarity: boto3 takes a page of HTML or half an answer for an empty one; what is not whole JSON is told here.
Idempotence: nothing is sent twice. boto3 may not try again; whoever asks decides that.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from adapters.ecs.account.asked import Asked, Keys, Unread, Where
from adapters.ecs.account.faults import error, judged, timeout
from adapters.ecs.account.threads import Closed, Threads

T = TypeVar("T")
READERS, WRITERS, LISTENERS = 6, 2, 16  # a write never waits for slow reads
CONNECT = 5.0  # seconds
SPARE = 1.0  # seconds beyond the deadline that a thread keeps by itself
CLIENTS = 40  # of these the oldest goes: sessions of attempts come and go
JSON = ("json", "rest-json")


class Wire:
    def __init__(self) -> None:
        self._reading = Threads("aws-read", READERS)
        self._writing = Threads("aws-write", WRITERS)
        self._listening = Threads("aws-listen", LISTENERS)
        self._one = threading.Lock()
        self._session: Any = None
        self._clients: dict[tuple[object, ...], Any] = {}

    async def exchange(self, asked: Asked, where: Where, keys: Keys) -> dict[str, Any]:
        """One request. Raises AdapterError. What still waits for a thread when the time is up is not sent."""
        threads = self._writing if asked.writes else self._reading
        return await self._run(threads, asked, lambda: self._exchange(asked, where, keys))

    async def listen(self, asked: Asked, where: Where, keys: Keys) -> dict[str, Any]:
        """A long poll: it is in nobody's way."""
        return await self._run(self._listening, asked, lambda: self._exchange(asked, where, keys))

    async def chain(self, asked: Asked) -> Keys:
        """What boto3 finds by itself: profiles, web identity, the container's or the instance's role."""
        return await self._run(self._reading, asked, self._chain)

    async def _run(self, threads: Threads, asked: Asked, work: Callable[[], T]) -> T:
        try:
            async with asyncio.timeout(asked.seconds + SPARE):
                return await threads.run(work)
        except TimeoutError:
            raise timeout(asked) from None
        except Closed:
            raise error("unreachable", retry=True, call=asked.call) from None
        except (BotoCoreError, ClientError, Unread) as raised:
            raise judged(asked, raised) from None

    async def close(self) -> None:
        """What is on its way has a moment to end; what waits is not sent any more."""
        await asyncio.gather(self._reading.close(), self._writing.close(), self._listening.close(0.0))
        for client in self._clients.values():
            client.close()

    def _exchange(self, asked: Asked, where: Where, keys: Keys) -> dict[str, Any]:
        client = self._client(asked, where, keys)
        try:
            answer: dict[str, Any] = getattr(client, asked.operation)(**asked.params)
        except (BotoCoreError, ClientError, Unread):
            raise
        except Exception as error:  # its parser, on an answer in a shape of nobody's
            raise Unread(type(error).__name__) from None
        if asked.wants is not None and asked.wants not in answer:
            raise Unread(asked.wants)
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def _chain(self) -> Keys:
        with self._one:
            found = self._made().get_credentials()
        if found is None:
            raise NoCredentialsError
        frozen = found.get_frozen_credentials()
        return Keys(frozen.access_key, frozen.secret_key, frozen.token)

    def _made(self) -> Any:
        """Sessions may not be shared by threads that make clients; clients may."""
        if self._session is None:
            self._session = boto3.session.Session()
        return self._session

    def _client(self, asked: Asked, where: Where, keys: Keys) -> Any:
        named = (asked.service, where, keys.access, keys.token, asked.seconds)
        with self._one:
            found = self._clients.pop(named, None) or self._opened(asked, where, keys)
            self._clients[named] = found
            if len(self._clients) > CLIENTS:
                self._clients.pop(next(iter(self._clients)))
            return found

    def _opened(self, asked: Asked, where: Where, keys: Keys) -> Any:
        client = self._made().client(
            asked.service,
            region_name=where.region,
            endpoint_url=where.endpoint,
            aws_access_key_id=keys.access,
            aws_secret_access_key=keys.secret,
            aws_session_token=keys.token,
            config=Config(
                connect_timeout=CONNECT,
                read_timeout=asked.seconds,
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=READERS,
                user_agent_extra="slipway",
                ignore_configured_endpoint_urls=True,  # the file says where AWS is, and nothing else does
                proxies={} if where.endpoint else None,
            ),
        )
        client.meta.events.register("before-parse", _whole)
        return client


def _whole(operation_model: Any, response_dict: Mapping[str, Any], **more: object) -> None:
    """Raises Unread for a success whose body is not the JSON that it must be."""
    if response_dict["status_code"] >= 300 or operation_model.service_model.resolved_protocol not in JSON:
        return
    body = response_dict["body"] or b"{}"
    try:
        found = json.loads(body)
    except ValueError:
        raise Unread("not JSON") from None
    if not isinstance(found, dict):
        raise Unread("no object")
