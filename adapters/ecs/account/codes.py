"""Every code of the line to AWS, with the names of its facts."""

from __future__ import annotations

CODES: dict[str, tuple[str, ...]] = {
    "unauthorized": ("message",),  # AWS does not know the keys, or they sign wrongly
    "expired": ("message",),  # keys that live for a while, and have
    "clock": ("message",),  # signed at a time that AWS does not believe
    "forbidden": ("action", "what", "message"),  # IAM does not allow it; ``what``: the resource, as far as AWS says it
    "not_found": ("what", "message"),
    "throttled": ("action",),  # asked too often; nothing was done
    "unavailable": ("status",),  # 5xx to a read
    "unreachable": ("call",),  # no connection: certainly not sent
    "lost": ("call",),  # sent, and no answer came, or one that leaves it open
    "timeout": ("call",),
    "garbled": ("call",),  # the answer was none of AWS's
    "refused": ("reason", "message", "call"),  # 4xx with AWS's own code and words
    "too_many": ("what", "limit"),  # more pages than anybody reads
    "no_credentials": ("why",),
    "no_region": ("why",),
    "no_account": (),  # the file gave this target nobody on AWS
    "wrong_account": ("expected", "found"),
}
