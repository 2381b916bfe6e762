"""GitHub's own OpenAPI description, to hold every exchange against."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from playground.github import Seen
from tests.capabilities import SHARED

CONTRACTS: Path = SHARED / "contracts" / "github"


def with_null(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`, JSON Schema says `null`."""
    if isinstance(schema, list):
        return [with_null(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    told = {key: with_null(one) for key, one in schema.items() if key not in ("nullable", "example", "examples")}
    if schema.get("nullable") is True:
        return {"anyOf": [told, {"type": "null"}]}
    return told


class Description:
    def __init__(self) -> None:
        self.spec = json.loads((CONTRACTS / "api.github.com.subset.json").read_text())
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **with_null(self.spec)}
        self.registry = Registry().with_resource("urn:github", Resource.from_contents(whole))

    def problems(self, call: Seen) -> list[str]:
        """What in this exchange GitHub's description does not know."""
        operation = self.spec["paths"].get(call.template, {}).get(call.method.lower())
        if operation is None:
            return [f"no such operation: {call.method} {call.template}"]
        steps = ["paths", str(call.template), call.method.lower()]
        found = []
        if call.sent is not None and call.status < 400:
            where = [*steps, "requestBody", "content", "application/json", "schema"]
            found += self._invalid("sent", where, call.sent)
        if call.status in (0, 304) or call.got is None:
            return found
        if call.status >= 400:
            return found + self._invalid("got", ["components", "schemas", "basic-error"], call.got)
        if str(call.status) not in operation["responses"]:
            return [*found, f"never answers {call.status}"]
        where = self._pointer([*steps, "responses", str(call.status)])
        return found + self._invalid("got", [*where, "content", "application/json", "schema"], call.got)

    def _pointer(self, steps: list[str]) -> list[str]:
        at: Any = self.spec
        for step in steps:
            at = at[step]
        return at["$ref"].removeprefix("#/").split("/") if "$ref" in at else steps

    def _invalid(self, side: str, steps: list[str], value: Any) -> list[str]:
        pointer = "/".join(one.replace("~", "~0").replace("/", "~1") for one in steps)
        validator = Draft202012Validator({"$ref": f"urn:github#/{pointer}"}, registry=self.registry)
        return [f"{side} {one.json_path}: {one.message[:300]}" for one in validator.iter_errors(value)]
