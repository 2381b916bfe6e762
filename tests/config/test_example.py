"""``config.example.toml`` shows every option once, commented, and loads; the schema accepts it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import jsonschema

from adapters import load as kinds
from bot import config
from bot.config.shape import INHERITED, EnvTable, Head, ServiceHead
from bot.model import Target
from bot.model.duration import seconds, written
from tests.config.files import ENVIRON
from tests.config.keys import public_keys

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


def test_the_example_loads() -> None:
    found = config.load(EXAMPLE, kinds, ENVIRON)
    assert list(found.targets) == [Target("ai-server", env) for env in ("staging", "prod", "dev")]


def test_the_schema_accepts_the_example_and_refuses_an_unknown_key() -> None:
    schema, file = config.schema(kinds), tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    assert list(judge.iter_errors(file)) == []
    file["services"]["ai-server"]["health"]["trys"] = 3
    assert len(list(judge.iter_errors(file))) == 1


def test_the_example_shows_every_option() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    shown = set(re.findall(r"(?:^|[\s{.#,\[])([a-z_]+)(?=\s*=|\]|\.)", text, re.MULTILINE))
    assert [key for key in public_keys() if key not in shown] == []


def test_values_that_the_example_gives_as_defaults_are_the_defaults() -> None:
    file = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    service = file["services"]["ai-server"]
    for table, model in (("health", INHERITED["health"]), ("watch", INHERITED["watch"])):
        shown = {key: value for key, value in service[table].items() if key != "url"}
        fields = {field.alias or name: field.default for name, field in model.model_fields.items()}
        assert {key: fields[key] for key in shown} == {key: _read(value) for key, value in shown.items()}


def _read(value: object) -> object:
    return seconds(value) if isinstance(value, str) and value[-1:] == "s" else value


def test_durations_read_back_as_they_were_written() -> None:
    assert [written(seconds(text)) for text in ("0s", "90s", "5m", "2h", "7d", "24h")] == [
        *("0s", "90s", "5m", "2h", "7d"),
        "1d",
    ]


def test_every_table_refuses_what_it_does_not_know() -> None:
    assert [model for model in (Head, ServiceHead, EnvTable) if model.model_config.get("extra") != "forbid"] == []
