"""``[aws]``: topics and queues that hints come from, and how the file must say them."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import load as kinds
from bot import config
from bot.errors import ConfigErrors
from bot.model import HintQueue
from tests.config.files import ENVIRON, GOOD

TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:slipway"
URL = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/slipway"
WEB = '\n[web]\nwebhooks = "127.0.0.1:8081"\n'
ON_ECS = """
[services.llmops]
chain = ["prod"]
[services.llmops.policy]
deploy = ["deployer"]
[services.llmops.env.prod]
adapter = "ecs"
[services.llmops.env.prod.health]
url = "http://localhost:8000/health"
from = "bot"
[services.llmops.env.prod.ecs]
region = "ap-northeast-2"
cluster = "prod-cluster"
service = "prod-service"
container = "app"
repository = "prod-app"
"""
TOPICS = f'\n[aws]\ntopics = ["{TOPIC}"]\n'


def load(folder: Path, text: str, **environ: str) -> config.Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file, kinds, {**ENVIRON, **environ})


def problems(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigErrors) as raised:
        load(folder, text)
    return raised.value.problems


def queue(*lines: str, url: str = URL) -> str:
    return "\n".join(["", "[aws.queues.seoul]", f'url = "{url}"', *lines, ""])


def test_without_the_table_nobody_tells_anything(tmp_path: Path) -> None:
    found = load(tmp_path, GOOD + ON_ECS).aws
    assert (found.topics, found.queues) == ((), ())


def test_topics_and_queues_are_read(tmp_path: Path) -> None:
    role = 'role_arn = "arn:aws:iam::123456789012:role/slipway"'
    found = load(tmp_path, GOOD + ON_ECS + WEB + TOPICS + queue(role, 'external_id = "slipway-1"')).aws
    assert found.topics == (TOPIC,)
    assert found.queues == (
        HintQueue("seoul", URL, "ap-northeast-2", "arn:aws:iam::123456789012:role/slipway", "slipway-1"),
    )
    assert found.queues[0].arn == "arn:aws:sqs:ap-northeast-2:123456789012:slipway"


def test_an_imitation_of_sqs_lies_on_loopback_and_says_its_region(tmp_path: Path) -> None:
    there = "http://127.0.0.1:4566/123456789012/slipway"
    (found,) = load(tmp_path, GOOD + ON_ECS + queue('region = "eu-west-1"', url=there)).aws.queues
    assert (found.region, found.endpoint) == ("eu-west-1", "http://127.0.0.1:4566")
    (line,) = problems(tmp_path, GOOD + ON_ECS + queue(url=there))
    assert line == "aws.queues.seoul.region: is needed where the queue's address does not say it"


@pytest.mark.parametrize(
    "url",
    [
        "http://sqs.ap-northeast-2.amazonaws.com/123456789012/slipway",
        "https://sqs.ap-northeast-2.amazonaws.com.evil.example/123456789012/slipway",
        "https://user@sqs.ap-northeast-2.amazonaws.com/123456789012/slipway",
        "https://sqs.ap-northeast-2.amazonaws.com/123456789012/slipway.fifo",
        "https://sqs.ap-northeast-2.amazonaws.com/slipway",
        "https://sqs.ap-northeast-2.amazonaws.com/123456789012/slipway?a=b",
        "http://evil.example:4566/123456789012/slipway",
        "http://127.0.0.1@evil.example/123456789012/slipway",
        "slipway",
    ],
)
def test_a_queue_that_is_no_address_of_sqs_is_refused_by_its_key(tmp_path: Path, url: str) -> None:
    (line,) = problems(tmp_path, GOOD + ON_ECS + queue(url=url))
    assert line.startswith("aws.queues.seoul.url: ")
    assert "is no address of a standard queue; write one like https://sqs." in line


@pytest.mark.parametrize("topic", ["slipway", TOPIC + ".fifo", TOPIC.replace("sns", "sqs"), TOPIC.replace("12", "")])
def test_a_topic_that_is_no_arn_is_refused_by_its_key(tmp_path: Path, topic: str) -> None:
    (line,) = problems(tmp_path, GOOD + ON_ECS + WEB + f'\n[aws]\ntopics = ["{topic}"]\n')
    assert line.startswith("aws.topics[0]: ")
    assert "is no topic; write its ARN" in line


def test_hints_without_a_target_that_hears_them_are_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, GOOD + queue())
    assert line == 'aws: no target has adapter = "ecs", so nobody would listen; take it out'


def test_topics_without_an_address_to_deliver_to_are_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, GOOD + ON_ECS + TOPICS)
    assert line == "aws.topics: needs web.webhooks, the address where SNS delivers"


def test_what_contradicts_itself_in_a_queue_is_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, GOOD + ON_ECS + queue('region = "ap-northeast-2"'))
    assert line == "aws.queues.seoul.region: the queue's address says it; take this out"
    (line,) = problems(tmp_path, GOOD + ON_ECS + queue('external_id = "slipway-1"'))
    assert line == "aws.queues.seoul.external_id: goes with role_arn; write both or neither"
    (line,) = problems(tmp_path, GOOD + ON_ECS + queue() + queue().replace("seoul", "again"))
    assert line == "aws.queues.again.url: is the queue of aws.queues.seoul; write it once"


def test_sns_alone_needs_no_secret_of_github(tmp_path: Path) -> None:
    alone = load(tmp_path, GOOD + ON_ECS + WEB + TOPICS)
    assert (alone.web.webhooks, alone.web.github) == (("127.0.0.1", 8081), ())
    both = load(tmp_path, GOOD + ON_ECS + WEB + TOPICS, GITHUB_WEBHOOK_SECRET="the newer one")
    assert [one.reveal() for one in both.web.github] == ["the newer one"]
