"""Names that sort by time: ULIDs for deploys and refusals, and shorter random words. (github.com/ulid/spec)"""

from __future__ import annotations

import secrets

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, lower case: also a valid part of unit and branch names


def ulid(now: float) -> str:
    """26 characters: 48 bits of milliseconds, 80 of chance."""
    bits = (int(now * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(bits >> shift) & 31] for shift in range(125, -5, -5))


def word(length: int) -> str:
    """Random lower-case base32: epochs (8) and nonces (25, the most that Discord takes)."""
    return "".join(secrets.choice(_BASE32) for _ in range(length))
