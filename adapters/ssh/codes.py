"""Every code that the ssh adapter says, with the names of its facts: texts ``adapter.ssh.<code>``.

A fact named ``attachment`` is a file's text (str), not a placeholder. Steps and proofs have texts of their own
(``step.<code>``, ``proof.<code>``).
"""

from __future__ import annotations

STEPS = ("connect", "save", "fetch", "install", "switch", "restart")

PROOFS = (
    "socket",  # the process that listens on the health port belongs to the unit's new instance
    "answer",  # the health answer names the version
    "instance",  # same instance before and after the health answer, and the old main process is gone
    "release",  # no health check: the unit's new instance works in that release
    "head",  # no health check: the unit's new instance started on that commit, tree clean
)

ERRORS: dict[str, tuple[str, ...]] = {
    "unreachable": ("host", "reason"),  # no TCP connection, or no SSH handshake in time
    "host_key_changed": ("host", "fingerprint"),  # of the key that was offered; nobody logged in
    "login_refused": ("host", "user"),
    "host_key_unusable": ("host",),  # the pinned line is no key
    "key_unusable": ("secret",),  # the private key cannot be parsed
    "lost": ("host", "call"),  # the connection dropped before the answer
    "timeout": ("host", "call", "seconds"),  # a command did not answer in time
    "garbled": ("host", "call"),  # the answer was not what the remote program says
    "no_python": ("host",),  # no python3 >= 3.8 on the host's PATH
    "store_failed": ("host", "reason"),  # the remote program could not be stored in ~/.slipway (disk full, read-only)
    "host_failed": ("host", "call", "reason"),  # the remote program ended with an error of its own
    "bad_ref": ("wanted",),  # not a possible branch, tag or SHA
    "version_not_found": ("wanted",),
    "ambiguous_ref": ("wanted",),  # a branch and a tag of that name that differ
    "repository_unreadable": ("repository", "reason"),  # git on the host could not read it
    "abandoned": ("attempt",),  # this attempt was given up; it will never begin
    "effect_changed": ("attempt",),  # the configuration no longer says what was approved
    "systemd_unreadable": ("unit",),  # systemctl show answers nothing
    "version_unreadable": ("path",),  # current is not a release made by Slipway, or path is not a git tree
    "restart_pending": ("unit", "version"),  # the version on disk changed after the service had started
}

FINDINGS: dict[str, tuple[str, ...]] = {
    "disk_full": ("path", "free_mb", "need_mb"),
    "inodes_full": ("path", "free"),
    "path_missing": ("path", "user"),
    "path_not_writable": ("path", "user"),
    "env_missing": ("file",),
    "env_mode": ("file", "mode"),  # others may read it (warning) or write it (stops)
    "env_unreadable": ("file", "user"),  # its values cannot be masked in logs
    "shared_missing": ("name", "path"),
    "shared_tracked": ("name",),  # a shared path that the new version brings along itself
    "unit_missing": ("unit",),
    "unit_not_current": ("unit", "file", "attachment"),  # attachment: the drop-in to install as ``file``
    "sudo_missing": ("user", "command"),
    "sudo_too_much": ("user", "rule"),
    "runner_killed": ("user",),  # KillUserProcesses=yes ends detached jobs
    "runner_missing": ("unit", "attachment"),  # slipway-job@.service is absent or differs; attachment: the right file
    "git_missing": (),
    "git_old": ("version",),  # older than 2.30
    "python_missing": ("python",),
    "venv_missing": ("python",),  # that Python has no venv or ensurepip
    "venv_unused": ("unit",),  # the unit's program does not come from the environment that Slipway builds
    "venv_elsewhere": ("unit", "path"),  # in place: no environment under ``path`` that the unit uses
    "requirements_missing": ("file",),
    "dirty_tree": ("path", "files", "attachment"),  # attachment: the diff
    "unshared_data": ("names", "count"),  # data that the switch would hide or overwrite
    "model_key_missing": ("key", "files"),  # no shared env file sets it
    "model_key_twice": ("key", "files"),
    "model_key_strange": ("key", "file"),  # exported, continued, or set to what is no plain model id
    "model_file_outside": ("file", "path"),  # a link that leads out of the shared folder
    "model_file_tracked": ("file",),  # in place: part of the repository
    "model_file_special": ("file",),  # no regular file, or one with several names
    "model_file_not_writable": ("file", "folder", "user"),
    "model_owner_lost": ("file", "owner", "group", "user"),  # a file written anew would belong to somebody else
    "no_proof": ("unit",),  # nothing could prove which version answers: never green
    "forwarding_off": ("host",),  # health is asked by the remote program instead
}

FAILURES: dict[str, tuple[str, ...]] = {
    "fetch_failed": ("repository", "reason"),
    "version_gone": ("version",),  # the commit is not in the repository
    "install_failed": ("requirements",),
    "requirements_outside": ("file",),  # a link that leaves the tree
    "switch_failed": ("reason",),
    "model_write_failed": ("file", "reason"),
    "model_wrong": ("key", "wanted", "found"),  # read back after the switch
    "restart_failed": ("unit", "reason"),
    "crash_loop": ("unit", "state", "restarts"),
    "foreign_socket": ("port", "unit"),  # another application answers on the health port
    "old_process": ("port", "unit"),  # a process of the old instance still answers there
    "host_busy": ("attempt",),  # another attempt works on this path
    "host_rebooted": ("step",),
    "job_died": ("step",),  # killed on the host, e.g. out of memory
    "step_timeout": ("step", "seconds"),
    "job_failed": ("reason",),  # anything else on the host
}

DOCTOR: dict[str, tuple[str, ...]] = {
    "login": ("host", "user"),
    "host_key": ("host",),
    "python": ("version",),
    "git": ("version",),
    "disk": ("free_mb",),
    "env": ("file",),
    "sudo": ("user",),
    "unit": ("unit",),
    "runner": ("runner",),
    "forwarding": ("host",),
    "tree": ("path",),
    "proof": ("proof",),
    "model_key": ("key", "file"),
}

CODES: dict[str, tuple[str, ...]] = {**ERRORS, **FINDINGS, **FAILURES, **DOCTOR}
