"""A new revision is the current one but for image, model and tags; what botocore would refuse is never built."""

from __future__ import annotations

import copy
from typing import Any

import botocore.loaders
import botocore.model
import botocore.validate
import pytest

from adapters.ecs import revision
from adapters.ecs.revision import TAKEN, changed, tagged
from bot.errors import AdapterError
from tests.ecs.made import CONTAINER, NEW, REGISTRY, definition

IMAGE = f"{REGISTRY}@{NEW}"


def register() -> Any:
    loaded = botocore.loaders.Loader().load_service_model("ecs", "service-2")
    return botocore.model.ServiceModel(loaded).operation_model("RegisterTaskDefinition").input_shape


def test_a_container_that_is_not_in_the_revision_is_refused_with_those_that_are() -> None:
    with pytest.raises(AdapterError) as refused:
        changed(definition(), container="llmops", image=IMAGE)
    assert (refused.value.code, refused.value.retry) == ("container_missing", False)
    assert refused.value.facts == {"container": "llmops", "revision": "llmops:57", "known": "llmops-app, router"}


def test_only_the_image_of_the_one_container_differs() -> None:
    current = definition()
    made = changed(current, container=CONTAINER, image=IMAGE)
    assert made["containerDefinitions"][0]["image"] == IMAGE
    made["containerDefinitions"][0]["image"] = current["containerDefinitions"][0]["image"]
    assert made == {name: current[name] for name in TAKEN if name in current}


def test_the_current_revision_itself_is_left_as_it_was() -> None:
    current = definition()
    before = copy.deepcopy(current)
    changed(current, container=CONTAINER, image=IMAGE, model=("MODEL_ID", "org/large-2"))
    assert current == before


def test_every_field_that_registering_takes_is_carried_over_and_no_other() -> None:
    assert set(TAKEN) == set(register().members) - {"tags"}
    made = changed(definition(), container=CONTAINER, image=IMAGE, tags=tagged([], "abcd2345-7-1", "abc", "llmops:57"))
    assert not botocore.validate.ParamValidator().validate(made, register()).has_errors()


def test_the_model_is_written_where_it_stands_or_put_behind_the_others() -> None:
    made = changed(definition(), container=CONTAINER, image=IMAGE, model=("MODEL_ID", "org/large-2"))
    assert revision.environment(made, CONTAINER) == {"MODEL_ID": "org/large-2", "PORT": "8000"}
    made = changed(definition(), container=CONTAINER, image=IMAGE, model=("ADAPTER_ID", "org/a"))
    assert list(revision.environment(made, CONTAINER)) == ["MODEL_ID", "PORT", "ADAPTER_ID"]


def test_the_team_s_own_tags_stay_and_another_attempt_s_and_aws_s_go() -> None:
    kept = [("team", "ai"), ("aws:cloudformation:stack-name", "x"), ("slipway:attempt", "zzzz2345-6-1")]
    made = tagged([{"key": key, "value": value} for key, value in kept], "abcd2345-7-1", "a1b2c3d", "llmops:57")
    assert {one["key"]: one["value"] for one in made} == {
        "team": "ai",
        "slipway:attempt": "abcd2345-7-1",
        "slipway:version": "a1b2c3d",
        "slipway:copies": "llmops:57",
    }


def test_the_mark_of_what_the_code_runs_in_is_another_for_anything_but_image_model_and_ecs_s_own_fields() -> None:
    current = definition()
    same = changed(current, container=CONTAINER, image=IMAGE, model=("MODEL_ID", "org/large-2"), tags=[])
    mark = revision.mark(current, CONTAINER, "MODEL_ID")
    assert revision.mark({**same, "revision": 58, "registeredAt": "later"}, CONTAINER, "MODEL_ID") == mark
    assert revision.mark(definition(memory="2048"), CONTAINER, "MODEL_ID") != mark
    assert revision.mark(current, CONTAINER, None) != revision.mark(same, CONTAINER, None)


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "arm64"),
        ({"runtimePlatform": {"cpuArchitecture": "X86_64"}}, "amd64"),
        ({"runtimePlatform": None}, "amd64"),
        ({"runtimePlatform": None, "requiresCompatibilities": ["EC2"]}, None),
    ],
)
def test_the_architecture_is_fargate_s_own_where_the_revision_names_none(
    changes: dict[str, Any], wanted: str | None
) -> None:
    assert revision.architecture(definition(**changes)) == wanted
