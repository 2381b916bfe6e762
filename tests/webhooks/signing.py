"""A throw-away SNS: its certificates, and messages that it signs, honest by default."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:slipway"
CERTIFICATE = "https://sns.ap-northeast-2.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
TOKEN = "2336412f37fb687f5d51e6e2425f004aXs5"
NUMBERS = count(1)
HONEST, STRANGER = "honest", "stranger"  # two keys of SNS's size
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

EVENT: Mapping[str, Any] = {
    "version": "0",
    "id": "ddca6449-b258-46c0-8653-e0e3a6000000",
    "detail-type": "ECS Deployment State Change",
    "source": "aws.ecs",
    "account": "123456789012",
    "time": "2026-11-21T12:31:14Z",
    "region": "ap-northeast-2",
    "resources": ["arn:aws:ecs:ap-northeast-2:123456789012:service/prod-cluster/prod-service"],
    "detail": {"eventType": "INFO", "eventName": "SERVICE_DEPLOYMENT_COMPLETED", "deploymentId": "ecs-svc/123"},
}


def event_of(cluster: str, service: str) -> dict[str, Any]:
    where = f"arn:aws:ecs:ap-northeast-2:123456789012:service/{cluster}/{service}"
    return {**EVENT, "resources": [where]}


@cache
def key(name: str = HONEST, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same one for the same name: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def certificate(
    name: str = "sns.amazonaws.com",
    signer: Key | None = None,
    *,
    now: float,
    days: tuple[int, int] = (-1, 30),
    also: Sequence[str] = (),
) -> bytes:
    """PEM, of a CA that nobody knows, as SNS serves its own: one certificate alone. ``days``: from, until."""
    of = signer or key()
    begins, ends = (datetime.fromtimestamp(now, UTC) + timedelta(days=one) for one in days)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a throw-away CA")])
    built = (
        x509.CertificateBuilder(issuer, subject, of.public_key(), x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )
    if also:
        built = built.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in also]), critical=False)
    return built.sign(key("CA"), SHA256()).public_bytes(Encoding.PEM)


def stamp(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def notification(now: float, event: object = EVENT, **changed: object) -> dict[str, Any]:
    """Not signed yet. ``changed``: fields put otherwise; None: left out."""
    text = event if isinstance(event, str) else json.dumps(event)
    found: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": f"22b80b92-fdea-4c2c-8f9d-{next(NUMBERS):012}",
        "TopicArn": TOPIC,
        "Message": text,
        "Timestamp": stamp(now),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE,
        "UnsubscribeURL": "https://sns.ap-northeast-2.amazonaws.com/?Action=Unsubscribe",
    }
    found |= changed
    return {name: value for name, value in found.items() if value is not None}


def confirmation(now: float, kind: str = "SubscriptionConfirmation", **changed: object) -> dict[str, Any]:
    asked = f"https://sns.ap-northeast-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={TOKEN}"
    found = notification(now, "You have chosen to subscribe to the topic.", Type=kind, Token=TOKEN, SubscribeURL=asked)
    del found["UnsubscribeURL"]
    found |= changed
    return {name: value for name, value in found.items() if value is not None}


def canonical(message: Mapping[str, Any]) -> bytes:
    """As the documentation words it, written anew: names in the order of the alphabet, but only those that count."""
    links = ("SubscribeURL", "Token") if message["Type"] != "Notification" else ("Subject",)
    names = sorted({"Message", "MessageId", "Timestamp", "TopicArn", "Type", *links} & message.keys())
    return "".join(f"{name}\n{message[name]}\n" for name in names).encode()


def signed(
    message: Mapping[str, Any], by: rsa.RSAPrivateKey | None = None, digest: HashAlgorithm | None = None
) -> dict[str, Any]:
    made = (by or key()).sign(canonical(message), padding.PKCS1v15(), digest or SHA256())
    return {**message, "Signature": base64.b64encode(made).decode()}


OLD_WAY = SHA1()
