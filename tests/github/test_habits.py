"""What ``slipway doctor`` warns of in a workflow: each habit in a file that has it, and in one that is well."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.github.workflow import lines, read, warnings
from adapters.github.workflow.codes import CODES, DOCTOR
from adapters.github.workflow.expressions import filled, holds, uses_inputs
from bot.cli.doctor.remedies import CHECKS
from bot.cli.doctor.report import State, line
from bot.wording import has
from bot.wording.catalogue import CATALOGUES, placeholders

GOOD = """\
name: CD
run-name: deploy ${{ inputs.deploy_id }}
on:
  workflow_dispatch:
    inputs:
      environment: {required: true}
      image_tag: {required: true}
      deploy_id: {required: true}
      dry: {type: boolean, default: false}
concurrency: cd
permissions: {contents: read}
jobs:
  test:
    steps:
      - uses: actions/checkout@v4
      - {id: lint, run: ruff, continue-on-error: true}
      - run: test "${{ steps.lint.outcome }}" = success
  deploy:
    needs: test
    environment: ${{ inputs.environment }}
    steps:
      - uses: docker/login-action@9780b0c442fbb1117ed29e0efdff1e18412f7567
      - uses: ./.github/actions/put
      - uses: docker://alpine@sha256:0000
      - {run: 'put "$TAG"', env: {TAG: "${{ inputs.image_tag }}"}}
  production:
    needs: deploy
    if: inputs.environment == 'production'
    environment: production
    steps: [{run: "true"}]
  tell:
    needs: deploy
    continue-on-error: true
    steps: [{run: curl}]
