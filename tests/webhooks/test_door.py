"""What strangers send to a door that the whole internet can knock at, through a real socket."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import hmac
import json
import logging
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from bot import metrics
from bot.model import RepositoryHint
from bot.webhooks.bounded import DEPTH, PARTS, SIZE, VALUES
from bot.webhooks.github.signature import HEADER, sign
from tests.webhooks.deliveries import NEW, OLD, RUN, Post, headers, posted

HEARD = RepositoryHint("org/app", 7, "b" * 40)
BODY = json.dumps(RUN).encode()


def counted(event: str, outcome: str) -> float:
    labels = {"source": "github", "event": event, "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("slipway_webhook_deliveries_total", labels) or 0.0


def nested(depth: int) -> bytes:
    return b'{"repository":' * depth + b"0" + b"}" * depth


async def test_a_delivery_that_is_signed_is_heard_once(post: Post) -> None:
    before = counted("workflow_run", "heard")
    assert await post.send() == (202, "heard")
    assert post.heard == [HEARD]
    assert counted("workflow_run", "heard") == before + 1


async def test_either_of_two_secrets_signs_while_one_is_exchanged(post: Post) -> None:
    assert await post.send({**RUN, "n": 1}, key=NEW) == (202, "heard")
    assert await post.send({**RUN, "n": 2}, key=OLD) == (202, "heard")
    assert await post.send({**RUN, "n": 3}, key="another secret") == (401, "forged")


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "sha256=",
        "sha256=" + "0" * 64,
        "sha1=" + hmac.new(NEW.encode(), BODY, hashlib.sha1).hexdigest(),
        sign(BODY, NEW).removeprefix("sha256="),
        sign(BODY, NEW).upper(),
        sign(BODY, NEW) + "0",
        sign(BODY, NEW)[:-1],
        sign(BODY + b" ", NEW),
        sign(BODY, ""),
        sign(BODY, "another secret"),
    ],
)
async def test_a_forged_delivery_is_refused_and_nobody_hears_of_it(post: Post, given: str | None) -> None:
    status, _ = await post.send(**{HEADER: given})
    assert status == 401
    assert post.heard == []


async def test_two_signatures_are_none_though_one_of_them_holds(post: Post) -> None:
    good = headers(BODY, "workflow_run", NEW)
    lines = [f"{name}: {value}" for name, value in good.items()]
    head = "\r\n".join(["POST /webhooks/github HTTP/1.1", "Host: x", *lines, f"{HEADER}: sha256={'0' * 64}"])
    answer = await post.write(f"{head}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY)
    assert answer.startswith(b"HTTP/1.1 401")
    assert post.heard == []


async def test_forgeries_are_counted_one_by_one_but_said_and_written_down_once(
    post: Post, logged: list[structlog.typing.EventDict]
) -> None:
    before = counted("other", "forged")
    for _ in range(20):
        await post.send(**{HEADER: "sha256=" + "0" * 64})
    assert counted("other", "forged") == before + 20
    assert [line["times"] for line in logged if line["event"] == "signature_refused"] == [1]
    assert [row.facts["times"] for row in await post.audited()] == [1]
    post.clock.pass_(3600.0)
    await post.send(**{HEADER: "sha256=" + "0" * 64})
    assert [line["times"] for line in logged if line["event"] == "signature_refused"] == [1, 20]
    assert [row.facts["times"] for row in await post.audited()] == [20, 1]


async def test_the_same_delivery_again_is_accepted_and_not_heard_again(post: Post) -> None:
    assert await post.send(delivery="one") == (202, "heard")
    assert await post.send(delivery="one") == (202, "repeated")
    assert len(post.heard) == 1


async def test_a_replay_under_another_id_is_known_by_what_was_signed(post: Post) -> None:
    assert await post.send(delivery="one") == (202, "heard")
    assert await post.send(delivery="two") == (202, "repeated")
    assert len(post.heard) == 1


async def test_a_replay_after_a_restart_is_known_too(tmp_path: Path) -> None:
    async with posted(tmp_path) as first:
        await first.send(delivery="one")
    async with posted(tmp_path) as second:
        assert await second.send(delivery="one") == (202, "repeated")


async def test_a_body_over_the_cap_is_refused_before_it_is_read(post: Post) -> None:
    head = headers(b"", "push", NEW)
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    raw = f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: 104857600\r\n\r\n".encode()
    assert (await post.write(raw)).startswith(b"HTTP/1.1 413")


async def test_a_body_without_a_length_is_cut_off_while_it_streams(post: Post) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers(b"", "push", NEW).items())
    head = f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n{lines}Transfer-Encoding: chunked\r\n\r\n".encode()
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    assert (await post.write(head + chunk * 17)).startswith(b"HTTP/1.1 413")
    assert post.heard == []


async def test_a_body_of_the_largest_size_is_still_read(post: Post) -> None:
    body = json.dumps({**RUN, "more": ""}).encode()
    body = body.replace(b'"more": ""', b'"more": "' + b"x" * (SIZE - len(body)) + b'"')
    assert len(body) == SIZE
    assert await post.send(raw=body) == (202, "heard")
    assert (await post.send(raw=body + b" "))[0] == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity", ""])
async def test_a_compressed_delivery_is_refused_though_its_signature_holds(post: Post, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000 + BODY)
    assert await post.send(raw=bomb, Content_Encoding=encoding) == (415, "encoded")
    assert post.heard == []


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/json", "application/json; charset=utf-16", "text/plain", ""]
)
async def test_another_type_than_json_is_refused(post: Post, kind: str) -> None:
    assert await post.send(Content_Type=kind) == (415, "not_json")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        nested(DEPTH + 1),
        nested(15_000),
        b"[" + b"{}," * PARTS + b"{}]",
        b"[" + b"1," * (VALUES + 1) + b"1]",
        b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1),
        b'{"repository": NaN}',
        b'{"n": ' + b"9" * 5000 + b"}",
        b'\xff\xfe{"repository": {}}',
        '{"repository": {}}'.encode("utf-16"),
    ],
)
async def test_signed_nonsense_and_bombs_are_refused_without_being_built(post: Post, body: bytes) -> None:
    assert await post.send(raw=body) == (400, "garbled")
    assert post.heard == []


async def test_what_is_as_deep_as_allowed_is_read(post: Post) -> None:
    assert await post.send(raw=nested(DEPTH)) == (202, "ignored")


@pytest.mark.parametrize("payload", [None, 7, "text", [], {}, [RUN], {"repository": "org/app"}, {"repository": {}}])
async def test_json_that_is_no_delivery_is_accepted_and_ignored(post: Post, payload: object) -> None:
    assert await post.send(payload) == (202, "ignored")
    assert post.heard == []


async def test_an_event_that_nobody_waits_for_is_accepted_and_takes_no_label(post: Post) -> None:
    before = counted("other", "ignored")
    assert await post.send(event="ping") == (202, "ignored")
    assert await post.send(event="some_event_of_next_year") == (202, "ignored")
    assert counted("other", "ignored") == before + 2


@pytest.mark.parametrize("changed", [{"X_GitHub_Event": None}, {"X_GitHub_Delivery": None}, {"X_GitHub_Event": "A B"}])
async def test_a_delivery_without_its_names_is_refused(post: Post, changed: dict[str, str | None]) -> None:
    assert await post.send(**changed) == (400, "unnamed")


async def test_only_one_path_and_one_method_lead_in(post: Post) -> None:
    for method, path, status in (
        ("GET", "/webhooks/github", 405),
        ("POST", "/webhooks/gitlab", 404),
        ("GET", "/", 404),
    ):
        async with post.session.request(method, f"http://127.0.0.1:{post.port}{path}") as answer:
            assert answer.status == status
    assert await post.audited() == []  # a stranger who lost his way has forged nothing


async def test_a_ledger_that_cannot_be_written_leaves_the_delivery_with_its_sender(post: Post) -> None:
    with closing(sqlite3.connect(post.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await post.send(delivery="one") == (503, "not_taken")
        assert post.heard == []
    assert await post.send(delivery="one") == (202, "heard")


async def test_whoever_is_slow_with_headers_body_or_reading_is_cut_off(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with posted(tmp_path, life=0.3) as post:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers(BODY, "push", NEW).items())
        head = f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n{lines}".encode()
        halves = (
            b"",
            b"POST /webh",
            head + b"X-A: ",
            head + b"Content-Length: 100\r\n\r\n" + BODY[:5],
            head + b"Transfer-Encoding: chunked\r\n\r\n5\r\n" + BODY[:5],
        )
        assert await asyncio.gather(*(post.write(half) for half in halves)) == [b""] * len(halves)
        assert caplog.records == []
        assert await post.send() == (202, "heard")


async def test_many_who_are_slow_keep_nobody_out_for_longer_than_a_connection_lives(tmp_path: Path) -> None:
    async with posted(tmp_path, life=1.0, most=8) as post:
        held = [asyncio.create_task(post.write(b"POST /webh")) for _ in range(50)]
        await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*held)
        assert await post.send() == (202, "heard")


async def test_more_connections_than_there_is_room_for_are_closed_at_once(tmp_path: Path) -> None:
    async with posted(tmp_path, life=60.0, most=4) as post:
        held = [await asyncio.open_connection("127.0.0.1", post.port) for _ in range(4)]
        assert await post.write(b"POST /webh") == b""
        for _, writer in held:
            writer.close()
            await writer.wait_closed()
        assert await post.send() == (202, "heard")


async def test_senders_who_hang_up_in_the_middle_leave_no_line_in_the_log(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers(BODY, "push", NEW).items())
    head = f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {len(BODY)}\r\n\r\n".encode()
    with caplog.at_level(logging.WARNING):
        badly = head.replace(b"Content-Length: ", b"Transfer-Encoding: chunked\r\nX-Was: ") + b"zz\r\nnot hex"
        for sent in (head + BODY[:10], head + BODY, head, badly):
            _, writer = await asyncio.open_connection("127.0.0.1", post.port)
            writer.write(sent)
            await writer.drain()
            writer.transport.abort()
        assert (await post.write(badly)).startswith(b"HTTP/1.")
        assert await post.send({**RUN, "n": 1}) == (202, "heard")
    assert caplog.records == []
    assert await post.audited() == []  # half a body has no signature that could be wrong


async def test_garbage_is_no_reason_for_a_line_in_the_log(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(7)
    with caplog.at_level(logging.WARNING):
        junk = [chance.randbytes(chance.randint(1, 400)) for _ in range(50)]
        junk += [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(80), b"GET / HTTP/9.9\r\n\r\n"]
        await asyncio.gather(*(post.write(one + b"\r\n\r\n", end=True) for one in junk))
    assert caplog.records == []
    assert await post.send() == (202, "heard")
