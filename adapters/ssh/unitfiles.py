"""The texts of unit files that an operator is asked to install. Slipway itself never edits a unit."""

from __future__ import annotations

import re

from adapters.ssh.before import UnitFile
from adapters.ssh.config import Config


def drop_in(unit: UnitFile, config: Config) -> str | None:
    """The drop-in that makes the unit follow ``path/current``; None where it does."""
    current = f"{config.path}/current"
    works_in = unit.works_in.rstrip("/")
    follows = works_in == current or works_in.startswith(current + "/")
    stays = [word for word in unit.argv.split() if _elsewhere(word, config.path)]
    if follows and not stays:
        return None
    words = [_moved(word, config.path) for word in unit.argv.split()]
    within = works_in if follows else current
    return f"[Service]\nWorkingDirectory={within}\nExecStart=\nExecStart={' '.join(words)}\n"


def _elsewhere(word: str, path: str) -> bool:
    """A program or file of the application that does not come through current."""
    return word.startswith(path + "/") and not word.startswith((f"{path}/current/", f"{path}/shared/"))


def _moved(word: str, path: str) -> str:
    if not _elsewhere(word, path):
        return word
    inside = re.sub(r"^(?:releases/[^/]+/|venvs?/[^/]+/(?=bin/))", "", word[len(path) + 1 :])
    inside = re.sub(r"^(?:\.?venv/)?bin/", ".venv/bin/", inside)
    return f"{path}/current/{inside}"


def job_argv(home: str, attempt: str) -> str:
    return f"/usr/bin/python3 -I {home}/.slipway/jobs/{attempt}/program job {attempt}"


def job_unit(user: str, home: str) -> str:
    """docs/ssh/slipway-job@.service, written for this host."""
    return (
        "[Unit]\nDescription=Slipway job %i\nCollectMode=inactive-or-failed\n\n"
        f"[Service]\nType=exec\nUser={user}\nExecStart={job_argv(home, '%i')}\n"
        "Restart=no\nUMask=0022\nNoNewPrivileges=no\n"
    )
