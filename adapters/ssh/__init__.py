"""git, pip and systemd on a host, over SSH.

Peculiarity: the job runs on the host; SSH only starts it and looks at it, so that a dropped connection or a killed bot
changes nothing. Idempotence: an attempt is the directory ``<path>/attempts/<attempt id>``; whoever puts it there
works, whoever finds it only reports. Evidence is read from systemd and /proc (systemctl(1) show, proc(5)).
"""

from __future__ import annotations

import re

from adapters.ssh.config import Config
from bot.ports import Adapter, AdapterKind, Place


def build(place: Place) -> Adapter:
    from adapters.ssh.adapter import Ssh  # asyncssh comes with it

    return Ssh.of(place)


def keyless(config: Config, key: str) -> str:
    """The program on the host knows env files by the same names (``remote.masks``)."""
    if any(re.fullmatch(r"(?:.*/)?(?:\.env(?:\..*)?|[^/]*\.env)", name) for name in config.shared):
        return ""
    return "stands in an env file, and none is named in ssh.shared (.env, .env.*, *.env)"


ADAPTER = AdapterKind(Config, build, commits=True, models=True, keyless=keyless)
