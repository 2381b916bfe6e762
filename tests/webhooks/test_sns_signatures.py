"""A million ways to be wrong about what SNS signed: none is believed."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from bot.webhooks.sns import certificate, message
from tests.webhooks import signing
from tests.webhooks.signing import OLD_WAY, STRANGER, confirmation, notification, signed

MUTATIONS = 10_000
NOW = 1_800_000_000.0
KEY = certificate.read(signing.certificate(now=NOW))
GOOD = tuple(signed(one) for one in (notification(NOW), notification(NOW, Subject="one"), confirmation(NOW)))
OTHERS = [signed(one, digest=OLD_WAY)["Signature"] for one in GOOD]
OTHERS += [signed(one, signing.key(STRANGER))["Signature"] for one in GOOD]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="


def _flipped(chance: random.Random, good: str) -> str:
    """One bit of what was computed is another."""
    made = bytearray(base64.b64decode(good))
    made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return base64.b64encode(made).decode()


def _swapped(chance: random.Random, good: str) -> str:
    at, other = chance.sample(range(len(good)), 2)
    chars = list(good)
    chars[at], chars[other] = chars[other], chars[at]
    return "".join(chars)


def _cut(chance: random.Random, good: str) -> str:
    return good[: chance.randrange(len(good))]


def _longer(chance: random.Random, good: str) -> str:
    at = chance.choice((0, len(good)))
    return good[:at] + "".join(chance.choices(f"{LETTERS} \n", k=chance.randint(1, 70))) + good[at:]


def _letter(chance: random.Random, good: str) -> str:
    """The last letters but one carry bits that decode to nothing: another way to write the same is no other."""
    at = chance.choice((chance.randrange(len(good)), len(good) - 3))
    return good[:at] + chance.choice(f"{LETTERS}-_ \0é０") + good[at + 1 :]


def _guessed(chance: random.Random, good: str) -> str:
    return base64.b64encode(chance.randbytes(chance.choice((0, 1, 128, 255, 256, 257, 512)))).decode()


def _another(chance: random.Random, good: str) -> str:
    """Of another message, by a stranger, or with SHA-1."""
    return chance.choice([*OTHERS, *(one["Signature"] for one in GOOD)])


WAYS: tuple[Callable[[random.Random, str], str], ...] = (
    *(_flipped, _swapped, _cut, _longer, _letter, _guessed, _another),
)


def _bent(chance: random.Random, good: Mapping[str, Any]) -> dict[str, Any]:
    """A field that is signed has one character more, less, or another."""
    names = [name for name in message.SIGNED[good["Type"]] if name in good]
    name = chance.choice(names)
    value, found = good[name], dict(good)
    at = chance.randrange(len(value))
    found[name] = (
        value[:at] + chance.choice(["", "x", "\n", chr(ord(value[at]) ^ 1)]) + value[at + chance.randint(0, 1) :]
    )
    return found


def mutated(chance: random.Random, times: int) -> Iterator[dict[str, Any]]:
    """Messages whose signature is wrong, or that are others than were signed."""
    for _ in range(times):
        good = chance.choice(GOOD)
        way = chance.randrange(len(WAYS) + 2)
        changed = (
            {**good, "Signature": WAYS[way](chance, good["Signature"])} if way < len(WAYS) else _bent(chance, good)
        )
        if changed != good:
            yield changed


def believed(given: object) -> bool:
    try:
        found = message.read(given)
    except ValueError:
        return False
    return certificate.holds(found.signed, found.signature, KEY)


@pytest.mark.chaos
def test_no_mutated_message_of_sns_is_ever_believed(scale: int) -> None:
    chance, tried = random.Random(1977), 0
    assert all(believed(one) for one in GOOD)
    for given in mutated(chance, MUTATIONS * scale):
        assert not believed(given), given
        tried += 1
    assert tried > MUTATIONS * scale * 0.9
