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
