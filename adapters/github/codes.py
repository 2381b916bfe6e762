"""Every code that the github adapter says, with the names of its facts: texts ``adapter.github.<code>``.

Steps and proofs have texts of their own (``step.<code>``, ``proof.<code>``).
"""

from __future__ import annotations

from adapters.github.workflow import codes as workflow

STEPS = ("queued", "concurrency", "environment", "job")

PROOFS = (
    "answer",  # the service's own health answer names the version
    "run",  # GitHub's record: the newest green run of this target was of this version
)

ERRORS: dict[str, tuple[str, ...]] = {
    "unauthorized": ("message",),  # the token is unknown, expired or revoked
    "forbidden": ("permission", "message", "what"),  # the token may not; GitHub names the permission that it wants
    "not_found": ("what", "permission"),  # it does not exist, or the token may not see it: GitHub answers 404 for both
    "moved": ("to", "what"),  # the repository was renamed or transferred
    "rate_limited": ("until",),
    "unavailable": ("status",),  # 5xx
    "lost": ("call",),  # sent, and no answer came
    "timeout": ("call",),
    "garbled": ("call",),  # the answer was not what GitHub documents
    "refused": ("status", "message"),  # 4xx with GitHub's own words
    "too_many": ("what",),  # more pages than anybody reads
    "too_big": ("call",),  # an answer, a log or an artifact
    "gone": ("call",),  # a log or artifact is no longer where GitHub said
    "artifact_damaged": ("name",),  # no zip, another checksum, or that file twice in it
    "no_account": (),  # [github] is missing
    "key_unusable": ("secret",),  # no private key
    "app_not_installed": ("owner",),
    "app_suspended": ("owner",),
    "bad_ref": ("wanted",),
    "version_not_found": ("wanted",),
    "ambiguous_ref": ("wanted",),  # a branch and a tag of that name that differ
    "abandoned": ("attempt",),  # this attempt was given up; it will never begin
    "effect_changed": ("attempt",),  # the configuration no longer says what was approved
    "input_invalid": ("input", "value", "rule"),
    "ref_missing": ("ref",),
    "ref_moved": ("ref", "planned", "found"),  # between the plan and the dispatch
    "version_not_sent": ("workflow", "ref"),  # no input carries the version and the ref is another commit
    "restart_not_possible": ("workflow",),
    "no_repository": (),  # the service names no repository
    "not_visible": ("seconds",),  # no run yet; one may appear minutes after its dispatch
    "several_runs": ("count",),  # unmarked runs that could each be this attempt
    "version_untold": ("run",),  # a run of this target whose title names no version that exists
    "service_silent": ("answer",),  # its health answer names no version, and no run tells one
    "answer_unknown": ("said",),  # the service names a version that the repository does not know
    "run_gone": ("run",),  # deleted on GitHub
    "foreign_run": ("run", "found"),  # the recorded run is not of this workflow, event or account
}

FINDINGS: dict[str, tuple[str, ...]] = {
    "archived": ("repository",),
    "no_write": ("repository",),  # the account behind the token may only read
    "workflow_missing": ("workflow", "ref"),
    "workflow_off": ("workflow", "state"),
    "other_run": ("run",),  # a run of this target is under way that Slipway did not start
    "title_untold": ("line",),  # nothing would prove the version; line: the run-name to add
    "proof_run": (),  # a warning: green will rest on GitHub's record alone
}

FAILURES: dict[str, tuple[str, ...]] = {
    "wrong_commit": ("wanted", "found"),
    "rerun": ("by", "attempt"),
    "job_failed": ("job", "part"),
    "run_failed": ("run",),
    "hidden_failure": ("job",),
    "job_skipped": ("job",),
    "job_missing": ("job",),
    "nothing_ran": ("run",),
    "job_timed_out": ("job", "limit"),
    "evicted": ("group",),
    "cancelled_by": ("by",),
    "cancelled_early": ("run",),
    "cancelled": ("run",),
    "never_picked_up": ("labels",),
    "environment_rejected": ("environment", "by"),
    "environment_waited": ("environments", "reviewers"),
    "startup_failure": ("run",),
    "action_required": ("run",),
    "stale": ("run",),
    "ended_as": ("run", "conclusion"),
}

CODES: dict[str, tuple[str, ...]] = {**ERRORS, **FINDINGS, **FAILURES, **workflow.CODES}
