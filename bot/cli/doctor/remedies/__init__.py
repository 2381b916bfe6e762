"""Every check's words, and what to do when it fails: the tables of ``doctor``.

Keys: ``here.*``, ``discord.*`` and ``target.*`` are doctor's own; ``<kind>.<code>`` are an adapter's codes.
"""

from __future__ import annotations

from bot.cli.doctor.remedies.aws import AWS
from bot.cli.doctor.remedies.check import Check
from bot.cli.doctor.remedies.discord import DISCORD
from bot.cli.doctor.remedies.ecs import ECS
from bot.cli.doctor.remedies.gates import GATE, METRIC
from bot.cli.doctor.remedies.github import TARGET as ON_GITHUB
from bot.cli.doctor.remedies.github import WORKFLOW
from bot.cli.doctor.remedies.here import HERE, ONCALL
from bot.cli.doctor.remedies.identity import IDENTITY
from bot.cli.doctor.remedies.ssh import SSH
from bot.cli.doctor.remedies.target import DRY_RUN, TARGET
from bot.cli.doctor.remedies.webhooks import WEBHOOKS

OTHER = "look the code up in the documentation of this adapter"
CHECKS: dict[str, Check] = {
    **HERE,
    **DISCORD,
    **ONCALL,
    **TARGET,
    **METRIC,
    **GATE,
    **SSH,
    **DRY_RUN,
    **IDENTITY,
    **WORKFLOW,
    **ON_GITHUB,
    **WEBHOOKS,
    **AWS,
    **ECS,
}
