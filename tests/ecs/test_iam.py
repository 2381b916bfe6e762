"""The policy that ``slipway iam`` prints: enough for whole stories, and for nothing beside them."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import botocore.session
import pytest

from adapters.ecs.principals import OWN, policies
from bot.model import Change, HintQueue, Kind, Ref, Running, Status
from playground.aws import Ask, Seen
from tests.ecs.allowed import ACCOUNT, decided, denied, policy, whole
from tests.ecs.ours import CLUSTER, REPOSITORY, SERVICE, section
from tests.ecs.town import Town, order, watch

ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
OTHERS = {
    CLUSTER: ("prod", f"{CLUSTER}-2", "*", "dev-llmops-cluster"),
    SERVICE: ("api", f"{SERVICE}-2", f"x-{SERVICE}", "*"),
    REPOSITORY: ("other-app", f"{REPOSITORY}/sub", f"{REPOSITORY}-2", "*"),
    ACCOUNT: ("210987654321", "*"),
    "ap-northeast-2": ("us-east-1", "ap-northeast-1", "*"),
    f"role/{SERVICE}-task": ("role/admin", f"role/{SERVICE}-task-2", "role/*"),
    f"role/{SERVICE}-execution": ("role/OrganizationAccountAccessRole",),
    "/llmops-app/": ("/router/", "/*/x/"),
    f"/ecs/{SERVICE}": ("/ecs/other", "*"),
}


async def stories(world: Town) -> None:
    """A deploy with everything around it, a rollout that fails, one that is stopped, an answer that is lost."""
    adapter = world.adapter(model_key=None)
    tag = world.push()
    one = await order(adapter, tag)
    before = await adapter.running()
    assert isinstance(before, Running)
    await adapter.preflight(Change(Kind.DEPLOY, before.version, one.to, None))
    ref = await adapter.start(one)
    assert (await watch(adapter, one, ref)).status is Status.DONE
    await adapter.versions()
    await adapter.logs(20)
    back = await order(adapter, "0" * 40, 2, kind=Kind.ROLLBACK)
    assert (await watch(adapter, back, await adapter.start(back))).status is Status.DONE
    world.aws.faults.next("RegisterTaskDefinition", "lost_after_effect")
    lost = await order(adapter, world.push(), 3)
    with pytest.raises(Exception, match="lost"):
        await adapter.start(lost)
    world.passes()
    found = await world.adapter(model_key=None).find(lost)
    ref = found if isinstance(found, Ref) else await adapter.start(lost)
    world.service.script = "hangs"
    await adapter.check(lost, ref)
    await adapter.stop(lost, ref)
    await watch(adapter, lost, ref)


@pytest.fixture
async def seen(world: Town) -> Sequence[Seen]:
    await stories(world)
    return list(world.aws.requests)


def wider(document: Mapping[str, Any]) -> list[str]:
    """Actions on any resource."""
    found = [one["Action"] for one in document["Statement"] if "*" in one["Resource"] and len(one["Resource"]) == 1]
    return sorted(itertools.chain.from_iterable([one] if isinstance(one, str) else one for one in found))


async def test_every_call_of_whole_stories_is_allowed_and_every_permission_is_used(
    world: Town, seen: Sequence[Seen]
) -> None:
    document = policy([whole(section(world.aws))])
    assert denied(seen, document) == []
    used = {ask.action for one in seen for ask in one.asks}
    granted = {action for one in document["Statement"] for action in _several(one["Action"])}
    assert granted - used == set()
    assert wider(document) == [
        "ecs:DescribeTaskDefinition",
        "ecs:ListTaskDefinitions",
        "ecs:ListTasks",
        "ecs:RegisterTaskDefinition",
        "elasticloadbalancing:DescribeTargetHealth",
    ]


async def test_calls_that_are_not_of_this_target_are_denied(world: Town, seen: Sequence[Seen]) -> None:
    document = policy([whole(section(world.aws))])
    asks = list({repr(ask): ask for one in seen for ask in one.asks}.values())
    outside = {repr(ask): ask for ask in itertools.chain(_elsewhere(asks), _otherwise(asks), _passed_on(asks))}
    assert len(outside) >= 200
    for ask in outside.values():
        assert decided(document, ask) == "implicitDeny", ask


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _elsewhere(asks: Sequence[Ask]) -> Iterator[Ask]:
    """The same action on another cluster, service, repository, account, region, role or stream."""
    for ask in asks:
        for name, others in OTHERS.items():
            for other in others:
                where = {key: value.replace(name, other) for key, value in ask.context.items()}
                if name in ask.resource:
                    yield replace(ask, resource=ask.resource.replace(name, other))
                elif where != ask.context:
                    yield replace(ask, context=where)
        if ask.resource == "*" and not ask.context:
            yield replace(ask, context={"aws:RequestedRegion": "us-east-1"})


def _otherwise(asks: Sequence[Ask]) -> Iterator[Ask]:
    """Every other action of the same services, on the very same resources and on any."""
    used = {ask.action for ask in asks}
    models = botocore.session.Session()
    for service in ("ecs", "ecr", "iam", "sts"):
        for name in models.get_service_model(service).operation_names:
            if (action := f"{service}:{name}") not in used:
                yield Ask(action)
                yield from (replace(ask, action=action) for ask in asks if ask.action.startswith(f"{service}:"))


def _passed_on(asks: Sequence[Ask]) -> Iterator[Ask]:
    """A role to something else than tasks; a tag on what was registered before; tasks without their cluster."""
    for ask in asks:
        for key in ask.context:
            yield replace(ask, context={name: value for name, value in ask.context.items() if name != key})
            yield replace(ask, context={**ask.context, key: "ec2.amazonaws.com"})


async def test_stories_go_well_with_keys_that_may_do_no_more(world: Town) -> None:
    world.keys = world.aws.keys(policy=policy([whole(section(world.aws))]))
    await stories(world)
    refused = [one.action for one in world.aws.requests if one.code and "AccessDenied" in one.code]
    assert refused == []


async def test_each_role_has_a_policy_and_our_own_keys_may_only_take_them(world: Town) -> None:
    own, theirs = section(world.aws), section(world.aws, cluster="dev", role_arn=ROLE)
    found = policies({"own": own, "theirs": theirs}, (), ACCOUNT).policies
    assert list(found) == [OWN, ROLE]
    assume, update = (
        Ask("sts:AssumeRole", ROLE),
        Ask("ecs:UpdateService", _service("dev"), {"ecs:cluster": _cluster("dev")}),
    )
    assert (decided(found[OWN], assume), decided(found[ROLE], assume)) == ("allowed", "implicitDeny")
    assert (decided(found[OWN], update), decided(found[ROLE], update)) == ("implicitDeny", "allowed")
    alone = policies({"theirs": theirs}, (), None).policies
    assert [one["Sid"] for one in alone[OWN]["Statement"]] == ["SpeakAsTheTargetsRole"]


async def test_whoever_hears_a_queue_may_do_that_and_no_more(world: Town) -> None:
    where = f"https://sqs.ap-northeast-2.amazonaws.com/{ACCOUNT}/slipway-events"
    mine, theirs = HintQueue("own", where, "ap-northeast-2"), HintQueue("role", where, "ap-northeast-2", ROLE)
    found = policies({"own": section(world.aws)}, (mine, theirs), ACCOUNT).policies
    for who in (OWN, ROLE):
        for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
            assert decided(found[who], Ask(f"sqs:{action}", mine.arn)) == "allowed"
            assert decided(found[who], Ask(f"sqs:{action}", f"{mine.arn}-2")) == "implicitDeny"
        for action in ("SendMessage", "PurgeQueue", "SetQueueAttributes", "DeleteQueue"):
            assert decided(found[who], Ask(f"sqs:{action}", mine.arn)) == "implicitDeny"
    assert [one["Sid"] for one in found[ROLE]["Statement"]] == ["HearHints"]


async def test_many_targets_of_one_principal_fit_into_a_managed_policy(world: Town) -> None:
    many = [whole(section(world.aws, service=f"service-{n}", cluster=f"cluster-{n % 2}")) for n in range(8)]
    document = policy(many)
    assert len(re.sub(r"\s", "", json.dumps(document))) <= 6144
    assert len(document["Statement"]) == len(policy(many[:1])["Statement"])


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("us-east-1", "aws")]
)
async def test_arns_are_of_the_regions_partition(world: Town, region: str, partition: str) -> None:
    text = json.dumps(policy([section(world.aws, region=region)]))
    assert set(re.findall(r"arn:([a-z-]+):", text)) == {partition}


async def test_what_the_file_does_not_say_is_told_with_its_place(world: Town) -> None:
    plain, told = section(world.aws), whole(section(world.aws))
    found = policies({"a.ecs": plain, "b.ecs": told}, (), ACCOUNT)
    assert found.untold == (("a.ecs", "family"), ("a.ecs", "log_group"), ("a.ecs", "pass_roles"))
    unknown = policies({"a.ecs": plain, "b.ecs": section(world.aws, account=ACCOUNT)}, (), None)
    assert unknown.unknown == ("a.ecs",)


def _service(cluster: str) -> str:
    return f"arn:aws:ecs:ap-northeast-2:{ACCOUNT}:service/{cluster}/{SERVICE}"


def _cluster(name: str) -> str:
    return f"arn:aws:ecs:ap-northeast-2:{ACCOUNT}:cluster/{name}"
