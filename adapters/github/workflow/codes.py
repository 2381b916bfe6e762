"""The codes that reading a workflow can say, with the names of their facts (see ``adapters.github.codes``)."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, ...]] = {
    "workflow_unreadable": ("why",),  # not YAML, or nothing that GitHub would run
}

INPUTS: dict[str, tuple[str, ...]] = {
    "not_dispatchable": (),  # no workflow_dispatch among its triggers
    "input_unknown": ("input", "declared"),  # GitHub refuses the dispatch
    "input_missing": ("input",),  # required, without a default
    "input_type": ("input", "value", "type"),
    "input_option": ("input", "value", "options"),
    "inputs_too_many": ("count", "most"),
    "inputs_too_long": ("length", "most"),  # characters
}

WARNINGS: dict[str, tuple[str, ...]] = {
    "attempt_not_taken": (),  # no input is given {attempt}: after a lost answer the run cannot be looked up
    "attempt_not_shown": ("input",),  # it is, but run-name does not say it: GitHub does not tell a run's inputs
    "no_concurrency": (),
    "deploy_cancelled": ("group",),  # cancel-in-progress
    "production_too": ("jobs", "env"),  # jobs that touch production also when something else was meant
    "failure_hidden": ("places",),  # continue-on-error where a failure should end the run
    "input_in_run": ("places",),
    "actions_unpinned": ("actions",),  # of others, by a name that can move
    "writes_all": ("where",),
}

DOCTOR: dict[str, tuple[str, ...]] = {
    "workflow": ("workflow", "ref"),  # it takes our inputs
}

CODES: dict[str, tuple[str, ...]] = {**ERRORS, **INPUTS, **WARNINGS, **DOCTOR}
