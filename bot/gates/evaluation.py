"""The gate ``evaluation``: the scores of this very version against their thresholds.

They come from a file, an address, or an artifact of a CI run at that version.
"""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.errors import AdapterError
from bot.gates.outside import Reply, request, shown
from bot.gates.question import Question, no, not_yet, yes
from bot.gates.results import Results, Score, Wrong, read
from bot.model import Evaluation, GateAnswer
from bot.ports import Artifacts

LIMIT = 1024 * 1024
SECONDS = 10.0
INSIDE = "results.json"  # the file in an artifact
AHEAD = 300.0  # seconds that two clocks may differ
WAIT = ("slow", "refused", "broken")  # another try may do better
URL = ("http://", "https://")


async def evaluation(question: Question) -> GateAnswer:
    asked = question.gates.evaluation
    if asked is not None and asked.artifact is not None:
        return await _from_run(question, asked, asked.artifact)
    if asked is None or asked.file is None:
        return no("evaluation", "no_source")
    place = asked.file.replace("{version}", quote(question.to.id, safe=":"))
    question.site.at("gates.evaluation.before")
    reply = await _fetched(place)
    question.site.at("gates.evaluation.answered")
    where = shown(place) if place.startswith(URL) else Path(place).name
    return judge(reply, asked, question.to.id, where, question.now)


async def _from_run(question: Question, asked: Evaluation, name: str) -> GateAnswer:
    source = next((one for one in question.site.historians if isinstance(one, Artifacts)), None)
    if source is None:
        return no("evaluation", "no_source")
    question.site.at("gates.evaluation.before")
    try:
        body = await source.artifact(question.to, name, INSIDE, LIMIT)
        reply = Reply(404) if body is None else Reply(200, body)
    except AdapterError as error:
        reply = Reply(code="too_big" if error.code == "too_big" else "broken" if error.retry else "unreadable")
    question.site.at("gates.evaluation.answered")
    return judge(reply, asked, question.to.id, name, question.now)


async def _fetched(place: str) -> Reply:
    if place.startswith(URL):
        return await request("GET", place, seconds=SECONDS, limit=LIMIT)
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(_from_file, place)
    except TimeoutError:
        return Reply(code="slow")


def _from_file(place: str) -> Reply:
    """At most the limit is read, and nothing that is no regular file: a pipe would never end."""
    try:
        opened = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return Reply(404)
    except (OSError, ValueError):
        return Reply(code="unreadable")
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return Reply(code="unreadable")
        with open(opened, "rb", closefd=False) as file:
            body = file.read(LIMIT + 1)
    except OSError:
        return Reply(code="unreadable")
    finally:
        os.close(opened)
    return Reply(code="too_big") if len(body) > LIMIT else Reply(200, body)


def judge(reply: Reply, asked: Evaluation, version_id: str, where: str, now: float) -> GateAnswer:
    if reply.code is not None:
        said = not_yet if reply.code in WAIT else no
        return said("evaluation", reply.code, where=where)
    if reply.status == 404:
        return not_yet("evaluation", "missing", where=where)
    if reply.status != 200:
        said = not_yet if (reply.status or 0) >= 500 else no
        return said("evaluation", "status", where=where, status=reply.status)
    try:
        return _of(read(reply.body), asked, version_id, where, now)
    except Wrong as wrong:
        return no("evaluation", wrong.code, where=where, **wrong.facts)


def _of(found: Results, asked: Evaluation, version_id: str, where: str, now: float) -> GateAnswer:
    facts: dict[str, Any] = {"where": where, "at": found.at}
    if found.version != version_id:
        return no("evaluation", "other_version", **facts, version=found.version[:12])
    if found.at > now + AHEAD:
        return no("evaluation", "future", **facts)
    if asked.max_age is not None and now - found.at > asked.max_age:
        return no("evaluation", "stale", **facts, duration=asked.max_age)
    failed = [score for score in found.scores if not score.passed]
    rows = [_row(score) for score in sorted(found.scores, key=lambda score: score.passed)]
    facts |= {"metrics": rows, "n": len(found.scores), "failed": len(failed)}
    return no("evaluation", "failed", **facts) if failed else yes("evaluation", "passed", **facts)


def _row(score: Score) -> list[Any]:
    """As the card's table shows it: name, score, threshold, higher is better, passed. Failures stand first."""
    return [score.name, score.score, score.threshold, score.higher, score.passed]
