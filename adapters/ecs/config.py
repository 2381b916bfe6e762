"""What ``[services.NAME.env.ENV.ecs]`` says."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

LOOPBACK = ("127.0.0.1", "::1", "localhost")
REGION = re.compile(r"[a-z]{2,3}(?:-[a-z]+)+-[0-9]{1,2}", re.ASCII)
ECS_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
REPOSITORY = re.compile(r"(?=.{2,256}\Z)(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*", re.ASCII)
ROLE = re.compile(r"arn:aws(?:-[a-z]+)*:iam::([0-9]{12}):role/[A-Za-z0-9_+=,.@/-]{1,512}", re.ASCII)
ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", re.ASCII)
LOG_GROUP = re.compile(r"[A-Za-z0-9_/.#-]{1,512}", re.ASCII)
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}", re.ASCII)


def _region(text: str) -> str:
    if not REGION.fullmatch(text):
        raise ValueError(f'"{text[:40]}" is no region; write one like ap-northeast-2')
    return text


def _name(text: str) -> str:
    if not ECS_NAME.fullmatch(text):
        raise ValueError(f'"{text[:60]}" is no name in ECS; write the name, not the ARN: letters, digits, _ and -')
    return text


def _repository(text: str) -> str:
    if not REPOSITORY.fullmatch(text):
        raise ValueError(f'"{text[:60]}" is no repository in ECR; write its name without registry and tag')
    return text


def _account(text: str) -> str:
    if not ACCOUNT.fullmatch(text):
        raise ValueError(f'"{text[:20]}" is no AWS account; write its 12 digits in quotes')
    return text


def _role(text: str) -> str:
    if not ROLE.fullmatch(text):
        raise ValueError(f'"{text[:60]}" is no role; write its ARN, like arn:aws:iam::123456789012:role/slipway')
    return text


def _external_id(text: str) -> str:
    if not EXTERNAL_ID.fullmatch(text):
        raise ValueError("an external id has 2 to 1224 characters: letters, digits and _+=,.@:/-")
    return text


def _log_group(text: str) -> str:
    if not LOG_GROUP.fullmatch(text):
        raise ValueError(f'"{text[:60]}" is no log group; write its name, like /ecs/prod-llmops')
    return text


def _variable(text: str) -> str:
    if not VARIABLE.fullmatch(text):
        raise ValueError(f'"{text[:40]}" is no name of an environment variable')
    return text


def _endpoint(text: str) -> str:
    """Plain http is good enough for an imitation on this machine; our keys sign what goes there."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK or parts.username is not None:
        raise ValueError("must be on loopback, like http://127.0.0.1:4566; for AWS itself leave it out")
    return text


Name = Annotated[str, AfterValidator(_name)]
Role = Annotated[str, AfterValidator(_role)]
Variable = Annotated[str, AfterValidator(_variable)]


class Config(BaseModel):
    """One container of one service. ``account``: refused where the credentials belong to another.

    ``family``, ``log_group``, ``pass_roles`` (the execution and the task role): what the task definition names, so that
    ``slipway iam`` allows no more.
    ``plain_secrets_ok``: variables that may stand in plain text although they look like secrets.
    ``endpoint``: of an imitation, for all of AWS.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    region: Annotated[str, AfterValidator(_region)]
    cluster: Name
    service: Name
    container: Name
    repository: Annotated[str, AfterValidator(_repository)]
    account: Annotated[str, AfterValidator(_account)] | None = None
    role_arn: Role | None = None
    external_id: Annotated[str, AfterValidator(_external_id)] | None = None
    family: Name | None = None
    log_group: Annotated[str, AfterValidator(_log_group)] | None = None
    pass_roles: Annotated[tuple[Role, ...], Field(max_length=10)] = ()
    plain_secrets_ok: Annotated[tuple[Variable, ...], Field(max_length=50)] = ()
    endpoint: Annotated[str, AfterValidator(_endpoint)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> Config:
        if self.external_id is not None and self.role_arn is None:
            raise ValueError("external_id goes with role_arn; write both or neither")
        owner = owner_of(self.role_arn)
        if owner is not None and self.account not in (None, owner):
            raise ValueError(f"role_arn is of account {owner}, and account says {self.account}")
        return self

    @property
    def owner(self) -> str | None:
        """The account's number, as far as the file says it."""
        return self.account or owner_of(self.role_arn)


def owner_of(role_arn: str | None) -> str | None:
    """The number of a role's account."""
    found = ROLE.fullmatch(role_arn or "")
    return found.group(1) if found else None
