"""What a host is to be like, and how it is reached."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["systemd", "shim"]
Layout = Literal["releases", "in_place"]
Sudo = Literal["right", "nothing", "too_much"]

SECRET = "hf_playground_0f3a9c71e5d24b8896"


class BootFailed(Exception):
    """The host did not come up. The text says what was missing or what its console said, and what to do."""


@dataclass(frozen=True)
class Setup:
    """The shape of one host. Sizes are bytes, times seconds; a port of 0 means a free one.

    `kind` "auto" takes systemd where the machine allows it. `job_runner` "unit" installs docs/ssh/slipway-job@.service
    and the sudoers file that belongs to it. `restart_seconds` and `restart_burst` are the unit's RestartSec and
    StartLimitBurst: with the defaults a crash loop meets its limit within two seconds. `environment` is appended to
    the application's .env. `ssh_server` is for the shim, which takes "asyncssh" by itself where sshd cannot run.
    """

    kind: Literal["auto", "systemd", "shim"] = "auto"
    layout: Layout = "releases"
    unit: str = "dojangkok-ai"
    user: str = "ubuntu"
    service_user: str = "ubuntu"
    job_runner: Literal["unit", "detached"] = "unit"
    logs: Literal["journal", "file"] = "journal"
    ssh_server: Literal["sshd", "asyncssh"] = "sshd"
    reads_journal: bool = True
    ssh_port: int = 0
    app_port: int = 0
    boot_seconds: float = 1.0
    restart_seconds: float = 0.2
    restart_burst: int = 5
    app_bytes: int = 512 * 1024 * 1024
    app_inodes: int = 65536
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str:
        """The unit's full name, with its suffix."""
        return f"{self.unit}.service"

    def env_file(self) -> str:
        """The application's .env: one secret of a usual shape and what the setup adds."""
        values = {"APP_ENV": "production", "HF_TOKEN": SECRET} | self.environment
        return "".join(f"{name}={value}\n" for name, value in values.items())


@dataclass(frozen=True)
class Ssh:
    """How to log in. `host_key` is the line that known_hosts wants after the host's name."""

    port: int
    user: str
    host_key: str
    key_file: Path
    address: str = "127.0.0.1"

    @property
    def private_key(self) -> str:
        """The user's private key, OpenSSH format, without a passphrase."""
        return self.key_file.read_text(encoding="ascii")

    @property
    def known_hosts(self) -> str:
        """One line for a known_hosts file."""
        return f"[{self.address}]:{self.port} {self.host_key}\n"
