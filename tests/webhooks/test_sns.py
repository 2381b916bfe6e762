"""What strangers, and AWS on behalf of strangers, send to ``/webhooks/sns``, through a real socket."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from aiohttp import web
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from cryptography.hazmat.primitives.asymmetric import ec

from bot import metrics
from bot.model import ServiceHint
from bot.webhooks.bounded import SIZE
from bot.webhooks.sns import Confirmations
from bot.webhooks.sns.certificates import FETCHES, KEPT, LARGEST, MOST, UNFIT, fetch
from bot.webhooks.sns.door import AHEAD, OLDEST
from tests.gates.asked import asked, says
from tests.webhooks.signing import (
    CERTIFICATE,
    EVENT,
    OLD_WAY,
    STRANGER,
    TOKEN,
    TOPIC,
    canonical,
    certificate,
    confirmation,
    key,
    notification,
    signed,
)
from tests.webhooks.topics import ELSEWHERE, Topic, topic

HEARD = ServiceHint("123456789012", "ap-northeast-2", "prod-cluster", "prod-service")
THEIRS = "arn:aws:sns:ap-northeast-2:999999999999:theirs"


@pytest.fixture
async def sns(tmp_path: Path) -> AsyncIterator[Topic]:
    async with topic(tmp_path) as found:
        yield found


def counted(event: str, outcome: str) -> float:
    labels = {"source": "sns", "event": event, "outcome": outcome}
    return metrics.REGISTRY.get_sample_value("slipway_webhook_deliveries_total", labels) or 0.0


async def test_a_message_that_sns_signed_is_heard_once(sns: Topic) -> None:
    before = counted("deployment", "heard")
    message = notification(sns.clock.now())
    assert await sns.send(message) == (202, "heard")
    assert await sns.send(message) == (202, "repeated")
    assert sns.heard == [HEARD]
    assert counted("deployment", "heard") == before + 1


async def test_a_subject_is_signed_where_there_is_one(sns: Topic) -> None:
    message = notification(sns.clock.now(), Subject="ECS\nsays")
    assert await sns.send(message) == (202, "heard")
    made = signed(notification(sns.clock.now(), Subject="one"))
    assert await sns.send({**made, "Subject": "two"}, sign=False) == (401, "forged")
    del made["Subject"]
    assert await sns.send(made, sign=False) == (401, "forged")


async def test_json_as_the_type_is_taken_as_well_as_text(sns: Topic) -> None:
    assert await sns.send(notification(sns.clock.now()), kind="application/json") == (202, "heard")


@pytest.mark.parametrize("name", ["Message", "MessageId", "Timestamp", "TopicArn", "Type"])
async def test_no_field_may_be_another_than_was_signed(sns: Topic, name: str) -> None:
    now = sns.clock.now()
    made, other = signed(notification(now)), confirmation(now + 1, MessageId="another", Message="{}", TopicArn=THEIRS)
    status, _ = await sns.send({**made, name: other[name]}, sign=False)
    assert status in (400, 401)
    assert sns.heard == []


async def test_a_stranger_who_signs_with_a_key_of_their_own_is_refused(sns: Topic) -> None:
    made = signed(notification(sns.clock.now()), key(STRANGER))
    assert await sns.send(made, sign=False) == (401, "forged")
    assert [(row.action, row.facts["source"]) for row in await sns.audited()] == [("webhook_forged", "sns")]


async def test_somebody_elses_topic_is_refused_though_aws_signed_it_and_nothing_is_fetched(sns: Topic) -> None:
    """Anybody with an account on AWS has AWS sign what they like, with the very same key."""
    assert await sns.send(notification(sns.clock.now(), TopicArn=THEIRS)) == (401, "unknown_topic")
    assert sns.fetched == []


async def test_a_text_that_holds_a_whole_message_of_ours_cannot_be_read_as_one(sns: Topic) -> None:
    """What is signed is lines without quotes, so somebody may publish lines; the topic is the last of them."""
    ours = notification(sns.clock.now())
    inner = canonical(ours).decode().removeprefix("Message\n").removesuffix("\n")
    theirs = notification(sns.clock.now(), inner, TopicArn=THEIRS)
    signature = signed(theirs)["Signature"]
    assert await sns.send({**ours, "Signature": signature}, sign=False) == (401, "forged")
    tail = canonical(theirs).decode().removeprefix(canonical(ours).decode().removesuffix("\n"))
    forged = {**ours, "Type": f"Notification{tail.removesuffix(chr(10))}", "Signature": signature}
    assert canonical({**forged}) == canonical(theirs)
    assert await sns.send(forged, sign=False) == (400, "garbled")
    assert sns.heard == []


async def test_sha1_is_refused_whatever_the_message_says_of_its_version(sns: Topic) -> None:
    old = signed(notification(sns.clock.now(), SignatureVersion="1"), digest=OLD_WAY)
    assert await sns.send(old, sign=False) == (400, "version")
    assert await sns.send({**old, "SignatureVersion": "2"}, sign=False) == (401, "forged")
    assert await sns.send(notification(sns.clock.now(), SignatureVersion="1")) == (400, "version")


@pytest.mark.parametrize("late", [OLDEST + 60, -AHEAD - 60])
async def test_what_is_too_old_or_from_the_future_is_refused_though_its_signature_holds(
    sns: Topic, late: float
) -> None:
    assert await sns.send(notification(sns.clock.now() - late)) == (400, "stale")
    assert sns.fetched == []


async def test_a_replay_within_the_hour_is_known_after_a_restart_too(tmp_path: Path) -> None:
    async with topic(tmp_path) as first:
        message = notification(first.clock.now())
        assert await first.send(message) == (202, "heard")
    async with topic(tmp_path) as second:
        assert await second.send(message) == (202, "repeated")


@pytest.mark.parametrize(
    "url",
    [
        "http://sns.ap-northeast-2.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/a.pem",  # another region than the topic's
        "https://sns.ap-northeast-2.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.ap-northeast-2.amazonaws.com/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com@evil.example/a.pem",
        "https://evil@sns.ap-northeast-2.amazonaws.com/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com:8443/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com/a.pem?b",
        "https://sns.ap-northeast-2.amazonaws.com/a.pem#b",
        "https://sns.ap-northeast-2.amazonaws.com/a/../b.pem",
        "https://sns.ap-northeast-2.amazonaws.com//evil.example/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com/%2e%2e/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com/a.crt",
        "https://sns.ap-northeast-2.amazonaws.com/",
        "https://sns.ap-northeast-2.amazonaws.com",
        "https://sns.ap-northeast-2.amazonaws.com\\.evil.example/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com\n/a.pem",
        "https://sns.ap-northeast-2.amazonaws.com/a.pem\n",
        "https://sns.ap-northeast-2.amazonaws.cοm/a.pem",
        "https://bucket.s3.ap-northeast-2.amazonaws.com/a.pem",
        "https://snsxap-northeast-2.amazonaws.com/a.pem",
        "sns.ap-northeast-2.amazonaws.com/a.pem",
        "HTTPS://sns.ap-northeast-2.amazonaws.com/a.pem",
        "file:///etc/passwd.pem",
        "",
    ],
)
async def test_a_certificate_from_anywhere_else_is_never_fetched(sns: Topic, url: str) -> None:
    sns.serve(url=url)
    assert await sns.send(notification(sns.clock.now(), SigningCertURL=url)) == (401, "certificate_url")
    assert sns.fetched == []
    assert sns.heard == []


async def test_china_has_a_domain_of_its_own(tmp_path: Path) -> None:
    there = "arn:aws-cn:sns:cn-north-1:123456789012:slipway"
    url = "https://sns.cn-north-1.amazonaws.com.cn/SimpleNotificationService-01.pem"
    async with topic(tmp_path, (there,)) as sns:
        sns.serve(certificate("sns-cn-north-1.amazonaws.com.cn", now=sns.clock.now()), url)
        assert await sns.send(notification(sns.clock.now(), TopicArn=there, SigningCertURL=url)) == (202, "heard")


@pytest.mark.parametrize("name", ["sns.amazonaws.com", "sns-signing.ap-east-1.amazonaws.com", "sns.x.amazonaws.com"])
async def test_the_names_that_sns_signs_under_are_known(sns: Topic, name: str) -> None:
    sns.serve(certificate(name, now=sns.clock.now()))
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")


@pytest.mark.parametrize("name", ["sqs.amazonaws.com", "evil.example", "sns.amazonaws.com.evil.example", "s3.sns.a.b"])
async def test_a_certificate_of_somebody_else_proves_nothing(sns: Topic, name: str) -> None:
    sns.serve(certificate(name, now=sns.clock.now()))
    assert await sns.send(notification(sns.clock.now())) == (401, "bad_certificate")


async def test_the_names_of_the_extension_count_and_not_the_old_one_beside(sns: Topic) -> None:
    sns.serve(certificate("anything", now=sns.clock.now(), also=["other.amazonaws.com", "sns.amazonaws.com"]))
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    url = CERTIFICATE.replace(".pem", "1.pem")
    sns.serve(certificate(now=sns.clock.now(), also=["evil.example"]), url)
    assert await sns.send(notification(sns.clock.now(), SigningCertURL=url)) == (401, "bad_certificate")


@pytest.mark.parametrize("days", [(-30, -1), (1, 30)])
async def test_a_certificate_out_of_its_time_proves_nothing(sns: Topic, days: tuple[int, int]) -> None:
    sns.serve(certificate(now=sns.clock.now(), days=days))
    assert await sns.send(notification(sns.clock.now())) == (401, "bad_certificate")


async def test_a_certificate_that_ends_while_it_is_remembered_ends_for_us_too(sns: Topic) -> None:
    sns.serve(certificate(now=sns.clock.now(), days=(-1, 1)))
    sns.clock.pass_(86_000.0)
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    sns.clock.pass_(500.0)
    assert await sns.send(notification(sns.clock.now())) == (401, "bad_certificate")
    assert len(sns.fetched) == 1


async def test_a_weak_key_one_of_another_kind_and_no_certificate_at_all_prove_nothing(sns: Topic) -> None:
    now = sns.clock.now()
    weak, curve = key("weak", 1024), ec.generate_private_key(ec.SECP256R1())
    pems = [certificate(signer=weak, now=now), certificate(signer=curve, now=now), b"<html>", b""]
    for number, pem in enumerate(pems):
        url = CERTIFICATE.replace(".pem", f"{number}.pem")
        sns.served[url] = pem
        made = signed(notification(now, SigningCertURL=url), weak)
        assert await sns.send(made, sign=False) == (401, "bad_certificate"), number


async def test_a_certificate_is_fetched_once_a_day_and_a_useless_one_once_a_minute(sns: Topic) -> None:
    for _ in range(3):
        assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    assert sns.fetched == [CERTIFICATE]
    sns.clock.pass_(KEPT + 1)
    sns.served[CERTIFICATE] = b"useless"
    for _ in range(3):
        assert await sns.send(notification(sns.clock.now())) == (401, "bad_certificate")
    assert len(sns.fetched) == 2
    sns.clock.pass_(UNFIT + 1)
    sns.serve()
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")


async def test_a_certificate_that_cannot_be_had_leaves_the_message_with_sns(sns: Topic) -> None:
    sns.served[CERTIFICATE] = None
    message = notification(sns.clock.now())
    assert await sns.send(message) == (503, "no_certificate")
    sns.serve()
    assert await sns.send(message) == (202, "heard")


async def test_a_stranger_makes_us_fetch_only_so_often_and_drives_out_nobodys_certificate(sns: Topic) -> None:
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    said = []
    for number in range(MOST + FETCHES):
        url = CERTIFICATE.replace(".pem", f"{number}.pem")
        sns.served[url] = b"useless"
        said.append(await sns.send(notification(sns.clock.now(), SigningCertURL=url)))
        sns.clock.pass_(2.0)
    assert (503, "no_certificate") not in said[: FETCHES - 1]
    assert said[FETCHES] == (503, "no_certificate")
    assert len(sns.fetched) <= FETCHES + 2
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    assert sns.fetched.count(CERTIFICATE) == 1


async def test_what_proves_nothing_is_forgotten_before_what_does(sns: Topic) -> None:
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    for number in range(MOST + 1):
        url = CERTIFICATE.replace(".pem", f"{number}.pem")
        sns.served[url] = b"useless"
        assert await sns.send(notification(sns.clock.now(), SigningCertURL=url)) == (401, "bad_certificate")
        sns.clock.pass_(7.0)
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    assert sns.fetched.count(CERTIFICATE) == 1


async def test_a_subscription_is_never_confirmed_here_and_the_operator_is_told_without_its_token(
    sns: Topic, logged: list[structlog.typing.EventDict]
) -> None:
    message = confirmation(sns.clock.now())
    assert await sns.send(message) == (202, "told")
    assert await sns.send(message) == (202, "repeated")
    assert sns.fetched == [CERTIFICATE]
    assert [(row.action, dict(row.facts)) for row in await sns.audited()] == [("subscription_asked", {"topic": TOPIC})]
    assert [line["topic"] for line in logged if line["event"] == "subscription_asked"] == [TOPIC]
    assert TOKEN not in str(logged)
    assert TOKEN.encode() not in (sns.folder / "ledger.db").read_bytes() + (sns.folder / "ledger.db-wal").read_bytes()


async def test_the_token_lies_in_a_file_that_the_command_line_takes_and_only_we_can_read(sns: Topic) -> None:
    assert await sns.send(confirmation(sns.clock.now())) == (202, "told")
    (path,) = sns.folder.glob("sns-*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text()) == {"TopicArn": TOPIC, "Token": TOKEN, "AuthenticateOnUnsubscribe": "true"}


async def test_the_file_goes_when_the_topic_speaks_and_a_replay_of_before_does_not_take_it(sns: Topic) -> None:
    assert await sns.send(confirmation(sns.clock.now())) == (202, "told")
    (path,) = sns.folder.glob("sns-*.json")
    os.utime(path, (sns.clock.now() + 10, sns.clock.now() + 10))
    assert await sns.send(notification(sns.clock.now())) == (202, "heard")
    assert path.exists()
    sns.clock.pass_(20.0)
    assert await sns.send(notification(sns.clock.now(), "about something else")) == (202, "ignored")
    assert not list(sns.folder.glob("sns-*"))


async def test_a_confirmation_that_nobody_signed_or_of_another_topic_leaves_no_file(sns: Topic) -> None:
    made = signed(confirmation(sns.clock.now()), key(STRANGER))
    assert await sns.send(made, sign=False) == (401, "forged")
    assert await sns.send(confirmation(sns.clock.now(), TopicArn=THEIRS)) == (401, "unknown_topic")
    assert not list(sns.folder.glob("sns-*"))


@pytest.mark.parametrize("token", ["", "a\nb", "../../x", "x" * 1001, None, 7])
async def test_a_token_of_another_form_is_refused(sns: Topic, token: object) -> None:
    status, outcome = await sns.send({**confirmation(sns.clock.now()), "Token": token})
    assert (status, outcome) == (400, "garbled")


async def test_the_end_of_a_subscription_is_told(sns: Topic) -> None:
    assert await sns.send(confirmation(sns.clock.now(), "UnsubscribeConfirmation")) == (202, "told")
    assert [row.action for row in await sns.audited()] == ["subscription_ended"]
    assert not list(sns.folder.glob("sns-*"))


@pytest.mark.parametrize(
    "text",
    ["", "an alarm", "[]", "{", json.dumps({**EVENT, "source": "aws.ec2"}), json.dumps({**EVENT, "resources": []})],
)
async def test_a_message_of_something_else_is_accepted_and_ignored(sns: Topic, text: str) -> None:
    assert await sns.send(notification(sns.clock.now(), text)) == (202, "ignored")
    assert sns.heard == []


async def test_what_concerns_no_target_here_is_not_even_remembered(sns: Topic) -> None:
    other = json.loads(json.dumps(EVENT).replace("prod-service", ELSEWHERE))
    assert await sns.send(notification(sns.clock.now(), other)) == (202, "ignored")
    assert sns.heard == []
    assert await sns.ledger.read(lambda db: db.table("deliveries").count) == 0


def test_what_the_operator_runs_is_what_aws_takes(tmp_path: Path) -> None:
    kept = Confirmations(tmp_path)
    kept.keep(TOPIC, TOKEN)
    model = ServiceModel(Loader().load_service_model("sns", "service-2"), "sns")
    shape = model.operation_model("ConfirmSubscription").input_shape
    found = ParamValidator().validate(json.loads(kept.path(TOPIC).read_text()), shape)
    assert not found.has_errors(), found.generate_report()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"7", b"{", b'{"Type": "Notification"}', b'{"Type": []}'])
async def test_what_is_no_message_of_sns_is_refused(sns: Topic, body: bytes) -> None:
    assert await sns.post(body) == (400, "garbled")


@pytest.mark.parametrize(
    "changed",
    [
        {"MessageId": "a\nb"},
        {"Timestamp": "yesterday"},
        {"Timestamp": "2026-13-45T25:61:61Z"},
        {"TopicArn": f"{TOPIC}\n"},
        {"TopicArn": [TOPIC]},
        {"Message": 7},
        {"Message": "\ud800"},
        {"Subject": 7},
        {"SignatureVersion": 2},
        {"SigningCertURL": None},
    ],
)
async def test_a_field_that_is_not_what_it_should_be_is_refused(sns: Topic, changed: dict[str, object]) -> None:
    made = signed(notification(sns.clock.now()))
    assert await sns.send({**made, **changed}, sign=False) == (400, "garbled")


async def test_what_is_packed_too_big_or_not_posted_is_refused(sns: Topic) -> None:
    assert await sns.send(notification(sns.clock.now()), Content_Encoding="gzip") == (415, "encoded")
    assert await sns.send(notification(sns.clock.now()), kind="application/x-www-form-urlencoded") == (415, "not_json")
    assert (await sns.post(b" " * (SIZE + 1)))[0] == 413
    async with sns.session.get(f"http://127.0.0.1:{sns.port}/webhooks/sns") as answer:
        assert answer.status == 405


async def test_a_ledger_that_cannot_be_written_leaves_the_message_with_sns(sns: Topic) -> None:
    message = notification(sns.clock.now())
    with closing(sqlite3.connect(sns.folder / "ledger.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await sns.send(message) == (503, "not_taken")
        assert sns.heard == []
    assert await sns.send(message) == (202, "heard")


async def test_a_certificate_is_fetched_as_it_is_without_redirects_and_within_its_size() -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere.pem")

    async with asked(says(b"a certificate")) as server:
        assert await fetch(f"{server.url}/a.pem") == b"a certificate"
        for answer in (
            says(b"gone", 404),
            moved,
            says(b"x" * (LARGEST + 1)),
            says(b"x", **{"Content-Encoding": "gzip"}),
        ):
            server.answer = answer
            assert await fetch(f"{server.url}/a.pem") is None
    assert await fetch(f"{server.url}/a.pem") is None
