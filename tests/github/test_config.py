"""What the section of a target may say, and what becomes of its inputs."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.github import filling
from adapters.github.config import Config
from bot.errors import AdapterError
from tests.github.made import SHA

SECTION: dict[str, Any] = {"workflow": "cd.yml", "ref": "main", "inputs": {"image_tag": "{version}", "id": "{attempt}"}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"workflow": "../cd.yml"}, ".github/workflows"),
        ({"workflow": "cd"}, ".github/workflows"),
        ({"ref": SHA}, "no commit SHA"),
        ({"ref": "-x"}, "branch or tag"),
        ({"ref": "a..b"}, "branch or tag"),
        ({"pin": "sha"}, "head_sha"),
        ({"inputs": {"x": "{tag}"}}, "{version}"),
        ({"inputs": {"x": "{version!r}"}}, "{version}"),
        ({"inputs": {"x": "{version:>80}"}}, "{version}"),
        ({"inputs": {"x": "{"}}, "brace"),
        ({"inputs": {"x y": "1"}}, "pattern"),
        ({"inputs": {f"x{n}": "1" for n in range(26)}}, "25"),
        ({"rules": {"imagetag": "x"}}, "imagetag"),
        ({"rules": {"image_tag": "["}}, "regular expression"),
        ({"token": "x"}, "token"),
    ],
)
def test_a_section_that_cannot_work_is_refused_with_the_reason(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Config.model_validate({**SECTION, **changes})
    assert said in str(refused.value)


def test_a_workflow_may_be_written_with_its_folder() -> None:
    config = Config.model_validate({**SECTION, "workflow": ".github/workflows/cd.yaml"})
    assert (config.workflow, config.path) == ("cd.yaml", ".github/workflows/cd.yaml")


def test_inputs_are_filled_and_the_attempt_only_when_it_is_known() -> None:
    known = {"version": SHA, "sha": SHA, "env": "dev", "service": "llmops"}
    inputs = {"a": "{service}-{env}", "b": "{version}", "c": "{attempt}"}
    planned = filling.planned(inputs, {}, known)
    assert planned == {"a": "llmops-dev", "b": SHA, "c": "{attempt}"}
    assert filling.filled(planned, "abcd2345-7-1")["c"] == "abcd2345-7-1"


def test_a_value_that_does_not_match_its_rule_as_a_whole_is_refused() -> None:
    known = {"version": SHA, "sha": SHA, "env": "dev", "service": "llmops"}
    assert filling.planned({"a": "{sha}"}, {"a": "[0-9a-f]{40}"}, known)
    with pytest.raises(AdapterError) as refused:
        filling.planned({"a": "{sha}"}, {"a": "[0-9a-f]{39}"}, known)
    assert (refused.value.code, refused.value.facts["input"]) == ("input_invalid", "a")


def test_the_attempt_is_held_against_its_rule_before_it_is_known() -> None:
    known = {"version": SHA, "sha": SHA, "env": "dev", "service": "llmops"}
    assert filling.planned({"a": "{attempt}"}, {"a": "[a-z0-9]{8}-[0-9]+-[0-9]+"}, known)
    with pytest.raises(AdapterError):
        filling.planned({"a": "{attempt}"}, {"a": "[0-9]+"}, known)


def test_which_inputs_carry_the_version_is_known() -> None:
    assert filling.carries_version({"a": "v-{sha}"})
    assert not filling.carries_version({"a": "{attempt}", "b": "{{version}}"})
    assert filling.carries_attempt({"a": "{attempt}"})
