"""What in an exchange botocore's own models do not know: fields, types, words, errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import botocore.session

from playground.aws import Seen

COMMON = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",
        "ServerException",
        "ServiceUnavailable",
        "ThrottlingException",
        "UnknownOperationException",
        "UnrecognizedClientException",
        "ValidationError",
    }
)
"""Errors that any service may answer; they stand in no operation's model."""
KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "boolean": (bool,),
    "blob": (str,),
}


def problems(seen: Sequence[Seen]) -> list[str]:
    """One line for each thing that does not fit; empty when all is well."""
    return sorted({f"{one.service}.{one.action}: {line}" for one in seen for line in _of(one)})


def _of(one: Seen) -> Iterator[str]:
    if not one.action or not one.who or one.code == "UnknownOperationException":
        return  # refused before it was understood
    model = _model(one.service)
    if one.action not in model.operation_names:
        yield "no such operation"
        return
    operation = model.operation_model(one.action)
    words = model.protocol == "query"
    yield from _unfit("sent", operation.input_shape, one.params, words)
    if one.code is not None:
        known = {each.metadata.get("error", {}).get("code", each.name) for each in operation.error_shapes}
        if one.code.rpartition("#")[2] not in known | COMMON:
            yield f"never answers {one.code}"
    elif one.status:
        yield from _unfit("got", operation.output_shape, one.got, words)


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


def _unfit(at: str, shape: Any, value: Any, words: bool) -> Iterator[str]:
    """`words`: numbers, moments and truths may be written out, as the query protocol does."""
    if shape is None:
        if value:
            yield f"{at}: nothing is expected"
    elif shape.type_name == "structure":
        yield from _fields(at, shape, value, words)
    elif shape.type_name == "list":
        if not isinstance(value, list):
            yield f"{at}: no list"
            return
        for one in value:
            yield from _unfit(f"{at}[]", shape.member, one, words)
    elif shape.type_name == "map":
        for name, one in value.items():
            yield from _unfit(f"{at}.{name}", shape.value, one, words)
    else:
        yield from _plain(at, shape, value, words)


def _fields(at: str, shape: Any, value: Any, words: bool) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: no structure"
        return
    for name in shape.required_members:
        if name not in value:
            yield f"{at}.{name}: missing"
    for name, one in value.items():
        if name not in shape.members:
            yield f"{at}.{name}: unknown"
        else:
            yield from _unfit(f"{at}.{name}", shape.members[name], one, words)


def _plain(at: str, shape: Any, value: Any, words: bool) -> Iterator[str]:
    right = KINDS[shape.type_name]
    if isinstance(value, bool) and bool not in right:
        yield f"{at}: a truth value"
    elif not isinstance(value, right) and not (words and isinstance(value, str)):
        yield f"{at}: {value!r} is no {shape.type_name}"
    elif getattr(shape, "enum", None) and value not in shape.enum and at.startswith("got"):
        yield f"{at}: {value!r} is none of {shape.enum}"
