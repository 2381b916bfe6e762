"""Every code that the ecs adapter says, with the names of its facts: texts ``adapter.ecs.<code>``.

Steps and proofs have texts of their own (``step.<code>``, ``proof.<code>``).
"""

from __future__ import annotations

STEPS = ("revision", "tasks", "tasks_failing", "targets", "steady", "ecs_rollback")

PROOFS = ("tasks",)  # every task runs the image, by its digest; every target behind the load balancer is healthy

ACCOUNT: dict[str, tuple[str, ...]] = {
    "no_account": (),
    "no_credentials": ("why",),
    "unauthorized": ("message",),  # the keys are wrong or were deleted
    "expired": ("message",),
    "clock": ("message",),  # our clock is too far from AWS's
    "wrong_account": ("expected", "found"),
    "no_region": ("why",),
    "forbidden": ("action", "what", "message"),  # IAM says no, to this action on this resource
    "not_found": ("what", "message"),
    "throttled": ("action",),
    "unavailable": ("status",),  # 5xx
    "unreachable": ("call",),  # no connection, so nothing was sent
    "lost": ("call",),  # sent, and no answer came
    "timeout": ("call",),
    "garbled": ("call",),  # the answer was not what AWS documents
    "refused": ("reason", "message", "call"),  # 4xx with AWS's own code and words
    "too_many": ("what", "limit"),  # more than anybody reads
}

ERRORS: dict[str, tuple[str, ...]] = {
    "bad_ref": ("wanted",),
    "version_not_found": ("wanted", "repository"),
    "ambiguous_ref": ("wanted",),  # the beginning of several commits' SHAs
    "commit_untold": ("version", "count"),  # no tag of the image is a commit's SHA, or several are
    "repository_missing": ("repository",),
    "service_missing": ("service", "cluster", "region"),
    "container_missing": ("container", "revision", "known"),
    "abandoned": ("attempt",),  # this attempt was given up; it will never begin
    "effect_changed": ("attempt",),  # the configuration no longer says what was approved
    "service_moved": ("planned", "found"),  # somebody has deployed since the plan
    "secret_in_plain": ("names", "revision"),  # names of variables, never their values
    "digest_untold": ("container", "tasks"),  # the tasks name no digest, or several
    "no_log_group": ("container", "driver"),
}

FINDINGS: dict[str, tuple[str, ...]] = {
    "controller_other": ("controller",),  # CodeDeploy or another one moves the service
    "strategy_other": ("strategy",),
    "no_tasks_wanted": ("service",),  # desired count 0: nothing would prove the version
    "rollout_untold": ("service",),  # behind a Classic Load Balancer ECS tells no rollout state
    "no_room": ("least", "most"),  # no task may stop and none may come in addition
    "other_rollout": ("revision",),
    "image_gone": ("version", "repository"),
    "wrong_architecture": ("version", "image", "wanted"),
    "model_key_missing": ("key", "revision"),
    # warnings
    "architecture_untold": ("version",),
    "repository_other": ("image", "repository"),
    "revision_inactive": ("revision",),
    "image_before_gone": ("version",),
    "breaker_off": (),
    "breaker_stays": (),  # it stops a bad rollout and does not go back
    "nothing_to_fall_back": (),  # no COMPLETED deployment: the breaker would stall
    "spot_only": (),
}

FAILURES: dict[str, tuple[str, ...]] = {
    "rolled_back_by_ecs": ("reason", "revision"),
    "rollback_failed": ("reason", "revision"),
    "given_up": ("reason",),  # the breaker stopped it, and nothing was put back
    "wrong_image": ("wanted", "found"),
    "superseded": ("revision", "ours"),
    "service_gone": ("service",),
}

CODES: dict[str, tuple[str, ...]] = {**ACCOUNT, **ERRORS, **FINDINGS, **FAILURES}
