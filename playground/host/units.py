"""Every unit and sudoers file of the host, as text."""

from pathlib import Path

from .setup import Setup

TEMPLATES = Path(__file__).parents[2] / "docs" / "ssh"
APP = "/app/ai-server"

# Units written for a real host order themselves after these; here they only have to exist.
_TARGETS = (
    "sysinit",
    "sockets",
    "basic",
    "network",
    "network-online",
    "multi-user",
    "shutdown",
    "timers",
    "paths",
    "local-fs",
)


def own_units() -> dict[str, str]:
    """The target that PID 1 starts, sshd, and the empty targets around them."""
    wanted = "systemd-journald.service systemd-journald-dev-log.socket systemd-journald.socket dbus.socket dbus.service"
    units = {f"{name}.target": f"[Unit]\nDescription={name}\nDefaultDependencies=no\n" for name in _TARGETS}
    units["playground.target"] = (
        "[Unit]\nDescription=the playground's host\nDefaultDependencies=no\nAllowIsolate=yes\n"
        f"Wants={wanted} sshd-playground.service multi-user.target\nAfter=systemd-journald.service\n"
    )
    # logind asks for a kernel module; this kernel is the machine's.
    units["modprobe@.service"] = "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/true\n"
    # KillMode=process as Debian has it: a restart of sshd leaves the sessions alone.
    units["sshd-playground.service"] = (
        "[Unit]\nDescription=OpenBSD Secure Shell server\nDefaultDependencies=no\nAfter=systemd-journald.service\n"
        "[Service]\nType=notify\nRuntimeDirectory=sshd\nRuntimeDirectoryMode=0755\n"
        "ExecStart=/usr/sbin/sshd -D -f /etc/playground/sshd_config\nKillMode=process\n"
    )
    return units


def application_unit(setup: Setup, *, folder: Path, app_port: int) -> str:
    """The service as the team's guide installs it; only the folder differs between the two layouts."""
    here = f"{APP}/current" if setup.layout == "releases" else APP
    output = "append:/var/log/dojangkok/ai-server.log" if setup.logs == "file" else "journal"
    return f"""[Unit]
Description=Dojangkok AI server
After=network.target
StartLimitIntervalSec=30
StartLimitBurst={setup.restart_burst}

[Service]
User={setup.service_user}
WorkingDirectory={here}
ExecStart={here}/.venv/bin/python app.py
Environment=PORT={app_port} BOOT_SECONDS={setup.boot_seconds} ORACLE={folder}/oracle.jsonl PYTHONDONTWRITEBYTECODE=1
Restart=always
RestartSec={setup.restart_seconds}
TimeoutStopSec=10
StandardOutput={output}
StandardError={output}

[Install]
WantedBy=multi-user.target
"""


def job_files(setup: Setup) -> dict[str, str]:
    """What an operator installs for Slipway's own jobs, taken from docs/ssh and written for this host's names."""
    template = TEMPLATES / "slipway-job@.service"
    if setup.job_runner != "unit" or not template.exists():
        return {}
    return {f"etc/systemd/system/{template.name}": _for_this_host(template.read_text(encoding="utf-8"), setup)}


def sudoers(setup: Setup, how: str = "right") -> str:
    """What the deploy user may do: right (the documented template), nothing, or too_much (the usual mistake)."""
    if how == "nothing":
        return "# nothing\n"
    if how == "too_much":
        return f"{setup.user} ALL=(ALL) NOPASSWD: /usr/bin/systemctl, /usr/bin/journalctl\n"
    template = TEMPLATES / f"sudoers-{setup.job_runner}"
    if template.exists():
        return _for_this_host(template.read_text(encoding="utf-8"), setup)
    verbs = ", ".join(
        f"/usr/bin/systemctl {verb} {name}"
        for verb in ("restart", "stop", "reset-failed")
        for name in (setup.unit, setup.service)
    )
    return f"{setup.user} ALL=(root) NOPASSWD: {verbs}\n"


def _for_this_host(text: str, setup: Setup) -> str:
    """The templates are written for the guide's names: unit dojangkok-ai, user ubuntu."""
    return text.replace("dojangkok-ai", setup.unit).replace("ubuntu", setup.user)
