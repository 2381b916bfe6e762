"""By its title alone a run is one of this target, of that version, of that attempt; or it is not."""

from __future__ import annotations

import pytest

from adapters.github.titles import Told, marked, titles
from tests.github.made import SHA

INPUTS = {"environment": "dev", "image_tag": "{version}", "deploy_id": "{attempt}"}
RUN_NAME = "Deploy ${{ inputs.image_tag }} to ${{ inputs.environment }} (${{ inputs.deploy_id }})"
KNOWN = {"env": "dev", "service": "llmops"}
ATTEMPT = "abcd2345-7-1"


def test_a_run_of_another_target_of_the_same_workflow_is_not_ours() -> None:
    ours = titles(RUN_NAME, INPUTS, KNOWN)
    assert ours.apart
    assert ours.read(f"Deploy {SHA} to prod ({ATTEMPT})") is None
    assert ours.read(f"Deploy {SHA} to dev ({ATTEMPT})") == Told(SHA, ATTEMPT)


def test_targets_that_a_title_does_not_tell_apart_are_known_to_be_so() -> None:
    assert not titles("Deploy ${{ inputs.image_tag }}", INPUTS, KNOWN).apart
    assert not titles(None, INPUTS, KNOWN).apart
    assert titles(None, {"image_tag": "{version}"}, KNOWN).apart


def test_a_run_that_a_person_dispatched_by_hand_tells_what_they_typed() -> None:
    assert titles(RUN_NAME, INPUTS, KNOWN).read("Deploy v1.2 to dev ()") == Told("v1.2", None)


@pytest.mark.parametrize(
    "run_name",
    [
        "${{ github.event.inputs.image_tag }} ${{inputs['environment']}} by ${{ github.actor }}",
        "  ${{ inputs.image_tag }}   ${{ inputs.environment }} by ${{ github.actor }} ",
    ],
)
def test_inputs_are_found_however_they_are_written(run_name: str) -> None:
    ours = titles(run_name, INPUTS, KNOWN)
    assert ours.read(f"{SHA} dev by slipway-bot") == Told(SHA, None)
    assert ours.apart


def test_an_expression_of_something_else_may_be_anything_but_its_surroundings_hold() -> None:
    ours = titles("[${{ github.actor }}] ${{ inputs.image_tag }} .* ${{ inputs.environment }}", INPUTS, KNOWN)
    assert ours.read(f"[x (y)] {SHA} .* dev") == Told(SHA, None)
    assert ours.read(f"[x] {SHA} ab dev") is None


def test_a_version_shown_twice_must_be_the_same_twice() -> None:
    ours = titles("${{ inputs.image_tag }} ${{ inputs.image_tag }}", {"image_tag": "{version}"}, KNOWN)
    assert ours.read(f"{SHA} {SHA}") == Told(SHA, None)
    assert ours.read(f"{SHA} v1") is None


def test_placeholders_within_a_value_are_read_back() -> None:
    ours = titles("${{ inputs.id }}", {"id": "{service}/{env}/{version}/{attempt}"}, KNOWN)
    assert ours.read(f"llmops/dev/{SHA}/{ATTEMPT}") == Told(SHA, ATTEMPT)
    assert ours.read(f"llmops/prod/{SHA}/{ATTEMPT}") is None


@pytest.mark.parametrize("title", [f"Deploy {ATTEMPT}", f"({ATTEMPT})", f"{ATTEMPT}: x"])
def test_an_attempt_is_found_as_a_word(title: str) -> None:
    assert marked(title, ATTEMPT)


@pytest.mark.parametrize("title", [f"{ATTEMPT}1", f"x{ATTEMPT}", f"{ATTEMPT}-2", "Deploy"])
def test_another_attempt_is_not_taken_for_it(title: str) -> None:
    assert not marked(title, ATTEMPT)
