"""stdin: {"token", "verb", "place", …}; stdout: one line ``slipway1 <token> <json>`` with "ok" or "error" and facts."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict

from . import attempt as attempts
from . import git, health, look, masks, observe, place, preflight, servicelog, start, tree, versions
from .place import Place
from .said import Said

Asked = Dict[str, Any]


def _running(there: Place, asked: Asked, program: str) -> Any:
    if there.layout == "in_place":
        tree.refuse_dirty(there)
    return observe.observe(there)


def _start(there: Place, asked: Asked, program: str) -> Any:
    return start.start(there, {**asked["job"], "place": asked["place"]}, program)


def _look(there: Place, asked: Asked, program: str) -> Any:
    return look.look(there, asked["attempt"], asked["seen"], float(asked["wait"]))


def _stop(there: Place, asked: Asked, program: str) -> Any:
    attempt = attempts.find(there, asked["attempt"])
    if attempt.exists and not attempt.abandoned:
        attempt.stop.touch()
    return {}


def _logs(there: Place, asked: Asked, program: str) -> Any:
    values = masks.of(there)
    return {"lines": [masks.mask(line, values) for line in servicelog.read(there, int(asked["lines"]))]}


def _health(there: Place, asked: Asked, program: str) -> Any:
    return health.ask(place.Health(**asked["health"]))


VERBS: dict[str, Callable[[Place, Asked, str], Any]] = {
    "resolve": lambda there, asked, program: {"sha": git.resolve(there, asked["wanted"])},
    "commits": lambda there, asked, program: git.commits(there, asked["before"], asked["to"], int(asked["limit"])),
    "running": _running,
    "start": _start,
    "look": _look,
    "stop": _stop,
    "abandon": lambda there, asked, program: {"abandoned": attempts.abandon(there, asked["attempt"])},
    "logs": _logs,
    "health": _health,
    "versions": lambda there, asked, program: {"versions": versions.versions(there)},
    "preflight": lambda there, asked, program: preflight.facts(there, asked),
}


def answer(asked: Asked, program: str) -> dict[str, Any]:
    there = place.read(asked["place"])
    try:
        return {"ok": VERBS[asked["verb"]](there, asked, program), "now": time.time()}
    except Said as no:
        return {"error": no.code, "facts": masks.within(no.facts, masks.of(there)), "now": time.time()}


def main(words: list[str]) -> None:
    os.umask(0o022)
    if len(words) == 2 and words[0] == "job":
        start.as_unit(Path("~/.slipway/jobs").expanduser() / words[1])
        return
    asked = json.load(sys.stdin)
    line = f"slipway1 {asked['token']} {json.dumps(answer(asked, sys.argv[0]))}\n"
    sys.stdout.write(line)
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
