"""Every check's words, and what to do when it fails: the one table of ``doctor``.

Keys: ``here.*`` and ``discord.*`` are doctor's own; ``target.*`` too; ``<kind>.<code>`` are an adapter's codes.
Placeholders are the facts of that check. Long by design: it is a table.
"""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """``text``: what is wrong, or what was looked at; ``good``: said instead when all is well."""

    text: str
    remedy: str
    good: str = ""


OTHER = "look the code up in the documentation of this adapter"

HERE = {
    "here.ledger": Check(
        "the ledger's folder {path} cannot be written: {reason}",
        "create it, and give it to the user that runs the bot",
        "the ledger's folder {path} can be written",
    ),
    "here.disk": Check(
        "only {free_mb} MB are free where the ledger is",
        "free at least {need_mb} MB: without room nothing is recorded, and nothing is deployed",
        "{free_mb} MB are free where the ledger is",
    ),
    "here.file": Check(
        "other users of this machine can read {path}",
        "chmod 600 it",
        "{path} is readable by its owner only",
    ),
    "here.listen": Check(
        "{host}:{port} is taken",
        "stop what listens there (a running bot does), or change web.listen",
        "{host}:{port} is free for /healthz",
    ),
}

DISCORD = {
    "discord.unreachable": Check(
        "the API does not answer: {reason}", "check the network, the proxy, and [discord] api; then try again"
    ),
    "discord.token": Check(
        "the token is refused",
        "Developer Portal → Bot → Reset Token, and put the new one into DISCORD_TOKEN",
        "logged in as {name}",
    ),
    "discord.clock": Check(
        "this machine's clock differs from Discord's by {seconds} s",
        "switch time synchronisation on (timedatectl set-ntp true)",
        "the clock agrees with Discord's",
    ),
    "discord.endpoint": Check(
        "the application has an interactions endpoint URL, so commands go there and not to the bot",
        "Developer Portal → General Information: empty Interactions Endpoint URL",
    ),
    "discord.public": Check(
        "anybody may invite this bot to other servers (orders from there are refused)",
        "Developer Portal → Installation: Install Link None; then Bot: switch Public Bot off",
        "only its owner may invite this bot",
    ),
    "discord.intents": Check("", "", "no privileged intent is needed (guilds, messages, reactions)"),
    "discord.guild": Check(
        "the bot is not in the server {guild}",
        "open the link of `invite-url` as the server's admin, or correct discord.guild",
        "is a member of the server {name}",
    ),
    "discord.channel_gone": Check(
        "{key}: there is no channel {channel} in this server",
        "copy the channel's id again (Developer Mode → Copy Channel ID), or let the bot see it",
    ),
    "discord.channel_kind": Check(
        "{key}: {channel} is no text channel", "name a text channel: cards need threads and reactions"
    ),
    "discord.channel": Check(
        "{key}: in #{channel} the bot may not: {missing}",
        "channel settings → Permissions: allow it for the bot's role",
        "{key}: every permission in #{channel}",
    ),
    "discord.role_gone": Check(
        "the role {role} ({used}) is not in this server",
        "copy the role's id again (Server Settings → Roles → Copy Role ID) into [roles]",
    ),
    "discord.role": Check("", "", "every configured role is in this server"),
    "discord.mentionable": Check(
        "the on-call role {role} cannot be pinged by the bot",
        "Server Settings → Roles → {role}: allow anyone to @mention this role",
        "the on-call role {role} can be pinged",
    ),
    "discord.lead": Check(
        "the lead role {role} cannot be pinged by the bot",
        "Server Settings → Roles → {role}: allow anyone to @mention this role",
        "the lead role {role} can be pinged",
    ),
    "discord.security": Check(
        "break-glass is configured without discord.security, so its alarm goes to the deploys channel",
        "make a channel that those who judge break-glass read, and name it in discord.security",
        "break-glass alarms have a channel of their own",
    ),
    "discord.pins": Check(
        "#{channel} does not give Slipway the permission Pin Messages: the board stands there unpinned",
        "give Slipway's role Pin Messages in that channel (Manage Messages is not enough), or pin the message by hand",
        "the board can be pinned in #{channel}",
    ),
    "discord.seats": Check(
        "",
        "",
        "not looked at: who holds the roles of approve.groups (that needs a privileged intent)",
    ),
    "discord.audit_log": Check(
        "the bot may not read this server's audit log, so no role is known to be older than approve.cooloff",
        "open the link of `invite-url` again, or give the bot's role View Audit Log",
        "the age of roles can be read (View Audit Log)",
    ),
    "discord.member_gone": Check(
        "{user} is to be on call but is not a member of this server",
        "invite the person, or correct oncall.rotation, oncall.overrides or [people]",
    ),
    "discord.member": Check("", "", "everybody who is to be on call is a member"),
    "discord.commands_forbidden": Check(
        "the bot may not write commands in this server",
        "open the link of `invite-url` again: it carries the scope applications.commands",
    ),
    "discord.commands": Check(
        "the commands in Discord are not those of this version",
        "start the bot, or run `sync`",
        "the commands are those of this version",
    ),
}

