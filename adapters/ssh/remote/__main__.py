"""stdin: {"place", "questions": [{"token", "verb", …}, …]}; stdout: for each question one line as soon as it is known,
``slipway1 <token> <json>`` with "ok" or "error" and facts.

Each verb imports what it needs, since every call pays for what is imported.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict

from . import place as places
from .place import Place
from .said import Said

Asked = Dict[str, Any]
TELLING = threading.Lock()


def _resolve(place: Place, asked: Asked) -> Any:
    from . import git

    return {"sha": git.resolve(place, asked["wanted"])}


def _commits(place: Place, asked: Asked) -> Any:
    from . import git

    return git.commits(place, asked["before"], asked["to"], int(asked["limit"]))


def _authors(place: Place, asked: Asked) -> Any:
    from . import git

    return git.authors(place, asked["before"], asked["to"], int(asked["limit"]))


def _running(place: Place, asked: Asked) -> Any:
    from . import observe, tree

    world = observe.observe(place)
    if place.layout == "in_place" and not world["clean"]:
        tree.refuse_dirty(place)
    return world


def _start(place: Place, asked: Asked) -> Any:
    from . import start

    return start.start(place, {**asked["job"], "place": asked["place"]})


def _look(place: Place, asked: Asked) -> Any:
    from . import look

    return look.look(place, asked["attempt"], asked["seen"], float(asked["wait"]))


def _stop(place: Place, asked: Asked) -> Any:
    from . import attempt

    found = attempt.find(place, asked["attempt"])
    if found.exists and not found.abandoned:
        found.stop.touch()
    return {}


def _abandon(place: Place, asked: Asked) -> Any:
    from . import attempt

    return {"abandoned": attempt.abandon(place, asked["attempt"])}


def _logs(place: Place, asked: Asked) -> Any:
    from . import masks, servicelog

    values = masks.of(place)
    return {"lines": [masks.mask(line, values) for line in servicelog.read(place, int(asked["lines"]))]}


def _versions(place: Place, asked: Asked) -> Any:
    from . import versions

    return {"versions": versions.versions(place)}


def _health(place: Place, asked: Asked) -> Any:
    from . import health

    return health.ask(places.Health(**asked["health"]))


def _preflight(place: Place, asked: Asked) -> Any:
    from . import preflight

    return preflight.facts(place, asked)


def _model(place: Place, asked: Asked) -> Any:
    from . import envfile

    found = envfile.find(place, asked["key"])
    return {"id": found.value if found else None}


def _infra(place: Place, asked: Asked) -> Any:
    from . import infra

    return {"mark": infra.mark(place)}


VERBS: dict[str, Callable[[Place, Asked], Any]] = {
    "resolve": _resolve,
    "commits": _commits,
    "authors": _authors,
    "running": _running,
    "start": _start,
    "look": _look,
    "stop": _stop,
    "abandon": _abandon,
    "logs": _logs,
    "versions": _versions,
    "health": _health,
    "preflight": _preflight,
    "model": _model,
    "infra": _infra,
}


def answer(place: Place, asked: Asked) -> dict[str, Any]:
    try:
        return {"ok": VERBS[asked["verb"]](place, asked), "now": time.time()}
    except Said as no:
        from . import masks

        return {"error": no.code, "facts": masks.within(no.facts, masks.of(place)), "now": time.time()}


def _each(place: Place, questions: list[Asked]) -> None:
    """One alone is answered by the main thread: only there a job may be forked off."""
    if len(questions) == 1:
        _tell(questions[0], answer(place, questions[0]))
        return
    from . import aside

    aside.together(*(_told(place, asked) for asked in questions))


def _told(place: Place, asked: Asked) -> Callable[[], None]:
    return lambda: _tell(asked, answer(place, asked))


def _tell(asked: Asked, said: dict[str, Any]) -> None:
    """One write: two of them never mix."""
    with TELLING:
        sys.stdout.write(f"slipway1 {asked['token']} {json.dumps(said)}\n")
        sys.stdout.flush()


def main() -> None:
    """``job ID`` is what slipway-job@ID.service runs; without words a request is read."""
    os.umask(0o022)
    if sys.argv[1:2] == ["job"]:
        from . import start

        start.as_unit(Path("~/.slipway/jobs").expanduser() / sys.argv[2])
        return
    asked = json.load(sys.stdin)
    _each(places.read(asked["place"]), [{**one, "place": asked["place"]} for one in asked["questions"]])
    os._exit(0)  # all is said; to take the modules down one by one costs a fifth of a launch


if __name__ == "__main__":
    main()
