"""The App's own signature: a JSON Web Token by RS256, as GitHub checks it."""

import base64
import binascii
import json
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from playground.github.accounts import App
from playground.github.errors import ApiError, PlaygroundError
from playground.github.state import State

LONGEST = 600.0
"""A token may be good for ten minutes at most."""
SKEW = 60.0
UNREADABLE = "A JSON web token could not be decoded"


@cache
def key_pair(number: int) -> str:
    """A private key as PEM (PKCS#1), as GitHub hands it out: one for each number, made once in a process."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    kind = serialization.PrivateFormat.TraditionalOpenSSL
    return made.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()


def app_of(state: State, header: str) -> App:
    """The App that signed the request. Raises 401 for a token that does not hold, 404 for an unknown issuer."""
    scheme, _, text = header.partition(" ")
    parts = text.strip().split(".")
    if scheme.lower() != "bearer" or len(parts) != 3:
        raise ApiError(401, UNREADABLE)
    head, claims = _json(parts[0]), _json(parts[1])
    if head.get("alg") != "RS256":
        raise ApiError(401, UNREADABLE)
    app = state.app_by_issuer(str(claims.get("iss")))
    if app is None:
        raise ApiError(404, "Integration not found")
    _verify(app, f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]))
    _in_time(claims, state.now())
    return app


def _verify(app: App, signed: bytes, signature: bytes) -> None:
    try:
        _public(app.private_key).verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise ApiError(401, UNREADABLE) from None


@cache
def _public(key: str) -> rsa.RSAPublicKey:
    private = serialization.load_pem_private_key(key.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise PlaygroundError("an App's key is an RSA key")
    return private.public_key()


def _in_time(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(expires, int | float) or expires <= now:
        raise ApiError(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which"
            " the assertion expires",
        )
    if expires > now + LONGEST + SKEW:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int | float) or issued > now + SKEW:
        raise ApiError(
            401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
        )


def _json(part: str) -> dict[str, Any]:
    try:
        parsed = json.loads(_bytes(part))
    except ValueError:
        raise ApiError(401, UNREADABLE) from None
    return parsed if isinstance(parsed, dict) else {}


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise ApiError(401, UNREADABLE) from None
