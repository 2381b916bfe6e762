"""The gates ``on_branch`` and ``signed``: where the version comes from, and that its commit is somebody's."""

from __future__ import annotations

from bot.errors import AdapterError
from bot.gates.question import Question, no, not_yet, yes
from bot.model import GateAnswer
from bot.ports import Provenance

VALID = "valid"


async def on_branch(question: Question) -> GateAnswer:
    """The protected branch holds this commit: nobody got it there without what the protection asks for."""
    source, branch = _source(question), question.site.spec.branch
    if source is None or branch is None:
        return no("on_branch", "no_source")
    question.site.at("gates.on_branch.before")
    try:
        found = await source.holds(branch, question.to)
    except AdapterError as error:
        said = not_yet if error.retry else no
        return said("on_branch", "unreadable", reason=error.code)
    question.site.at("gates.on_branch.answered")
    if found is None:
        return no("on_branch", "unprotected", branch=branch)
    return yes("on_branch", "held", branch=branch) if found else no("on_branch", "not_held", branch=branch)


async def signed(question: Question) -> GateAnswer:
    """The commit's own signature: it covers the tree, and by their ids all commits before it."""
    source = _source(question)
    if source is None:
        return no("signed", "no_source")
    question.site.at("gates.signed.before")
    try:
        found = await source.signature(question.to)
    except AdapterError as error:
        said = not_yet if error.retry else no
        return said("signed", "unreadable", reason=error.code)
    question.site.at("gates.signed.answered")
    return yes("signed", "verified") if found == VALID else no("signed", "not_verified", reason=found)


def _source(question: Question) -> Provenance | None:
    return next((one for one in question.site.historians if isinstance(one, Provenance)), None)
