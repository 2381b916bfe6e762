"""Signature Version 4: whether the request was signed with the secret that belongs to the access key.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"
HEADER = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^/]+)/(?P<day>\d{{8}})/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request, ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Signed:
    """The `Authorization` header, taken apart."""

    key: str
    day: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str


def taken_apart(header: str) -> Signed | None:
    found = HEADER.fullmatch(header)
    if found is None:
        return None
    return Signed(
        found["key"],
        found["day"],
        found["region"],
        found["service"],
        tuple(found["headers"].split(";")),
        found["signature"],
    )


def right(
    signed: Signed, secret: str, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> bool:
    """Whether that secret makes that signature over this request."""
    scope = f"{signed.day}/{signed.region}/{signed.service}/aws4_request"
    asked = "\n".join(
        (
            method,
            quote(path, safe="/-_.~%"),
            _query(query),
            "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in signed.headers),
            ";".join(signed.headers),
            hashlib.sha256(body).hexdigest(),
        )
    )
    when = headers.get("x-amz-date", "")
    text = "\n".join((ALGORITHM, when, scope, hashlib.sha256(asked.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for part in (signed.day, signed.region, signed.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.digest(key, text.encode(), "sha256").hex(), signed.signature)


def _query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs))
