"""``[aws]``: topics that may speak at ``/webhooks/sns``, and queues where their like is fetched."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from bot.config.aws_fields import ExternalId, QueueUrl, Region, RoleArn, TopicArn
from bot.config.fields import Name
from bot.config.shape.table import Table


class QueueTable(Table):
    """``region``: only where ``url`` leads to an imitation."""

    url: QueueUrl
    region: Region | None = None
    role_arn: RoleArn | None = None
    external_id: ExternalId | None = None


class AwsTable(Table):
    topics: Annotated[tuple[TopicArn, ...], Field(max_length=20)] = ()
    queues: dict[Name, QueueTable] = Field({}, max_length=8)
