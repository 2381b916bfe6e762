"""A host over SSH."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

SSH = {
    "ssh.unreachable": Check("{host} does not answer: {reason}", "check host and port, the firewall, and sshd"),
    "ssh.host_key_changed": Check(
        "{host} shows another key than the pinned one: {fingerprint}",
        "find out why on the host's console (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub) before you pin it anew",
    ),
    "ssh.host_key": Check("{host} was not asked for its key", "", "{host} shows the pinned key"),
    "ssh.login_refused": Check(
        "{host} refuses {user}", "append the public key to ~{user}/.ssh/authorized_keys on the host"
    ),
    "ssh.login": Check("no login", "check user and key", "logged in as {user} on {host}"),
    "ssh.host_key_unusable": Check("{host}: the pinned host key is no key", "pin the line that ssh-keyscan shows"),
    "ssh.key_unusable": Check("the secret {secret} is no private key", "put an OpenSSH private key without passphrase"),
    "ssh.lost": Check("{host}: the connection dropped at {call}", "try again; then look at the network"),
    "ssh.timeout": Check("{host}: {call} took over {seconds} s", "look whether the host is overloaded"),
    "ssh.garbled": Check(
        "{host}: the answer to {call} was unreadable", "a login script that prints must not: ~/.bashrc"
    ),
    "ssh.no_python": Check("{host} has no Python 3.8", "apt-get install python3"),
    "ssh.store_failed": Check("{host}: ~/.slipway cannot be written: {reason}", "free space, or correct its owner"),
    "ssh.host_failed": Check("{host}: {call} failed: {reason}", "read the reason; it is the host's own"),
    "ssh.python": Check("Python on the host: {version}", "apt-get install python3", "Python {version} on the host"),
    "ssh.git": Check("git on the host: {version}", "apt-get install git", "git {version} on the host"),
    "ssh.git_missing": Check("the host has no git", "apt-get install git"),
    "ssh.git_old": Check("git {version} on the host is too old", "install git 2.30 or newer"),
    "ssh.python_missing": Check("the host has no {python}", "install it, or correct ssh.python"),
    "ssh.venv_missing": Check("{python} on the host has no venv", "apt-get install python3-venv"),
    "ssh.repository_unreadable": Check(
        "git on the host cannot read {repository}: {reason}", "give the host a read-only deploy key, or correct the URL"
    ),
    "ssh.disk": Check("{free_mb} MB free on the host", "free disk space", "{free_mb} MB free on the host"),
    "ssh.disk_full": Check(
        "{path} has {free_mb} MB, {need_mb} MB are needed", "free disk space, or keep fewer releases"
    ),
    "ssh.inodes_full": Check("{path} has only {free} inodes", "remove small files there"),
    "ssh.path_missing": Check("{path} does not exist", "mkdir {path} and chown it to {user}"),
    "ssh.path_not_writable": Check("{user} cannot write {path}", "chown -R {user} {path}"),
    "ssh.env": Check("the env file {file}", "look at its owner and mode", "the env file {file} is there"),
    "ssh.env_missing": Check("{file} is missing", "create it; its values are masked in logs"),
    "ssh.env_mode": Check("{file} has mode {mode}", "chmod 600 it: other users of the host can read it"),
    "ssh.env_unreadable": Check("{user} cannot read {file}", "let {user} read it: its values are masked in logs"),
    "ssh.model_key": Check("{key} names the model", "", "{key} in {file} can be written by /deploy … model"),
    "ssh.model_key_missing": Check(
        "no env file sets {key}: {files}", "write {key}=<model id> into one of them, as it is now"
    ),
    "ssh.model_key_twice": Check("{key} is set more than once: {files}", "leave one of the lines"),
    "ssh.model_key_strange": Check(
        "{file}: the line of {key} is more than {key}=<model id>", "write it without export, comment or variable"
    ),
    "ssh.model_file_outside": Check("{file} is a link out of the application, to {path}", "put the file itself there"),
    "ssh.model_file_tracked": Check("{file} is part of the repository", "name the model in a file that git ignores"),
    "ssh.model_file_special": Check("{file} is no regular file of one name", "replace it by a copy of its own"),
    "ssh.model_file_not_writable": Check(
        "{user} cannot write the model into {file}", "let {user} write the file and the folder {folder}"
    ),
    "ssh.model_owner_lost": Check(
        "{file} belongs to {owner}:{group}, which {user} could not keep when writing the model",
        "chown {user}:{group} it, and usermod -aG {group} {user}",
    ),
    "ssh.shared_missing": Check("the shared {name} is missing at {path}", "put it there before the first deploy"),
    "ssh.shared_tracked": Check("the shared {name} is in the repository too", "take it out of `shared` or of git"),
    "ssh.sudo": Check("sudo of {user}", "install the sudoers template", "sudo of {user} allows what is needed"),
    "ssh.sudo_missing": Check("{user} may not run: sudo {command}", "install the sudoers template for this unit"),
    "ssh.sudo_too_much": Check(
        "sudo of {user} allows more than needed: {rule}",
        "replace it by the sudoers template: NOPASSWD systemctl is root",
    ),
    "ssh.unit": Check("the unit {unit}", "systemctl status {unit}", "the unit {unit} is installed"),
    "ssh.unit_missing": Check("there is no unit {unit}", "install it, or correct ssh.unit"),
    "ssh.unit_not_current": Check(
        "{unit} does not run from `current`", "install the drop-in {file} that /deploy attaches"
    ),
    "ssh.runner": Check("the runner {runner}", "look at ssh.runner", "jobs run {runner}"),
    "ssh.runner_killed": Check(
        "jobs of {user} end with the connection (KillUserProcesses=yes)",
        'loginctl enable-linger {user}, or runner = "unit" with slipway-job@.service',
    ),
    "ssh.runner_missing": Check("{unit} is missing or differs", "install the file that /deploy attaches"),
    "ssh.venv_unused": Check("{unit} does not use the environment that Slipway builds", "correct its ExecStart"),
    "ssh.venv_elsewhere": Check("{unit} uses an environment outside the tree: {path}", "move it, or correct ExecStart"),
    "ssh.requirements_missing": Check("{file} is not in the repository", "correct ssh.requirements, or take it out"),
    "ssh.tree": Check("the tree {path}", "git status there", "the tree {path} is clean"),
    "ssh.dirty_tree": Check("{path} has changes that are not committed: {files}", "commit them or git stash"),
    "ssh.unshared_data": Check("{count} files would be hidden by a switch: {names}", "name them in ssh.shared"),
    "ssh.no_proof": Check("nothing could prove which version of {unit} runs", "write a health check on its port"),
    "ssh.proof": Check("evidence: {proof}", "write a health check on its port", "evidence will be possible: {proof}"),
    "ssh.forwarding": Check("sshd on {host} forbids forwarding", "nothing to do", "health is asked through {host}"),
    "ssh.forwarding_off": Check("sshd on {host} forbids forwarding", "nothing to do: the host asks itself"),
    "ssh.systemd_unreadable": Check("systemctl show {unit} answers nothing", "apt-get install dbus, and start it"),
    "ssh.version_unreadable": Check("{path} is not what Slipway or git made", "look at it; a first deploy repairs it"),
    "ssh.restart_pending": Check("{unit} runs an older version than {version} on disk", "/restart it"),
}
