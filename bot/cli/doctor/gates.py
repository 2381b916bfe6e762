"""What gates will ask for: the folder of results, and addresses that must answer. A webhook is reached, not asked."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

from bot.cli.doctor.report import Line, State, line
from bot.config import Config
from bot.gates.outside import Reply, host, request
from bot.model import Ask

SECONDS, LIMIT = 10.0, 1024 * 1024
NOBODY = "0" * 40  # a version that has no results
SILENT = ("slow", "refused", "broken")


async def examine(config: Config) -> AsyncIterator[Line]:
    """One line a place."""
    for target, spec in config.targets.items():
        if spec.gates.evaluation is not None and spec.gates.evaluation.file is not None:
            yield await _results(target.key, spec.gates.evaluation.file)
        if spec.gates.webhook is not None:
            yield await _webhook(target.key, spec.gates.webhook)


async def _results(where: str, file: str) -> Line:
    if file.startswith(("http://", "https://")):
        reply = await request("GET", file.replace("{version}", NOBODY), seconds=SECONDS, limit=LIMIT)
        return _reached(where, "gates.evaluation", file, reply)
    folder = Path(file.split("{version}")[0] + "x").parent
    good = folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)
    return line(State.OK if good else State.WARN, where, "gate.folder", {"path": str(folder)})


async def _webhook(where: str, ask: Ask) -> Line:
    """HEAD asks for nothing to be decided or done."""
    return _reached(where, "gates.webhook", ask.url, await request("HEAD", ask.url, seconds=ask.timeout, limit=LIMIT))


def _reached(where: str, gate: str, url: str, reply: Reply) -> Line:
    """Any answer of the other side is one, but for a redirect, which no gate follows."""
    facts = {"gate": gate, "host": host(url), "why": reply.code}
    if reply.code == "redirect":
        return line(State.FAIL, where, "gate.redirect", facts)
    return line(State.FAIL if reply.code in SILENT else State.OK, where, "gate.reached", facts)
