"""A release is code, model and infrastructure: what ran together, as far as it is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.model.version import Version

MODEL_ID = re.compile(r"[A-Za-z0-9._:/@+][A-Za-z0-9._:/@+-]{0,199}", re.ASCII)
"""What a model's id may consist of: in an env file a space or a quote would mean something else, before a program's
other words a leading hyphen."""


@dataclass(frozen=True)
class Model:
    """``adapters``: ids of LoRA or other adapters that are loaded with it."""

    id: str
    adapters: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return "+".join((self.id, *self.adapters))


@dataclass(frozen=True)
class Release:
    """``model``, ``infra`` None: not known, which is not the same as none. ``infra``: a mark that changes with it."""

    code: Version
    model: Model | None = None
    infra: str | None = None
