"""The files that make this machine's file system a host of its own: users, sshd, sudo, pip, units, the application."""

import os
import secrets
import uuid
from pathlib import Path

from .setup import Setup
from .units import application_unit, job_files, own_units, sudoers

UID = {"deploy": 61001, "service": 61002}

SUDOERS = """Defaults env_reset
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults use_pty
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""


def lay(root: Path, setup: Setup, *, folder: Path, name: str, ssh_port: int, app_port: int) -> None:
    """Writes the seed of the host under `root`/root; boot.sh copies it over the overlay with owners and modes."""
    seed = _Seed(root)
    _identity(seed, setup, name)
    _sshd(seed, folder, ssh_port)
    seed.file(
        "etc/pip.conf", f"[global]\nno-index = true\nfind-links = {folder}/wheels\ndisable-pip-version-check = true\n"
    )
    # The origin is a folder that another user owns, which git refuses to read unless the host's owner says so.
    seed.file("etc/gitconfig", f"[safe]\n\tdirectory = {folder}/ai-server.git\n")
    seed.file("etc/sudoers", SUDOERS, mode=0o440)
    seed.file("etc/sudoers.d/deploy", sudoers(setup), mode=0o440)
    for unit, text in own_units().items():
        seed.file(f"etc/systemd/system/{unit}", text)
    for path, text in job_files(setup).items():
        seed.file(path, text)
    seed.file(f"etc/systemd/system/{setup.service}", application_unit(setup, folder=folder, app_port=app_port))
    _application_folder(seed, setup)


def new_boot_id() -> str:
    """What /proc/sys/kernel/random/boot_id shows until the next boot."""
    return f"{uuid.uuid4()}\n"


def owner(setup: Setup, user: str) -> int:
    """The uid (and gid) of a user of the host, as the outside sees it."""
    return UID["deploy"] if user == setup.user else UID["service"]


class _Seed:
    def __init__(self, root: Path) -> None:
        root.mkdir(mode=0o700)
        self.root = root / "root"
        self.root.mkdir(mode=0o755)

    def folder(self, path: str, *, mode: int = 0o755, uid: int = 0, gid: int | None = None) -> None:
        at = self.root / path
        at.mkdir(parents=True, exist_ok=True)
        at.chmod(mode)
        os.chown(at, uid, uid if gid is None else gid)

    def file(self, path: str, text: str, *, mode: int = 0o644, uid: int = 0, gid: int | None = None) -> None:
        at = self.root / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(text, encoding="utf-8")
        os.chown(at, uid, uid if gid is None else gid)
        at.chmod(mode)


def _identity(seed: _Seed, setup: Setup, name: str) -> None:
    seed.file("etc/hostname", f"{name}\n")
    seed.file("etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {name}\n")
    seed.file("etc/machine-id", f"{secrets.token_hex(16)}\n", mode=0o444)
    seed.file("etc/boot_id", new_boot_id(), mode=0o444)
    users = {setup.user: UID["deploy"], setup.service_user: owner(setup, setup.service_user)}
    lines = {f: _without(Path("/etc", f), set(users)) for f in ("passwd", "shadow", "group")}
    journal = ""
    for user, uid in users.items():
        seed.folder(f"home/{user}", uid=uid, mode=0o750)
        lines["passwd"].append(f"{user}:x:{uid}:{uid}::/home/{user}:/bin/bash")
        lines["shadow"].append(f"{user}:*:20000:0:99999:7:::")
        lines["group"].append(f"{user}:x:{uid}:")
        journal = setup.user if setup.reads_journal else ""
    lines["group"] = [f"{row}{journal}" if row.startswith("systemd-journal:") else row for row in lines["group"]]
    for file, rows in lines.items():
        seed.file(f"etc/{file}", "".join(f"{row}\n" for row in rows), mode=0o640 if file == "shadow" else 0o644)
    gid = next((int(row.split(":")[2]) for row in lines["group"] if row.startswith("systemd-journal:")), 0)
    seed.folder("var/log/journal", mode=0o2755, gid=gid)


def _without(file: Path, users: set[str]) -> list[str]:
    """The machine's own rows, without these users and without anybody's membership in a group."""
    rows = [row for row in file.read_text(encoding="utf-8").splitlines() if row.split(":")[0] not in users]
    return [row.rsplit(":", 1)[0] + ":" for row in rows] if file.name == "group" else rows


def sshd_config(port: int, *, forwarding: bool = True) -> str:
    """The server's configuration: keys only, loopback only, no PAM."""
    return f"""Port {port}
ListenAddress 127.0.0.1
HostKey /etc/playground/host_key
AuthorizedKeysFile /etc/playground/authorized_keys
AllowTcpForwarding {"yes" if forwarding else "no"}
AllowStreamLocalForwarding {"yes" if forwarding else "no"}
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
StrictModes no
PidFile none
AcceptEnv LANG LC_*
MaxStartups 100:30:200
MaxSessions 100
"""


def _sshd(seed: _Seed, folder: Path, port: int) -> None:
    keys = folder / "keys"
    seed.file("etc/playground/host_key", (keys / "host_key").read_text(encoding="ascii"), mode=0o600)
    seed.file("etc/playground/authorized_keys", (keys / "user_key.pub").read_text(encoding="ascii"))
    seed.file("etc/playground/sshd_config", sshd_config(port))


def _application_folder(seed: _Seed, setup: Setup) -> None:
    deploy, service = UID["deploy"], owner(setup, setup.service_user)
    seed.folder("app", mode=0o755)
    seed.folder("app/ai-server", uid=deploy)
    seed.folder("var/log/dojangkok", uid=service, mode=0o755)
    if setup.layout == "releases":
        seed.folder("app/ai-server/shared", uid=deploy)
        seed.folder("app/ai-server/shared/chroma_db", uid=service)
        seed.file("app/ai-server/shared/chroma_db/chroma.sqlite3", "vectors\n", uid=service)
        seed.file(
            "app/ai-server/shared/.env",
            setup.env_file(),
            mode=0o600 if service == deploy else 0o640,
            uid=deploy,
            gid=service,
        )
