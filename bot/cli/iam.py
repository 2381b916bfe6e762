"""``slipway iam``: the least that IAM must allow so that this file's targets on AWS can be deployed. Offline."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click
from pydantic import BaseModel

from bot.cli.options import config_file, read, stop
from bot.config import Config
from bot.model import CloudPolicies, HintQueue
from bot.ports import Kinds

ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
Policies = Callable[[Mapping[str, BaseModel], Sequence[HintQueue], str | None], CloudPolicies]
WIDER = {
    "family": "not said: revisions of every family may be tagged",
    "log_group": "not said: the container's streams may be read in every log group",
    "pass_roles": "not said: no role may be passed, so only task definitions without roles can be registered",
}


def command(kinds: Kinds, policies: Policies) -> click.Command:
    @click.command("iam", short_help="Print the IAM policies that targets on AWS need.")
    @config_file
    @click.option("--account", metavar="DIGITS", help="The AWS account of targets that name none.")
    @click.option("--for", "who", metavar="WHO", help="Only this one's policy: own, or a role's ARN.")
    def iam(file: Path, account: str | None, who: str | None) -> None:
        """Print the least that IAM must allow, as JSON: a policy for the bot's own credentials and for each role.

        What the file does not say makes a policy wider; that stands on stderr.
        """
        if account is not None and not ACCOUNT.fullmatch(account):
            stop([f'--account: "{account[:20]}" is no AWS account; write its 12 digits'])
        config = read(file, kinds)
        found = policies(_sections(config), config.aws.queues, account)
        if found.unknown:
            stop(
                f"{place}.account: not said, and ARNs need it; write it there, or --account DIGITS"
                for place in found.unknown
            )
        if not found.policies:
            stop(["no target of this file lies on AWS"])
        if who is not None and who not in found.policies:
            stop([f"--for: nobody of that name needs a policy; there is {', '.join(found.policies)}"])
        for place, key in found.untold:
            click.echo(f"{place}.{key}: {WIDER[key]}", err=True)
        click.echo(json.dumps(found.policies[who] if who else found.policies, indent=2))

    return iam


def _sections(config: Config) -> dict[str, BaseModel]:
    """By their place in the file."""
    at = "services.{0.service}.env.{0.env}.{1}"
    return {at.format(target, spec.adapter): spec.section for target, spec in config.targets.items()}
