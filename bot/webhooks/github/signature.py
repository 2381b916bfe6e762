"""Who sent it: HMAC-SHA256 over the raw bytes, by either secret, compared in constant time.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

from bot.model import Secret

HEADER = "X-Hub-Signature-256"
FORM = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII)


def sign(body: bytes, secret: str) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def well_formed(given: Sequence[str]) -> bool:
    """Exactly one header, of the one form: judged before a body is read."""
    return len(given) == 1 and FORM.fullmatch(given[0]) is not None


def holds(body: bytes, given: str, secrets: Sequence[Secret]) -> bool:
    """Every secret is tried, so that the time tells nothing of which. ``given``: anything at all."""
    if not FORM.fullmatch(given):
        return False
    return sum(hmac.compare_digest(sign(body, secret.reveal()), given) for secret in secrets) > 0