"""
INPUTS = {"environment": "staging", "image_tag": "{version}", "deploy_id": "{attempt}"}


def found(*changes: tuple[str, str], env: str | None = "staging", **inputs: str) -> dict[str, Any]:
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {one.code: dict(one.facts) for one in warnings(read(text), {**INPUTS, **inputs}, env)}


def test_a_workflow_that_is_well_warns_of_nothing() -> None:
    assert found() == {}


def test_a_production_job_that_only_looks_at_the_branch_runs_for_staging_too() -> None:
    on_main = ("if: inputs.environment == 'production'", "if: github.ref == 'refs/heads/main'")
    assert found(on_main) == {"production_too": {"jobs": ["production"], "env": "staging"}}
    assert found(on_main, env="prod", environment="production") == {}
    assert found(on_main, env=None) == {}


@pytest.mark.parametrize(
    ("condition", "warned"),
    [
        ("inputs.environment == 'production' || github.ref == 'refs/heads/main'", True),
        ("github.ref == 'refs/heads/main' && github.event.inputs.environment == 'production'", False),
        ("${{ inputs.environment == 'PRODUCTION' }}", False),
        ("inputs.environment != 'staging'", False),
        ("${{ !(inputs.environment == 'staging') }}", False),
        ("inputs.environment != 'dev'", True),
        ("always() && inputs.environment == 'production'", False),
        ("startsWith(inputs.environment, 'prod')", True),
        ("inputs.dry", False),
        ("github.event_name == 'push'", False),
        ("always()", True),
    ],
)
def test_a_condition_is_judged_with_the_inputs_that_will_be_sent(condition: str, warned: bool) -> None:
    assert ("production_too" in found(("inputs.environment == 'production'", condition))) is warned


def test_a_job_behind_one_that_is_skipped_does_not_run_unless_it_says_always() -> None:
    behind = "  later:\n    needs: production\n    environment: production\n  tell:"
    assert found(("  tell:", behind)) == {}
    anyway = behind.replace("needs:", "if: always()\n    needs:")
    assert found(("  tell:", anyway))["production_too"]["jobs"] == ["later"]


def test_a_job_without_environment_is_production_by_its_name() -> None:
    unnamed = ("    if: inputs.environment == 'production'\n    environment: production\n", "")
    assert found(unnamed)["production_too"]["jobs"] == ["production"]
    assert "production_too" not in found(unnamed, ("  production:", "  pre-production:"))


def test_an_attempt_that_the_workflow_never_learns_of_cannot_be_looked_up() -> None:
    assert found(deploy_id="none") == {"attempt_not_taken": {}}


@pytest.mark.parametrize(
    "title", ["deploy ${{ inputs.image_tag }}", "deploy inputs.deploy_id", "${{ 'inputs.deploy_id' }}"]
)
def test_an_attempt_that_run_name_does_not_show_cannot_be_looked_up_either(title: str) -> None:
    shown = ("deploy ${{ inputs.deploy_id }}", title)
    assert found(shown) == {"attempt_not_shown": {"input": "deploy_id"}}


def test_deploys_that_may_overlap_or_be_cancelled_by_the_next_are_told() -> None:
    assert found(("concurrency: cd\n", "")) == {"no_concurrency": {}}
    cancels = ("concurrency: cd", "concurrency: {group: cd, cancel-in-progress: true}")
    assert found(cancels) == {"deploy_cancelled": {"group": "cd"}}
    in_a_job = ("    needs: test\n", "    needs: test\n    concurrency: {group: x, cancel-in-progress: true}\n")
    assert found(("concurrency: cd\n", ""), in_a_job) == {"deploy_cancelled": {"group": "x"}}


def test_cancelling_by_an_expression_counts_unless_our_inputs_rule_it_out() -> None:
    expression = "concurrency: {group: cd, cancel-in-progress: \"${{ inputs.environment == 'dev' }}\"}"
    assert found(("concurrency: cd", expression)) == {}
    assert "deploy_cancelled" in found(("concurrency: cd", expression), environment="dev")


def test_a_failure_that_is_swallowed_before_the_deploy_is_told_and_one_after_it_is_not() -> None:
    assert found(("  test:\n", "  test:\n    continue-on-error: true\n")) == {"failure_hidden": {"places": ["test"]}}
    unjudged = ("steps.lint.outcome", "steps.other.outcome")
    assert found(unjudged) == {"failure_hidden": {"places": ["test / ruff"]}}


def test_inputs_inside_a_script_are_told_with_their_place() -> None:
    script = ("run: curl", "{run: 'echo ${{ inputs.image_tag }} ${{ github.event.inputs.environment }}'")
    assert found((f"[{{{script[0]}}}]", f"[{script[1]}}}]")) == {
        "input_in_run": {"places": ["tell / echo ${{ inputs.image_tag }} ${{ github. (image_tag, environment)"]}
    }
    by_action = "[{uses: actions/github-script@v7, with: {script: \"x('${{ inputs['image_tag'] }}')\"}}]"
    assert "input_in_run" in found(("[{run: curl}]", by_action))


@pytest.mark.parametrize("moving", ["docker/login-action@v3", "docker/login-action", "docker://alpine:3"])
def test_actions_of_others_by_a_name_that_can_move_are_told(moving: str) -> None:
    changed = ("docker/login-action@9780b0c442fbb1117ed29e0efdff1e18412f7567", moving)
    assert found(changed) == {"actions_unpinned": {"actions": [moving]}}


def test_a_reusable_workflow_of_others_is_an_action_too_and_our_own_is_not() -> None:
    text = GOOD.replace("  tell:\n", "  tell:\n    uses: Org/infra/.github/workflows/x.yml@main\n")
    assert [one.code for one in warnings(read(text), INPUTS, "staging")] == ["actions_unpinned"]
    assert warnings(read(text), INPUTS, "staging", "org") == []


def test_a_token_that_may_write_everything_is_told() -> None:
    assert found(("permissions: {contents: read}", "permissions: write-all")) == {
        "writes_all": {"where": ["the workflow"]}
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("${{ inputs.a }} ${{ inputs.a }}", ["a"]),
        ("${{ toJSON(inputs) }}", ["*"]),
        ("${{ inputs['a'] || github.event.inputs.b }}", ["a", "b"]),
        ("inputs.a ${{ env.inputs_a }} ${{ 'inputs.a' }} ${{ steps.inputs }}", []),
        ("${{ inputs.a", []),
    ],
)
def test_an_input_is_seen_only_where_github_would_put_it_in(text: str, names: list[str]) -> None:
    assert uses_inputs(text) == names


def test_text_is_filled_only_with_what_is_known() -> None:
    known = {"a": "x", "b": True}
    assert filled("1 ${{ inputs.a }} ${{ inputs.b }} ${{ 'it''s' }}", known) == "1 x true it's"
    assert filled("${{ inputs.c }}", known) is None


@given(st.text(alphabet="ab.'()!=&|$ {}inputs", max_size=80))
def test_any_condition_is_true_false_or_unknown(text: str) -> None:
    assert holds(text, {"a": "x"}) in (True, False, None)
    filled(text, {"a": "x"})
    uses_inputs(text)


@pytest.mark.parametrize("text", ["${{" * 80_000, "${{ " + "'" * 200_000 + " }}", "(" * 100_000, "!" * 100_000])
def test_a_hostile_expression_costs_no_more_than_its_length(text: str) -> None:
    uses_inputs(text)
    filled(text, {})
    assert holds(text, {}) is None


def told(env: str = "staging", **inputs: str) -> list[tuple[str, bool | None]]:
    about = lines(read(GOOD), {**INPUTS, **inputs}, path="cd.yml", ref="main", env=env)
    return [(code, good) for code, good, _ in about]


def test_doctor_says_that_the_workflow_takes_our_inputs_or_which_it_does_not() -> None:
    assert told() == [("workflow", True)]
    assert told(tag="{version}") == [("input_unknown", False)]
    assert told(dry="maybe") == [("input_type", False)]
    assert told(dry="{version}") == [("workflow", True)]


def test_doctor_fails_on_a_workflow_that_nobody_can_dispatch_and_says_no_more() -> None:
    about = list(lines(read("on: push\njobs: {}"), INPUTS, path="cd.yml", ref="main", env="staging"))
    assert about == [("not_dispatchable", False, {})]


def test_every_code_has_words_in_both_languages_and_a_remedy() -> None:
    for code, facts in CODES.items():
        fact = dict.fromkeys(facts, "fact")
        assert all(template.format_map(fact) for template in CHECKS[f"github.{code}"][:1] if code not in DOCTOR)
        assert [part.format_map(fact) for part in CHECKS[f"github.{code}"]]
        assert has(f"adapter.github.{code}")
        assert placeholders(CATALOGUES["en"][f"adapter.github.{code}"]) <= set(facts)


def test_the_line_that_shows_the_attempt_is_ready_to_be_copied() -> None:
    said = line(State.WARN, "x", "github.attempt_not_shown", {"input": "deploy_id"})
    assert said.remedy.startswith("write run-name: deploy ${{ inputs.deploy_id }}")