ONCALL = {
    "oncall.calendar": Check(
        "the on-call calendar cannot be read: {code} {status}",
        "open its address in a browser: it must show a file that begins with BEGIN:VCALENDAR",
        "the on-call calendar was read: shifts {n}",
    ),
    "oncall.calendar_names": Check(
        "events of the on-call calendar that name nobody known: {unknown}; that cannot be used: {broken}",
        'write the names into [people."ID"] calendar, or the Discord id into the event',
    ),
    "oncall.now": Check(
        "nobody in particular is on call now, so the role counts",
        "plan somebody, where that is not meant",
        "on call now: {user} by the {by}, until {until}",
    ),
}

TARGET = {
    "target.timeout": Check("no answer within {seconds} s", "look whether the host is overloaded or half reachable"),
    "target.running": Check(
        "what runs cannot be read: {code}", "correct what failed above; without it no deploy is ever green"
    ),
    "target.runs": Check("", "", "{version} runs (read from the platform: {proof})"),
    "target.nothing": Check(
        "nothing runs there yet", "nothing to do before a first deploy; otherwise start the service"
    ),
    "target.model": Check(
        "{key} cannot be read: the env files do not set it, set it twice, or to something that is no model id",
        "write {key}=<model id> once into the target's env file, or take the model key out of the configuration",
        "{key} names the model {model}",
    ),
    "target.health": Check(
        "the health check does not pass: {answer}, expected HTTP {expect}",
        "open {url} from the {source}'s side, or correct health.url",
        "the health check passes: HTTP {status}, {ms} ms",
    ),
    "target.no_health": Check(
        "no health check is configured", "write a [health] table: without it a running but broken version is green"
    ),
    "target.health_version": Check(
        "the health answer names no version where health.version says",
        "correct health.version, or take it out",
        "the health answer names the version {version}",
    ),
}

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

DRY_RUN = {
    "dry_run.world": Check("the pretended world {path}", "let the bot write it", "the pretended world is {path}"),
    "dry_run.pretends": Check("nothing real is changed here", 'this is adapter = "dry_run"'),
}

METRIC = {
    "metric.read": Check("", "", "{gate} reads {value} over {samples} samples (bound {bound})"),
    "metric.broken": Check(
        "{gate} reads {value}, outside its bound {bound}, over {samples} samples",
        "look whether the service is well, and whether the bound is meant for this query",
    ),
    "metric.too_few": Check(
        "{gate} has only {samples} of {need} samples now",
        "nothing to do where traffic comes later; otherwise ask for fewer samples or take a longer time",
    ),
    "metric.absent": Check(
        "{gate} finds no data now", "try the query in {url}: a metric or label that is misspelt never has any"
    ),
    "metric.nan": Check(
        "{gate} is no finite number now ({why})", "nothing to do where traffic comes later; 0/0 and 1/0 never pass"
    ),
    "metric.several": Check(
        "{gate} does not give one number ({why})",
        "wrap it in sum(…) or max(…), so that one series without range is left",
    ),
    "metric.rejected": Check("{gate} is refused by Prometheus: {why}", "try the query in {url} and correct it"),
    "metric.garbled": Check(
        "{url} does not answer like Prometheus ({why})",
        "name its base address, without /api/v1, and no login page or proxy before it",
    ),
    "metric.unreachable": Check(
        "{url} gives no answer for {gate}: {why}", "check the address, the network from here, and that Prometheus runs"
    ),
}

GATE = {
    "gate.folder": Check(
        "gates.evaluation looks for results in {path}, which cannot be read",
        "create it and let the bot's user read it, or correct the path: until then nothing starts there",
        "gates.evaluation looks for results in {path}",
    ),
    "gate.reached": Check(
        "{gate} gets no answer from {host} ({why})",
        "check the address and the network from here: until it answers nothing starts there",
        "{gate} reaches {host}",
    ),
    "gate.redirect": Check(
        "{gate} is sent elsewhere by {host}", "write the address that it leads to: redirects are not followed"
    ),
}

CHECKS: dict[str, Check] = {**HERE, **DISCORD, **ONCALL, **TARGET, **METRIC, **GATE, **SSH, **DRY_RUN}
