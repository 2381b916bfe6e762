"""A million ways to be wrong about who sent it: none is believed."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping

import pytest

from bot.webhooks.github.signature import HEADER, holds, sign
from tests.webhooks.deliveries import NEW, OLD, Post, headers, secret

MUTATIONS, OVER_THE_WIRE = 10_000, 300
BODY = b'{"repository": {"full_name": "org/app"}, "workflow_run": {"id": 7}}'
SECRETS = (secret(NEW), secret(OLD))
HEX = "0123456789abcdef"


def _flipped(chance: random.Random, good: str) -> str:
    """One bit of what was computed is another."""
    digest = bytearray.fromhex(good.removeprefix("sha256="))
    digest[chance.randrange(32)] ^= 1 << chance.randrange(8)
    return f"sha256={digest.hex()}"


def _swapped(chance: random.Random, good: str) -> str:
    at, other = chance.sample(range(7, len(good)), 2)
    chars = list(good)
    chars[at], chars[other] = chars[other], chars[at]
    return "".join(chars)


def _cut(chance: random.Random, good: str) -> str:
    return good[: chance.randrange(len(good))]


def _longer(chance: random.Random, good: str) -> str:
    return good + "".join(chance.choices(f"{HEX}, \n;=", k=chance.randint(1, 70)))


def _letter(chance: random.Random, good: str) -> str:
    at = chance.randrange(len(good))
    return good[:at] + chance.choice("ABCDEFg \0é０=") + good[at + 1 :]


def _guessed(chance: random.Random, good: str) -> str:
    return f"sha256={''.join(chance.choices(HEX, k=64))}"


def _other_secret(chance: random.Random, good: str) -> str:
    """Near misses of the right ones among them."""
    return sign(BODY, chance.choice([NEW[:-1], OLD + "\n", NEW.upper(), NEW + OLD, "", str(chance.random())]))


def _renamed(chance: random.Random, good: str) -> str:
    prefix = chance.choice(["sha1=", "SHA256=", "sha512=", "", " sha256=", "sha256:", "sha256= "])
    return prefix + good.removeprefix("sha256=")


WAYS: tuple[Callable[[random.Random, str], str], ...] = (
    *(_flipped, _swapped, _cut, _longer, _letter, _guessed, _other_secret, _renamed),
)


def mutated(chance: random.Random, times: int) -> Iterator[tuple[bytes, str]]:
    """(body, header): the header is wrong, or the body is another than was signed."""
    good = {value: sign(BODY, value) for value in (NEW, OLD)}
    for _ in range(times):
        right = good[chance.choice((NEW, OLD))]
        way = chance.randrange(len(WAYS) + 1)
        if way < len(WAYS):
            given = WAYS[way](chance, right)
            if given not in good.values():  # two equal characters change places
                yield BODY, given
        else:
            body = bytearray(BODY)
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
            yield bytes(body), right


@pytest.mark.chaos
def test_no_mutated_signature_is_ever_believed(scale: int) -> None:
    chance, tried = random.Random(1844), 0
    assert holds(BODY, sign(BODY, NEW), SECRETS)
    assert holds(BODY, sign(BODY, OLD), SECRETS)
    for body, given in mutated(chance, MUTATIONS * scale):
        assert not holds(body, given, SECRETS), (body, given)
        tried += 1
    assert tried > MUTATIONS * scale * 0.98


async def test_nor_is_one_over_the_wire(post: Post) -> None:
    seen: Mapping[int, list[str]] = {401: [], 400: []}
    for body, given in mutated(random.Random(7), OVER_THE_WIRE):
        if given.isascii() and given.isprintable() and given == given.strip():  # HTTP takes blanks at the ends away
            status, outcome = await post.send(raw=body, **{HEADER: given})
            seen[status].append(outcome)
    assert len(seen[401]) > OVER_THE_WIRE * 0.8
    assert seen[400] == []
    assert post.heard == []


def _head(given: str) -> bytes:
    """Of a request whose body never comes."""
    head = {**headers(BODY, "push", NEW), HEADER: given, "Content-Length": "100"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST /webhooks/github HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()


async def test_one_that_cannot_be_right_is_refused_before_a_body_is_waited_for(post: Post) -> None:
    wrong = ("sha256=", f"sha1={'0' * 40}", sign(BODY, NEW)[:-1])
    answers = await asyncio.gather(*(post.write(_head(given)) for given in wrong))
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 401"] * len(wrong)
