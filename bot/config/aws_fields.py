"""Kinds of values that are AWS's. Every validator raises ValueError with a sentence for people."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from bot.config.fields import fit, is_loopback

AT_AWS = re.compile(r"https://sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/[0-9]{12}/[A-Za-z0-9_-]{1,80}", re.ASCII)
IMITATED = re.compile(r"http://[^/@]+/[0-9]{12}/[A-Za-z0-9_-]{1,80}", re.ASCII)


def region_of(url: str) -> str | None:
    """None: its address does not say."""
    found = AT_AWS.fullmatch(url)
    return found[1] if found else None


def endpoint_of(url: str) -> str | None:
    """Of an imitation; None: AWS itself."""
    return None if AT_AWS.fullmatch(url) else f"http://{urlsplit(url).netloc}"


def _url(value: str) -> str:
    """As the console shows it, or an imitation's on loopback. A FIFO queue would wait for what nobody deletes."""
    if AT_AWS.fullmatch(value) or (IMITATED.fullmatch(value) and is_loopback(value)):
        return value
    sample = "https://sqs.ap-northeast-2.amazonaws.com/123456789012/slipway"
    raise ValueError(f'"{value[:80]}" is no address of a standard queue; write one like {sample}')


QueueUrl = Annotated[str, AfterValidator(_url)]
TopicArn = fit(
    r"arn:aws(-[a-z]+)*:sns:[a-z0-9-]{5,30}:[0-9]{12}:[A-Za-z0-9_-]{1,256}",
    "is no topic; write its ARN, like arn:aws:sns:ap-northeast-2:123456789012:slipway",
)
RoleArn = fit(
    r"arn:aws(-[a-z]+)*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{1,512}",
    "is no role; write its ARN, like arn:aws:iam::123456789012:role/slipway",
)
ExternalId = fit(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", "is no external id; 2 to 1224 letters, digits and _+=,.@:/-")
Region = fit(r"[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}", "is no region; write one like ap-northeast-2")
