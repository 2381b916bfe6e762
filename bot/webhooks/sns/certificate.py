"""Whose signature it is: where a certificate may come from, which ones count, and what they signed.

The certificate's address is part of the message and not signed: whoever writes the message chooses it. What makes the
answer SNS's own is https to a host that only AWS can hold a certificate for, in the region of the topic. SNS serves the
one certificate without its issuers, so no chain is built; its name, its dates and its key are judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

ADDRESS = re.compile(r"https://sns\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/[A-Za-z0-9_-]{1,200}\.pem", re.ASCII)
NAME = re.compile(r"sns(?:-signing)?[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?", re.ASCII)
"""``sns.amazonaws.com``, ``sns-signing.REGION.amazonaws.com``, ``sns-REGION.amazonaws.com.cn``."""
SMALLEST = 2048  # bits
UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


class Unfit(ValueError):
    """A certificate that proves nothing; says why."""


@dataclass(frozen=True)
class Key:
    """Unix times between which it counts."""

    public: rsa.RSAPublicKey
    since: float
    until: float


def allowed(url: str, topic: str) -> bool:
    """Only SNS itself, in the topic's own region; nothing in the address that two readers could read differently."""
    found = ADDRESS.fullmatch(url)
    return found is not None and found[1] == region(topic)


def region(topic: str) -> str:
    return topic.split(":")[3]


def read(pem: bytes) -> Key:
    """Raises Unfit. Of several certificates the first is whoever signs."""
    try:
        found = x509.load_pem_x509_certificate(pem)
        names = _names(found)
        key = found.public_key()
    except UNREADABLE:
        raise Unfit("is no certificate") from None
    if not any(NAME.fullmatch(name) for name in names):
        raise Unfit("is not SNS's")
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < SMALLEST:
        raise Unfit("has a weak key")
    return Key(key, found.not_valid_before_utc.timestamp(), found.not_valid_after_utc.timestamp())


def _names(found: x509.Certificate) -> list[str]:
    """Those of its extension, where it has one; only without them the old place of a name counts (RFC 6125)."""
    try:
        kept = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [str(one.value) for one in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return kept.get_values_for_type(x509.DNSName)


def holds(signed: bytes, signature: bytes, key: Key) -> bool:
    """SHA-256 with RSA, signature version 2. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html"""
    try:
        key.public.verify(signature, signed, padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
