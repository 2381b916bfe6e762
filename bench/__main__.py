"""``make bench``: every figure beside what a team would use instead, in one run, as ratios.

``python -m bench [ssh | github | ecs] [rounds]``: one part alone, so many rounds (default 5). ssh needs the systemd
host (make system-packages, as root), github Debian's gh, ecs what make bench installs into .venv/bench.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench import on_ecs, on_github, on_hosts

PARTS: dict[str, Callable[[Path, int], Awaitable[None]]] = {
    "ssh": on_hosts.main,
    "github": on_github.main,
    "ecs": on_ecs.main,
}


async def run(parts: list[str], rounds: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="slipway-bench-"))
    folder.chmod(0o755)
    try:
        for part in parts:
            await PARTS[part](folder / part, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = [word for word in words if word in PARTS]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(chosen) + len(numbers) < len(words):
        sys.exit(f"usage: python -m bench [{' | '.join(PARTS)}] [rounds]")
    if "github" in (chosen or PARTS) and shutil.which("gh") is None:
        sys.exit("the part github compares with gh: make system-packages (as root), or apt-get install gh")
    asyncio.run(run(chosen or list(PARTS), numbers[0] if numbers else 5))
