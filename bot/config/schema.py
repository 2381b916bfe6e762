"""The JSON schema of the configuration file, for editors: ``slipway schema``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.config.shape import ADAPTERS, INHERITED, EnvTable, Head, ServiceHead
from bot.model.duration import PATTERN, written
from bot.ports import Kinds

REF = "#/$defs/"


def schema(kinds: Kinds) -> dict[str, Any]:
    """Draft 2020-12. Required keys of inherited tables are left to ``check``: they may stand in either place."""
    sections = {name: kind.config for name in ADAPTERS if (kind := kinds(name))}
    names, definitions = _definitions([Head, ServiceHead, EnvTable, *INHERITED.values(), *sections.values()])
    inherited = {key: _reference(names[model]) for key, model in {**INHERITED, **sections}.items()}
    for key in inherited:
        definitions[names[{**INHERITED, **sections}[key]]].pop("required", None)
    head, service, env = (definitions.pop(names[model]) for model in (Head, ServiceHead, EnvTable))
    env["properties"] |= inherited | {"adapter": {"enum": [*sections]}}
    env["required"] = ["adapter"]
    service["properties"] |= inherited | {"env": _table_of(_reference("Environment"))}
    service["required"] = ["env"]
    head["properties"]["services"] = _table_of(_reference("Service"))
    head["required"] = [*head["required"], "services"]
    definitions |= {"Service": service, "Environment": env}
    _write_durations(definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **head, "title": "Slipway", "$defs": definitions}


def _definitions(models: list[type[BaseModel]]) -> tuple[dict[type[BaseModel], str], dict[str, Any]]:
    places, made = models_json_schema([(model, "validation") for model in models], ref_template=REF + "{model}")
    names = {model: str(place["$ref"]).removeprefix(REF) for (model, _), place in places.items()}
    return {model: names[model] for model in models}, dict(made["$defs"])


def _write_durations(node: Any) -> None:
    """Defaults are seconds in the models, but text in the file."""
    if isinstance(node, dict) and node.get("pattern") == PATTERN and isinstance(node.get("default"), float):
        node["default"] = written(node["default"])
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _write_durations(inner)


def _reference(name: str) -> dict[str, str]:
    return {"$ref": REF + name}


def _table_of(inner: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": inner}
