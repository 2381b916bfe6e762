"""What ``[services.NAME.env.ENV.ssh]`` says."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from bot.model import Secret
from bot.model.duration import Duration

KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


def _absolute(text: str) -> str:
    if not re.fullmatch(r"/[A-Za-z0-9._/-]+", text) or ".." in text.split("/") or text.endswith("/"):
        raise ValueError('an absolute path without ".." is needed, like /app/ai-server')
    return text


def _relative(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._][A-Za-z0-9._/-]*", text) or ".." in text.split("/") or text.endswith("/"):
        raise ValueError('a path inside the application\'s folder is needed, without ".."')
    return text


def _repository(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9/][A-Za-z0-9+@:/._~%-]*", text) or "::" in text:
        raise ValueError("an address that git on the host can fetch is needed: https, ssh, git@host:path or a path")
    if re.match(r"[a-z+]+://[^/@]*:[^/@]*@", text):
        raise ValueError("a password stands in this address; give the host's git a credential or a deploy key instead")
    return text


Absolute = Annotated[str, AfterValidator(_absolute)]
Relative = Annotated[str, AfterValidator(_relative)]


class Host(BaseModel):
    """``host_key``: the line of ``ssh-keyscan`` without the name, looked at once by a person and pinned."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.:-]*$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_-]*$")]
    host_key: str

    @field_validator("host_key")
    @classmethod
    def _key(cls, text: str) -> str:
        words = text.split()
        if len(words) < 2 or words[0] not in KEY_TYPES or not re.fullmatch(r"[A-Za-z0-9+/=]{40,}", words[1]):
            raise ValueError(f"a host key is needed, like: ssh-ed25519 AAAA… ({', '.join(KEY_TYPES)})")
        return " ".join(words[:2])


class Config(BaseModel):
    """One application on one host. ``drain``: at most so long for open connections to end before a restart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: Annotated[list[Host], Field(min_length=1)]
    key: Secret
    repository: Annotated[str, AfterValidator(_repository)]
    path: Absolute
    unit: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9:_.@-]*$")]
    layout: Literal["releases", "in_place"] = "releases"
    runner: Literal["detached", "unit"] = "detached"
    shared: list[Relative] = [".env"]
    requirements: Relative | None = None
    keep: Annotated[int, Field(ge=2, le=100)] = 5
    logs: list[Absolute] = []
    python: Annotated[str, Field(pattern=r"^[A-Za-z0-9/][A-Za-z0-9._/-]*$")] = "python3"
    drain: Duration = 0.0

    @field_validator("hosts")
    @classmethod
    def _one(cls, hosts: list[Host]) -> list[Host]:
        if len(hosts) > 1:
            raise ValueError("several hosts of one target are not possible yet; write one")
        return hosts

    @field_validator("unit")
    @classmethod
    def _suffix(cls, unit: str) -> str:
        return unit if unit.endswith(".service") else f"{unit}.service"
