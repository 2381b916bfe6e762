"""A message of SNS as it comes over HTTP, and the bytes that its signature is over.

https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

NOTIFICATION = "Notification"
SUBSCRIPTION, UNSUBSCRIBED = "SubscriptionConfirmation", "UnsubscribeConfirmation"
SIGNED: Mapping[str, tuple[str, ...]] = {
    NOTIFICATION: ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    **dict.fromkeys(
        (SUBSCRIPTION, UNSUBSCRIBED),
        ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
"""By type, in this order; only a subject may be missing."""

ONE_LINE = {
    "MessageId": re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII),
    "Timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z", re.ASCII),
    "TopicArn": re.compile(r"arn:[A-Za-z0-9:_.-]{1,400}", re.ASCII),
    "Token": re.compile(r"[0-9A-Za-z]{1,1000}", re.ASCII),
}
"""Nothing separates what is signed but line ends. The topic stands at its end and is one line here, so that no subject
and no text that somebody publishes to a topic of their own can be read as a message of ours."""


@dataclass(frozen=True)
class Message:
    """``at``: when SNS says it was published, Unix time. ``token``: a secret, of a confirmation only."""

    kind: str
    id: str
    topic: str
    at: float
    text: str
    certificate: str
    version: str
    signature: bytes
    signed: bytes
    token: str = ""


def read(found: object) -> Message:
    """Raises ValueError: no message of SNS, or one of a kind that did not exist when this was written."""
    kind = found.get("Type") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(kind, str) or kind not in SIGNED:
        raise ValueError("no message of SNS")
    names = [name for name in SIGNED[kind] if name != "Subject" or found.get(name) is not None]
    parts = {name: _text(found, name) for name in names}
    return Message(
        kind=kind,
        id=parts["MessageId"],
        topic=parts["TopicArn"],
        at=datetime.fromisoformat(parts["Timestamp"]).timestamp(),
        text=parts["Message"],
        certificate=_text(found, "SigningCertURL"),
        version=_text(found, "SignatureVersion"),
        signature=_bytes(_text(found, "Signature")),
        signed="".join(f"{name}\n{value}\n" for name, value in parts.items()).encode(),
        token=parts.get("Token", ""),
    )


def _text(found: Mapping[str, object], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or (name in ONE_LINE and not ONE_LINE[name].fullmatch(value)):
        raise ValueError(f"{name} is not what it should be")
    return value


def _bytes(text: str) -> bytes:
    """Of the one way to write them: a signature in other letters is another one."""
    try:
        found = base64.b64decode(text)
    except ValueError:  # binascii.Error, too
        raise ValueError("Signature is no base64") from None
    if base64.b64encode(found).decode() != text:
        raise ValueError("Signature is not as base64 is written")
    return found
