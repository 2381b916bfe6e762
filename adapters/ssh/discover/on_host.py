"""Runs on the host (Python >= 3.8, standard library, from standard input): which units run a git tree, as JSON.

Values of env files are never read; of a remote's address the user and password are cut off before it leaves the host.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Dict, Iterator

Unit = Dict[str, str]

PROPERTIES = "Id,ActiveState,User,WorkingDirectory,ExecStart,EnvironmentFiles,StandardOutput,StandardError"
# A tree is only looked at: nothing that its own configuration names is run.
GIT = ("git", "--no-optional-locks", "-c", "safe.directory=*", "-c", "core.fsmonitor=false")
NOT_DATA = re.compile(
    r"(^|/)(\.?venv|env|__pycache__|node_modules|\.git|\.pytest_cache|\.mypy_cache|\.ruff_cache)(/|$)|\.(pyc|log|pid)$"
)
MOST = 20
MARK = "\n\x1e"  # the answer begins after it: a login script may have printed something


def run(*argv: str) -> str:
    """What it printed; empty when it failed, is not there, or takes too long."""
    try:
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").rstrip() if done.returncode == 0 else ""


def git(tree: str, *words: str) -> str:
    return run(*GIT, "-C", tree, *words) if tree else ""


def units() -> Iterator[tuple[Unit, str]]:
    """Every unit with a working directory of its own, and that directory."""
    for block in run("systemctl", "show", "--property=" + PROPERTIES, "*.service").split("\n\n"):
        found: Unit = {}
        for line in block.splitlines():
            name, _, value = line.partition("=")
            found[name] = found[name] + "\n" + value if name in found else value
        folder = found.get("WorkingDirectory", "").lstrip("!-")
        if folder.startswith("/") and folder != "/" and Path(folder).is_dir():
            yield found, folder


def address(remote: str) -> str:
    """Without user and password: they would be secrets."""
    return re.sub(r"^([a-z][a-z0-9+.-]*://)[^/@]*@", r"\1", remote)


def untracked(tree: str) -> list[str]:
    """Names that git does not know or ignores: data that a switch to another folder would hide."""
    shown = git(tree, "status", "--porcelain", "--ignored", "--untracked-files=normal")
    names = [line[3:].strip('"').rstrip("/") for line in shown.splitlines() if line[:2] in ("??", "!!")]
    return [name for name in names if not NOT_DATA.search(name)][:MOST]


def env_files(found: Unit) -> list[str]:
    return [line.split(" ")[0] for line in found.get("EnvironmentFiles", "").splitlines() if line.startswith("/")]


def logs(found: Unit) -> list[str]:
    """From the unit's own text: ``systemctl show`` of systemd 252 says "append", but not which file."""
    ways = [found.get(name, "").partition(":")[0] for name in ("StandardOutput", "StandardError")]
    if not any(way in ("append", "file", "truncate") for way in ways):
        return []
    text = run("systemctl", "cat", found.get("Id", ""))
    pattern = r"^(Standard(?:Output|Error))\s*=\s*(?:append|file|truncate):(/\S+)\s*$"
    return list(dict.fromkeys(dict(re.findall(pattern, text, re.MULTILINE)).values()))


def port(found: Unit) -> int | None:
    """Of the command line that the unit starts, where it names one."""
    said = re.search(r"(?:--port|-p|--bind|-b|--listen)[= ]\S*?(\d{2,5})\b", found.get("ExecStart", ""))
    return int(said.group(1)) if said else None


def application(found: Unit, folder: str) -> dict[str, object] | None:
    """None for a unit that works somewhere else than in a git tree or in a release."""
    tree = git(folder, "rev-parse", "--show-toplevel")
    here = Path(folder)
    releases = here.name == "current" and here.is_symlink()
    if not tree and not releases:
        return None
    return {
        "unit": found.get("Id", ""),
        "active": found.get("ActiveState", ""),
        "user": found.get("User", "") or "root",
        "path": str(here.parent) if releases else tree,
        "layout": "releases" if releases else "in_place",
        "remote": address(git(tree, "config", "--get", "remote.origin.url")),
        "branch": git(tree, "symbolic-ref", "--short", "HEAD"),
        "sha": git(tree, "rev-parse", "HEAD"),
        "changed": len(git(tree, "status", "--porcelain", "--untracked-files=no").splitlines()),
        "untracked": untracked(tree),
        "env_files": env_files(found),
        "logs": logs(found),
        "requirements": (here / "requirements.txt").is_file(),
        "port": port(found),
    }


def main() -> None:
    found = [application(unit, folder) for unit, folder in units()]
    version = sys.version.split()[0]
    told = {"python": version, "git": run("git", "--version"), "applications": [one for one in found if one]}
    sys.stdout.write(MARK + json.dumps(told))


main()
