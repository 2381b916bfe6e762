"""What other services call."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

WEBHOOKS = {
    "webhooks.free": Check("", "", "{host}:{port} is free for /webhooks/github"),
    "webhooks.listen": Check(
        "{host}:{port} is taken by something else than Slipway",
        "stop what listens there, or change web.webhooks",
        "the running bot listens at {host}:{port}",
    ),
    "webhooks.secret": Check(
        "{name} is short enough to be guessed",
        "make another one (openssl rand -hex 32), and exchange it as docs/webhooks.md says",
        "{name} is long enough",
    ),
    "webhooks.old": Check(
        "{name} is accepted too", "take it away and restart, once GitHub signs with the new one (docs/webhooks.md)"
    ),
    "webhooks.same": Check("{name} is the same as the new one", "take it away, or put the older one in"),
    "webhooks.repositories": Check(
        "no service names its repository, so no webhook can be about one",
        'write repository = "org/name" at the service',
        "webhooks count for {names}",
    ),
}
