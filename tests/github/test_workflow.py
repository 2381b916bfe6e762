"""Reading a workflow file that anybody may have written, and holding our inputs against its own."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.github.workflow import Concurrency, Input, check, read
from adapters.github.workflow.tree import DEPTH, SIZE, plain
from bot.errors import AdapterError

CD = """\
name: CD
run-name: deploy ${{ inputs.deploy_id }}
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      environment:
        description: where to
        type: choice
        required: true
        options: [dev, staging]
      image_tag: {required: true}
      deploy_id:
      dry: {type: boolean, default: false}
      replicas: {type: number, default: 2}
      stage: {type: environment}
concurrency:
  group: cd-${{ inputs.environment }}
  cancel-in-progress: false
permissions: write-all
jobs:
  test:
    runs-on: ubuntu-latest
    continue-on-error: true
    steps:
      - {name: Test, id: t, run: "pytest\\n", continue-on-error: "${{ inputs.dry }}"}
  deploy:
    name: Deploy
    needs: test
    if: github.ref == 'refs/heads/main'
    environment: {name: "${{ inputs.environment }}", url: https://example.com}
    concurrency: one
    steps:
      - uses: actions/github-script@v7
        with: {script: console.log(1)}
      - run: |
          first line
          second line
"""
BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 8)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
GOOD = {"environment": "dev", "image_tag": "abc"}


def why(text: str) -> str:
    with pytest.raises(AdapterError) as caught:
        read(text)
    assert (caught.value.kind, caught.value.code, caught.value.retry) == ("github", "workflow_unreadable", False)
    return str(caught.value.facts["why"])


def problems(**changed: str | None) -> list[tuple[str, str | None]]:
    inputs = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    return [(problem.code, problem.facts.get("input")) for problem in check(read(CD), inputs)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "not YAML"),
        ("\x00", "not YAML"),
        ("\ud800: 1", "not YAML"),
        ("", "not one document"),
        ("a: 1\n---\nb: 2\n", "not one document"),
        ("- a\n- list\n", "it has no jobs"),
        ("jobs: [a]\n", "it has no jobs"),
        ("jobs: {}\njobs: {}\n", "the key jobs stands twice"),
        ("? [a]\n: b\n", "a table is used as a key"),
        ("a: *nobody\n", "stands for nothing"),
        ("a: &a [*a]\n", "stands for nothing that is complete"),
        ("a: &a {b: *a}\n", "stands for nothing that is complete"),
        ("[" * (DEPTH + 2) + "]" * (DEPTH + 2), "deeper than"),
        ("[" * 100_000, "deeper than"),
        ("- " * 100_000, "deeper than"),
        ("{a: " * 60_000, "deeper than"),
        ("#" * (SIZE + 1), "longer than"),
        (f"a: [{'x, ' * 60_000}]", "says more than"),
        (BOMB, "says more than"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(text: str, said: str) -> None:
    assert said in why(text)


def test_aliases_that_only_go_deep_are_refused_too() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    assert "deeper than" in why(chain)


@given(st.text(alphabet="ab:-[]{}&*!|>#'\"? \n\t,%@0\\\x85\ufeff", max_size=60))
def test_whatever_the_text_is_it_is_read_or_refused(text: str) -> None:
    with suppress(AdapterError):
        plain(text)


def test_a_tag_makes_nothing_but_text() -> None:
    assert plain("a: !!python/object/apply:os.system [id]\nb: !!str true\nc: !x 1") == {
        "a": ["id"],
        "b": "true",
        "c": "1",
    }


def test_only_true_and_false_are_booleans_and_on_is_a_name() -> None:
    assert plain("on: yes\nno: 010\nx: TRUE\ny: 'true'\nz: ~\n2: 1e9") == {
        "on": "yes",
        "no": "010",
        "x": True,
        "y": "true",
        "z": None,
        "2": "1e9",
    }


def test_an_alias_repeats_its_anchor() -> None:
    found = read("on: workflow_dispatch\njobs:\n  a: &a {steps: [{run: make}]}\n  b: *a\n")
    assert found.jobs["a"].steps == found.jobs["b"].steps


def test_a_whole_workflow_is_read_as_its_author_meant_it() -> None:
    found = read(CD)
    assert (found.name, found.run_name, found.dispatchable) == ("CD", "deploy ${{ inputs.deploy_id }}", True)
    assert found.concurrency == Concurrency("cd-${{ inputs.environment }}")
    assert found.writes_all
    assert found.inputs == {
        "environment": Input("choice", required=True, options=("dev", "staging")),
        "image_tag": Input(required=True),
        "deploy_id": Input(),
        "dry": Input("boolean", default="false"),
        "replicas": Input("number", default="2"),
        "stage": Input("environment"),
    }
    test, deploy = found.jobs.values()
    assert (test.hides, test.steps[0].hides, test.steps[0].id) == (True, "${{ inputs.dry }}", "t")
    assert (deploy.needs, deploy.environment) == (("test",), "${{ inputs.environment }}")
    assert deploy.concurrency == Concurrency("one")
    assert [step.name for step in deploy.steps] == ["actions/github-script@v7", "first line"]
    assert deploy.steps[0].script == "console.log(1)"


@pytest.mark.parametrize(
    ("on", "dispatchable"),
    [
        ("workflow_dispatch", True),
        ("[push, workflow_dispatch]", True),
        ("{workflow_dispatch: }", True),
        ("{workflow_dispatch: {inputs: }}", True),
        ("push", False),
        ("{workflow_call: {inputs: {a: {type: string}}}}", False),
        ("3", False),
    ],
)
def test_every_way_to_write_the_trigger_is_understood(on: str, dispatchable: bool) -> None:
    found = read(f"on: {on}\njobs: {{}}\n")
    assert (found.dispatchable, dict(found.inputs)) == (dispatchable, {})


def test_inputs_that_fit_have_no_problem() -> None:
    assert problems() == []
    assert problems(dry="true", replicas="-1.5", stage="any", deploy_id="") == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"image_tag": None}, [("input_missing", "image_tag")]),
        ({"image_tag": ""}, [("input_missing", "image_tag")]),
        ({"Image_Tag": "x"}, [("input_unknown", "Image_Tag")]),
        ({"environment": "prod"}, [("input_option", "environment")]),
        ({"dry": "yes"}, [("input_type", "dry")]),
        ({"dry": "True"}, [("input_type", "dry")]),
        ({"replicas": "two"}, [("input_type", "replicas")]),
        ({"replicas": "1_0"}, [("input_type", "replicas")]),
        ({"replicas": "١"}, [("input_type", "replicas")]),
        ({"deploy_id": "x" * 70_000}, [("inputs_too_long", None)]),
    ],
)
def test_what_github_would_refuse_is_said_before(changed: dict[str, str | None], found: list[tuple[str, str]]) -> None:
    assert problems(**changed) == found


def test_more_than_twenty_five_inputs_are_refused() -> None:
    declared = "".join(f"      i{n}:\n" for n in range(26))
    found = read(f"on:\n  workflow_dispatch:\n    inputs:\n{declared}jobs: {{}}\n")
    assert [one.code for one in check(found, {f"i{n}": "x" for n in range(25)})] == []
    assert [one.code for one in check(found, {f"i{n}": "x" for n in range(26)})] == ["inputs_too_many"]


def test_a_workflow_that_nobody_can_dispatch_says_only_that() -> None:
    assert [one.code for one in check(read("on: push\njobs: {}"), {"a": "b"})] == ["not_dispatchable"]
