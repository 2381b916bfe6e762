"""What the policy that ``slipway iam`` prints says of a call, as the imitation's own IAM judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from adapters.ecs.config import Config
from adapters.ecs.principals import policies
from bot.model import HintQueue
from playground.aws import Ask, Seen, decide
from tests.ecs.ours import SERVICE

ACCOUNT = "123456789012"
WANTED = ("iam:SimulatePrincipalPolicy",)  # allowed by whoever wants doctor to prove it


def whole(section: Config, family: str = SERVICE) -> Config:
    """With all that ``slipway iam`` wants to know of the task definition."""
    roles = tuple(f"arn:aws:iam::{ACCOUNT}:role/{family}-{kind}" for kind in ("task", "execution"))
    return section.model_copy(update={"family": family, "log_group": f"/ecs/{family}", "pass_roles": roles})


def policy(sections: Iterable[Config], queues: Iterable[HintQueue] = ()) -> Mapping[str, Any]:
    """Of the bot's own credentials and of the roles that they take, in one."""
    named = {str(n): section for n, section in enumerate(sections)}
    every = policies(named, queues, ACCOUNT).policies.values()
    return {"Statement": [statement for one in every for statement in one["Statement"]]}


def decided(document: Mapping[str, Any], ask: Ask, region: str = "ap-northeast-2") -> str:
    """``region``: the one that is asked; AWS tells it to every policy."""
    context = {"aws:RequestedRegion": region, **ask.context}
    return decide(document["Statement"], replace(ask, context=context))


def denied(seen: Sequence[Seen], document: Mapping[str, Any]) -> list[Ask]:
    """What was asked for and is not allowed."""
    asks = [(ask, one.region) for one in seen for ask in one.asks if ask.action not in WANTED]
    return [ask for ask, region in asks if decided(document, ask, region) != "allowed"]
