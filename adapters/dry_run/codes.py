"""Every code that the dry_run adapter says, with the names of its facts: texts ``adapter.dry_run.<code>``."""

from __future__ import annotations

STEPS = ("connect", "save", "fetch", "install", "switch", "restart")

PROOFS = ("platform",)  # the pretended platform says so

CODES: dict[str, tuple[str, ...]] = {
    # errors
    "bad_ref": ("wanted",),
    "version_not_found": ("wanted",),
    "unreachable": ("reason",),  # asked for by the config: fail = "unreachable"
    "lost": ("call",),  # the effect happened, its answer did not arrive
    "garbled": ("reason",),  # the world's file cannot be read
    "abandoned": ("attempt",),
    # findings
    "pretends": (),  # a warning on every plan: nothing real is changed
    "refused": ("reason",),  # asked for by the config: fail = "preflight"
    "model_key_missing": ("key",),  # not in ``environment``
    # failures
    "step_failed": ("step",),  # asked for by the config
    "crash_loop": ("unit", "state", "restarts"),
    "wrong_version": ("wanted", "running"),
    "model_wrong": ("key", "wanted", "found"),
    # doctor
    "world": ("path",),
}
