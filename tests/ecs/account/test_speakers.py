"""In whose name: keys of the environment, a role for a while, never what happens to lie on the machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.ecs.account import Aws
from adapters.ecs.account.asked import Keys
from adapters.ecs.account.speakers import EARLY, LIVES, Chain
from bot.errors import AdapterError
from bot.redact import Redactor
from playground.aws import LocalAws, Service
from tests.ecs.ours import CLUSTER, SERVICE, ours, section

ROLE = "arn:aws:iam::123456789012:role/deploy"


@pytest.fixture
def role(aws: LocalAws, service: Service) -> str:
    aws.role(ROLE, external_id="slipway-acme")
    return ROLE


def assumed(aws: LocalAws) -> list[str]:
    return [one.params["RoleSessionName"] for one in aws.requests if one.action == "AssumeRole" and one.status == 200]


async def test_a_role_is_assumed_once_for_reads_and_by_name_for_each_attempt(aws: LocalAws, role: str) -> None:
    async with ours(aws) as made:
        region = made.region(section(aws, role_arn=role, external_id="slipway-acme"))
        for _ in range(3):
            await region.service(CLUSTER, SERVICE, fresh=True)
        known = {"cluster": CLUSTER, "service": SERVICE, "desiredCount": 2}
        for attempt in ("k3v9-128-1", "k3v9-129-1", "k3v9-128-1"):
            await region.send("start", "ecs", "update_service", attempt=attempt, **known)
    assert assumed(aws) == ["slipway", "slipway-k3v9-128-1", "slipway-k3v9-129-1"]
    who = [one.who.rpartition("/")[2] for one in aws.requests if one.action == "UpdateService"]
    assert who == ["slipway-k3v9-128-1", "slipway-k3v9-129-1", "slipway-k3v9-128-1"]


@pytest.mark.parametrize("external_id", [None, "somebody-else"])
async def test_a_role_that_does_not_trust_us_is_named(aws: LocalAws, role: str, external_id: str | None) -> None:
    async with ours(aws) as made:
        region = made.region(section(aws, role_arn=role, external_id=external_id))
        with pytest.raises(AdapterError) as found:
            await region.service(CLUSTER, SERVICE)
    assert (found.value.code, found.value.retry) == ("forbidden", False)
    assert (found.value.facts["action"], found.value.facts["what"]) == ("sts:AssumeRole", ROLE)


async def test_keys_are_renewed_before_they_end_and_once_more_when_aws_says_that_they_have(
    aws: LocalAws, role: str
) -> None:
    clock = aws.now()
    aws.now = lambda: clock
    async with ours(aws, now=lambda: clock) as made:
        region = made.region(section(aws, role_arn=role, external_id="slipway-acme"))
        await region.service(CLUSTER, SERVICE, fresh=True)
        clock += LIVES - EARLY - 1
        await region.service(CLUSTER, SERVICE, fresh=True)
        assert len(assumed(aws)) == 1
        clock += 2
        await region.service(CLUSTER, SERVICE, fresh=True)
        assert len(assumed(aws)) == 2
        aws.expire()
        assert await region.service(CLUSTER, SERVICE, fresh=True)
        assert len(assumed(aws)) == 3


async def test_keys_of_the_environment_that_have_ended_are_not_tried_again(aws: LocalAws, service: Service) -> None:
    aws.faults.next("DescribeServices", "expired")
    async with ours(aws) as made:
        with pytest.raises(AdapterError) as found:
            await made.region(section(aws)).service(CLUSTER, SERVICE)
    assert (found.value.code, found.value.retry) == ("expired", False)


@pytest.mark.parametrize("fault", ["lost_before", "lost_after_effect", "500", "garbled"])
async def test_a_role_that_was_not_given_means_that_nothing_was_sent(aws: LocalAws, role: str, fault: str) -> None:
    async with ours(aws) as made:
        region = made.region(section(aws, role_arn=role, external_id="slipway-acme"))
        aws.faults.next("AssumeRole", fault)
        with pytest.raises(AdapterError) as found:
            await region.send("start", "ecs", "update_service", attempt="k3v9-1-1", cluster=CLUSTER, service=SERVICE)
    assert (found.value.code, found.value.retry) == ("unreachable", True)
    assert not [one for one in aws.requests if one.action == "UpdateService"]


async def test_what_a_role_is_given_is_masked_while_it_opens_anything(aws: LocalAws, role: str) -> None:
    sink = Redactor()
    clock = aws.now()
    aws.now = lambda: clock
    async with ours(aws, hide=sink.hide, now=lambda: clock) as made:
        region = made.region(section(aws, role_arn=role, external_id="slipway-acme"))
        await region.service(CLUSTER, SERVICE, fresh=True)
        (first,) = [keys for keys in aws.state.accounts.live.values() if keys.token]
        assert first.token is not None
        for value in (first.secret, first.token, first.access_key):
            assert value not in sink.clean(f"tried {value} there")
        clock += LIVES
        await region.service(CLUSTER, SERVICE, fresh=True)
        assert first.secret in sink.clean(f"tried {first.secret} there")


async def test_what_boto3_found_is_masked_and_the_old_is_forgotten_when_it_changes() -> None:
    sink = Redactor()
    found = [Keys("ASIAEXAMPLE000000001", "first-secret-of-the-chain", "first-token-of-the-chain")]

    async def ask() -> Keys:
        return found[-1]

    chain = Chain(ask, sink.hide)
    assert (await chain.keys("slipway")) is found[0]
    assert sink.clean("first-secret-of-the-chain first-token-of-the-chain") == "*** ***"
    found.append(Keys("ASIAEXAMPLE000000002", "second-secret-of-the-chain"))
    await chain.keys("slipway")
    assert sink.clean("second-secret-of-the-chain") == "***"
    assert sink.clean("first-secret-of-the-chain") == "first-secret-of-the-chain"


async def test_without_keys_an_imitation_is_asked_nothing(aws: LocalAws, service: Service) -> None:
    made = Aws(None, Redactor().hide)
    with pytest.raises(AdapterError) as found:
        await made.region(section(aws)).service(CLUSTER, SERVICE)
    await made.close()
    assert (found.value.code, found.value.facts) == ("no_credentials", {"why": "endpoint"})
    assert not aws.requests


@pytest.mark.parametrize(
    "described", [Keys("AKIAEXAMPLE", "a-secret-that-must-not-show", "a-token-that-must-not-show")]
)
def test_keys_say_nothing_of_themselves(described: Keys) -> None:
    assert "must-not-show" not in repr(described)
    assert "must-not-show" not in str([described])


async def test_one_line_serves_all_sections_of_the_same_role_region_and_place(
    aws: LocalAws, tmp_path: Path, role: str
) -> None:
    async with ours(aws) as made:
        line: Callable[..., object] = lambda **more: made.region(section(aws, **more))  # noqa: E731
        assert line() is line(cluster="other", service="another")
        assert line() is not line(region="us-east-1")
        assert line() is not line(role_arn=role)
        assert line(role_arn=role) is not line(role_arn=role, external_id="x-1")
