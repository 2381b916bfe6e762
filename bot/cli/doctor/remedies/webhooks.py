"""What other services call."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

WEBHOOKS = {
    "webhooks.free": Check("", "", "{host}:{port} is free for {paths}"),
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
    "webhooks.topic": Check(
        "{topic} asks to be confirmed, which nobody does by itself",
        "aws sns confirm-subscription --cli-input-json file://{path}",
        "{topic} may speak, and asks nothing of you",
    ),
    "webhooks.repositories": Check(
        "no service names its repository, so no webhook can be about one",
        'write repository = "org/name" at the service',
        "webhooks count for {names}",
    ),
    "queue.reached": Check("", "", "{url} answers; messages waiting: {n}"),
    "queue.dead_letters": Check(
        "{url} has no dead letters: what is no event of ECS would come again for days",
        "give it a redrive policy with maxReceiveCount 5 (docs/webhooks.md)",
        "what is no event of ECS goes to the dead letters",
    ),
    "queue.not_found": Check("{url} does not exist", "look at its address and region; waits end by looking meanwhile"),
    "queue.forbidden": Check(
        "{action} is not allowed on {url}",
        "allow sqs:ReceiveMessage, sqs:DeleteMessage and sqs:GetQueueAttributes there",
    ),
    "queue.no_credentials": Check("nobody on AWS to read {url} with", "give the bot credentials (docs/ecs.md)"),
    "queue.unreachable": Check("{url} is not reached", "look at the network; waits end by looking meanwhile"),
}
