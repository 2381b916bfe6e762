"""No, and nothing was changed: what happened, what is true now, what to do, and Details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.cards.buttons import buttons
from bot.cards.common import answered, person, roles_said, said
from bot.cards.gates import told
from bot.cards.limits import PREVIEW, fit, units
from bot.errors import AdapterError, LedgerUnwritable, SlipwayError
from bot.model import WAITED_FOR, Button, Card, Colour, File, Finding, Language
from bot.wording import Trusted, code, has, text

NUMBERED = ("stale", "unknown_deploy", "not_open", "no_such_lock")
"""Said differently when the deploy or target that they name is not known."""
LONGEST = 15


class Refused(Protocol):
    """What the ledger kept of a refusal."""

    @property
    def ref(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def at(self) -> float: ...


def refusal_card(error: SlipwayError, lang: Language, ref: str = "") -> Card:
    """``ref``: the audit row that *Details* leads to; without one there is no button."""
    findings = _findings(error.facts, lang)
    whole, brief = _sentences(_keys(error), error.code, error.facts, lang)
    long = brief != whole or units(whole) > PREVIEW
    lines = ([whole] if long or findings else []) + findings
    return fit(
        Card(
            content=brief,
            title=text(lang, "refuse.title") if lines else "",
            colour=Colour.GREY,
            lines=tuple(lines),
            buttons=_offers(error, lang, ref),
            files=_files(error.code, error.facts),
        )
    )


def _offers(error: SlipwayError, lang: Language, ref: str) -> tuple[Button, ...]:
    """What only has to end can be waited for, by whoever was refused an order that can be repeated."""
    if not ref:
        return ()
    waits = error.code in WAITED_FOR and "order" in error.about
    return buttons(lang, ref, *(("queue",) if waits else ()), "details")


def sentence(error: SlipwayError, lang: Language) -> Trusted:
    """A refusal in passing, as a line of something else."""
    return _sentences(_keys(error), error.code, error.facts, lang)[0]


def details_card(refused: Refused, lang: Language, now: float) -> Card:
    """Everything that was written down: who, when, the stable code, the facts."""
    kinds = [str(refused.facts["kind"])] if "kind" in refused.facts else ["ssh", "dry_run"]
    verb = refused.facts.get("verb", "")
    keys = (
        f"refuse.{refused.code}.{verb}",
        f"refuse.{refused.code}",
        *(f"adapter.{kind}.{refused.code}" for kind in kinds),
    )
    whole, _ = _sentences(keys, refused.code, refused.facts, lang)
    shown = [
        text(lang, "details.fact", name=name, value=code(value))
        for name, value in refused.facts.items()
        if name != "gates"
    ]
    lines = [whole, text(lang, "details.who", who=person(refused.actor), when=refused.at), *shown[:LONGEST]]
    return fit(
        Card(
            content=text(lang, "details.content", code=code(refused.code, 60)),
            title=text(lang, "details.title"),
            lines=(*lines, text(lang, "details.ref", ref=code(refused.ref, 60))),
        )
    )


def _sentences(keys: Sequence[str], what: str, known: Mapping[str, Any], lang: Language) -> tuple[Trusted, Trusted]:
    """The whole text, and the one line without timestamps that a preview shows."""
    values = {"code": what, **known, **_prepared(known, lang)}
    key = next((key for key in keys if has(key)), "refuse.other")
    whole = text(lang, key, **values)
    return whole, text(lang, f"{key}.content", **values) if has(f"{key}.content") else whole


def _keys(error: SlipwayError) -> tuple[str, ...]:
    """From the most particular text to the general one."""
    if isinstance(error, AdapterError):
        return (f"adapter.{error.kind}.{error.code}", f"refuse.{error.code}", f"code.{error.code}")
    if isinstance(error, LedgerUnwritable):
        return ("refuse.ledger",)
    plain = error.code in NUMBERED and error.facts.get("deploy", error.facts.get("target")) is None
    variant = "plain" if plain else "left" if error.facts.get("left") else error.facts.get("verb", "")
    return (f"refuse.{error.code}.{variant}", f"refuse.{error.code}")


def _prepared(known: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Facts that need more than their own value to be said."""
    found: dict[str, Any] = {"answer": answered(lang, known), "n": len(known.get("findings", ()))}
    for name, ids in (("role", "roles"), ("approvers", "approvers")):
        if isinstance(known.get(ids), list | tuple):
            found[name] = roles_said(known[ids], lang, oncall=bool(known.get("oncall")))
    if isinstance(known.get("gates"), list):
        found["gates"] = told(known["gates"], lang)
    return found


def _findings(known: Mapping[str, Any], lang: Language) -> list[str]:
    return [f"• {_finding(one, str(known.get('kind', '')), lang)}" for one in known.get("findings", ())]


def _finding(finding: Finding, adapter: str, lang: Language) -> Trusted:
    return said(lang, adapter, finding.code, finding.facts)


def _files(what: str, known: Mapping[str, Any]) -> tuple[File, ...]:
    own = [File(f"{what}.txt", str(known["attachment"]))] if known.get("attachment") else []
    found = [finding for finding in known.get("findings", ()) if finding.facts.get("attachment")]
    return (*own, *(File(f"{finding.code}.txt", str(finding.facts["attachment"])) for finding in found))
