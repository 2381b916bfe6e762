"""No, and nothing was changed: what happened, what is true now, what to do, and Details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cards.buttons import buttons
from bot.cards.common import said
from bot.cards.limits import PREVIEW, fit, units
from bot.errors import AdapterError, LedgerUnwritable, SlipwayError
from bot.model import Card, Colour, File, Finding, Language
from bot.wording import Trusted, has, inert, mention_role, text


def refusal_card(error: SlipwayError, lang: Language, ref: str = "") -> Card:
    """``ref``: the audit row that *Details* leads to; without one there is no button."""
    findings = _findings(error, lang)
    whole, brief = _sentences(error, lang)
    long = brief != whole or units(whole) > PREVIEW
    lines = ([whole] if long or findings else []) + findings
    return fit(
        Card(
            content=brief,
            title=text(lang, "refuse.title") if lines else "",
            colour=Colour.GREY,
            lines=tuple(lines),
            buttons=buttons(lang, ref, "details") if ref else (),
            files=_files(error),
        )
    )


def _sentences(error: SlipwayError, lang: Language) -> tuple[Trusted, Trusted]:
    """The whole text, and the one line without timestamps that a preview shows."""
    known = _facts(error, lang)
    keys = _keys(error)
    key = next((key for key in keys if has(key)), "refuse.other")
    whole = text(lang, key, **known)
    return whole, text(lang, f"{key}.content", **known) if has(f"{key}.content") else whole


def _keys(error: SlipwayError) -> tuple[str, ...]:
    """From the most particular text to the general one."""
    if isinstance(error, AdapterError):
        return (f"adapter.{error.kind}.{error.code}", f"refuse.{error.code}")
    if isinstance(error, LedgerUnwritable):
        return ("refuse.ledger",)
    variant = "left" if error.facts.get("left") else error.facts.get("verb", "")
    return (f"refuse.{error.code}.{variant}", f"refuse.{error.code}")


def _facts(error: SlipwayError, lang: Language) -> dict[str, Any]:
    known: dict[str, Any] = {"code": error.code, **error.facts}
    for name in ("role", "approvers"):
        if isinstance(known.get(name), Sequence | set | frozenset) and not isinstance(known[name], str):
            known[name] = _roles(known[name], lang)
    if "holder_phase" in known:
        known["phase"] = str(known["holder_phase"])
    if "findings" in known:
        known["n"] = len(known["findings"])
    return known


def _roles(roles: Sequence[str], lang: Language) -> Trusted:
    """Role ids as mentions (an answer never pings); an empty list means nobody."""
    shown = [mention_role(role) if role.isascii() and role.isdigit() else inert(role) for role in roles]
    return Trusted(" ".join(shown)) if shown else text(lang, "word.nobody")


def _findings(error: SlipwayError, lang: Language) -> list[str]:
    adapter = str(error.facts.get("adapter", ""))
    return [f"• {_finding(finding, adapter, lang)}" for finding in error.facts.get("findings", ())]


def _finding(finding: Finding | Mapping[str, Any], adapter: str, lang: Language) -> Trusted:
    if isinstance(finding, Finding):
        return said(lang, adapter, finding.code, finding.facts)
    return said(lang, adapter, str(finding.get("code")), finding.get("facts", {}))


def _files(error: SlipwayError) -> tuple[File, ...]:
    attached = error.facts.get("attachment")
    own = [File(f"{error.code}.txt", str(attached))] if attached else []
    found = [f for f in error.facts.get("findings", ()) if isinstance(f, Finding) and f.facts.get("attachment")]
    return (*own, *(File(f"{finding.code}.txt", str(finding.facts["attachment"])) for finding in found))
