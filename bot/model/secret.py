"""A secret's name from the config file; its value comes from the environment and never leaves by accident."""

from __future__ import annotations

from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Secret:
    """In the file: the *name*. ``bot.config`` fills the value in and registers it with ``bot.redact``."""

    __slots__ = ("_value", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self._value: str | None = None

    def fill(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value. Raises LookupError (naming the secret, never showing it) when it was not filled in."""
        if self._value is None:
            raise LookupError(f"secret {self.name} has no value")
        return self._value

    def __repr__(self) -> str:
        return f"Secret({self.name}=***)"

    __str__ = __repr__

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(pattern=r"^[A-Z][A-Z0-9_]*$"),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda secret: secret.name),
        )
