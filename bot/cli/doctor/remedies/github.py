"""The workflow that a target dispatches."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

REFUSED = "correct the inputs of this target, or the workflow: GitHub refuses the dispatch as it is"

WORKFLOW = {
    "github.workflow_unreadable": Check(
        "the workflow file cannot be read: {why}", "correct the file on that branch: GitHub would not run it either"
    ),
    "github.not_dispatchable": Check(
        "the workflow has no workflow_dispatch among its triggers", "add workflow_dispatch, with its inputs, to `on:`"
    ),
    "github.input_unknown": Check("the workflow declares no input {input} (declared: {declared})", REFUSED),
    "github.input_missing": Check(
        "the workflow needs the input {input}, and nothing gives it", "add it to `inputs`, or give it a default"
    ),
    "github.input_type": Check("the input {input} is {value}, which is no {type}", REFUSED),
    "github.input_option": Check("the input {input} is {value}, which is none of {options}", REFUSED),
    "github.inputs_too_many": Check("{count} inputs, and GitHub takes {most}", "put several into one, or leave some"),
    "github.inputs_too_long": Check("the inputs have {length} characters, and GitHub takes {most}", "shorten them"),
    "github.attempt_not_taken": Check(
        "no input is given the attempt's id: a run whose start was not answered cannot be looked up",
        'declare an input, give it "{{attempt}}" in `inputs`, and show it in run-name',
    ),
    "github.attempt_not_shown": Check(
        "run-name does not show the input {input}: a run whose start was not answered cannot be looked up",
        "write run-name: deploy ${{{{ inputs.{input} }}}} (GitHub does not tell a run's inputs)",
    ),
    "github.no_concurrency": Check(
        "no concurrency group: a run by hand may deploy beside Slipway's",
        "write concurrency: with one group for each environment, and cancel-in-progress: false",
    ),
    "github.deploy_cancelled": Check(
        "a newer run cancels the one that deploys (group {group})",
        "cancel-in-progress: false: a deploy that is cut off halfway leaves neither version whole",
    ),
    "github.production_too": Check(
        "a deploy to {env} also runs what looks like production: {jobs}",
        "let their `if` compare the input that names the environment, not only the branch",
    ),
    "github.failure_hidden": Check(
        "continue-on-error hides failures in {places}",
        "take it out: the run is green although the test or the deploy failed",
    ),
    "github.input_in_run": Check(
        "inputs are put into scripts as text: {places}",
        'pass them through env: and write "$NAME": whoever types such an input writes the script',
    ),
    "github.actions_unpinned": Check(
        "actions of others are used by a name that can move: {actions}",
        "pin each to the full commit SHA of the release that was reviewed",
    ),
    "github.writes_all": Check(
        "the run's token may write everything: {where}", "list only what is needed under permissions:"
    ),
    "github.workflow": Check("", "", "the workflow {workflow} on {ref} takes our inputs"),
}

TARGET = {
    "github.workflow_missing": Check(
        "there is no workflow {workflow} at {ref}", "check `workflow` and `ref`; the file lies in .github/workflows"
    ),
    "github.workflow_off": Check(
        "the workflow {workflow} is switched off ({state})", "Actions → the workflow → Enable workflow"
    ),
    "github.no_repository": Check("the service names no repository", 'write repository = "org/name" into the service'),
    "github.no_account": Check("the file has no [github]", "write [github], and set GITHUB_TOKEN"),
    "github.too_many": Check("more than anybody reads: {what}", "remove what is old there"),
    "github.archived": Check("the repository {repository} is archived", "unarchive it, or name the one in its place"),
    "github.no_write": Check(
        "the account behind the token may only read {repository}", "give it the role Write: a dispatch needs it"
    ),
    "github.title_untold": Check(
        "nothing would prove which version a run deployed",
        "write `{line}`, or set health.version: then the service says it",
    ),
    "github.proof_run": Check(
        "green will rest on GitHub's own record alone",
        "set health.version, so that the service itself says its version",
    ),
    "github.ref_missing": Check("there is no branch or tag {ref}", "check `ref`"),
    "github.version_untold": Check(
        "run {run} of this target names no known version in its title", "dispatch full commit SHAs, or deploy once"
    ),
    "github.service_silent": Check(
        "the service does not say its version ({answer}), and no run tells it", "check health.url and health.version"
    ),
    "github.answer_unknown": Check(
        "the service says that it runs {said}, which the repository does not know", "let it say its full commit SHA"
    ),
}
"""What ``doctor`` may meet when it asks what runs there."""
