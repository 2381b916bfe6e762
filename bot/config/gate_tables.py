"""The table ``gates``, field by field (public names: add, never rename)."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from bot.config.fields import BoundText, HttpUrl, Name, PlainUrl, ResultsPlace
from bot.model import Secret
from bot.model.duration import PositiveDuration

Text = Annotated[str, Field(min_length=1, max_length=200)]


class GateTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class QueryTable(GateTable):
    query: Annotated[str, Field(min_length=1, max_length=2000)]
    bound: BoundText
    samples: Annotated[StrictInt, Field(ge=1)]
    count: Annotated[str, Field(min_length=1, max_length=2000)] | None = None
    prometheus: HttpUrl | None = None


class MetricTable(QueryTable):
    over: PositiveDuration = 300.0


class WatchAfterTable(QueryTable):
    for_: PositiveDuration = Field(alias="for")
    over: PositiveDuration | None = None  # None: all the time that it was watched


class EvaluationTable(GateTable):
    artifact: Text | None = None
    file: ResultsPlace | None = None
    max_age: PositiveDuration | None = None


class WebhookTable(GateTable):
    url: PlainUrl
    timeout: Annotated[PositiveDuration, Field(le=15)] = 5.0
    secret: Secret | None = None


class GatesTable(GateTable):
    verified_in: Name | None = None
    soak: PositiveDuration | None = None
    checks: tuple[Text, ...] = ()
    evaluation: EvaluationTable | None = None
    metric: MetricTable | None = None
    webhook: WebhookTable | None = None
    watch_after: WatchAfterTable | None = None
    on_branch: StrictBool = False
    signed: StrictBool = False
