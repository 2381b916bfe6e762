"""The reference documents every public key with its true default, in both languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from adapters.dry_run.config import Config as DryRun
from adapters.ecs.config import Config as Ecs
from adapters.github.config import Config as Github
from adapters.ssh.config import Config as Ssh
from bot.config.later import LATER, VALUES
from bot.config.problems import keys_at
from bot.config.shape import (
    ADAPTERS,
    DiscordTable,
    EnvTable,
    GithubTable,
    Head,
    HealthTable,
    ModelTable,
    PolicyTable,
    ServiceHead,
    WatchTable,
)
from bot.model.duration import seconds
from tests.config.keys import public_keys

DOCS = Path(__file__).parents[2] / "docs"
BOTH = pytest.mark.parametrize("name", ["config.md", "config.ko.md"])


def rows(text: str) -> dict[str, str]:
    """Key (its last part) → default, of every table row; several keys of a row share it in order."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 3:
            keys = re.findall(r"`([^`]+)`", cells[0])
            defaults = re.findall(r"`([^`]+)`", cells[1])
            found |= {key: (defaults[index] if index < len(defaults) else cells[1]) for index, key in enumerate(keys)}
    return found


@BOTH
def test_every_public_key_is_documented(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`]*)`", text))))
    assert [key for key in public_keys() if key not in words] == []


SECTIONS: dict[int, type[BaseModel]] = {
    0: Head,
    1: DiscordTable,
    3: ServiceHead,
    4: PolicyTable,
    5: HealthTable,
    6: WatchTable,
    7: EnvTable,
    8: Ssh,
    9: DryRun,
    10: Github,
    11: Ecs,
    12: ModelTable,
    14: GithubTable,
}
"""In the order in which the reference has them; 2 is several small tables."""


@BOTH
@pytest.mark.parametrize("section", SECTIONS)
def test_every_documented_default_is_the_real_one(name: str, section: int) -> None:
    told = rows((DOCS / name).read_text(encoding="utf-8").split("\n### ")[section + 1])
    model = SECTIONS[section]
    for key, field in zip(keys_at(model, ()), model.model_fields.values(), strict=True):
        if isinstance(field.default, bool | int | float | str) and key in told:
            assert _read(told[key]) == field.default, key


def _read(cell: str) -> object:
    """A default as TOML would read it; a duration in seconds."""
    value = tomllib.loads(f"it = {cell}")["it"]
    return seconds(value) if isinstance(value, str) and re.fullmatch(r"[0-9]+[smhd]", value) else value


@BOTH
def test_both_languages_document_the_same_keys(name: str) -> None:
    keys = [set(rows((DOCS / one).read_text(encoding="utf-8"))) for one in ("config.md", name)]
    assert {key for key in keys[0] ^ keys[1] if not key.startswith("roles.")} == set()


@BOTH
def test_what_is_not_available_is_named(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8").split("\n## ")[-1]
    wanted = {path[-1] for path in LATER} | set(VALUES) | set(ADAPTERS) - {"ssh", "dry_run", "github", "ecs"}
    assert [word for word in sorted(wanted) if word not in text] == []
