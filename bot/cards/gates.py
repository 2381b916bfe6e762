"""What gates answered: a line each, and the scores of an evaluation as a table whose text does nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bot.model import Deploy, GateAnswer, Language, Says
from bot.wording import Trusted, first, plain, table, text

ROWS, FACT = 10, 80
Answer = Mapping[str, Any]
"""A ``GateAnswer`` as plain data: what the ledger keeps of one."""


def shut(answers: Iterable[GateAnswer]) -> bool:
    return any(answer.says is not Says.YES for answer in answers)


def gate_lines(answers: Iterable[GateAnswer], lang: Language) -> list[Trusted]:
    return _lines([asdict(answer) for answer in answers], lang)


def kept_lines(deploy: Deploy, lang: Language) -> tuple[Trusted, ...]:
    """What holds or ended a deploy: the gates that did not say yes when they were last asked."""
    kept = deploy.facts.get("gates", {}).get("answers", ())
    return tuple(_lines([answer for answer in kept if answer.get("says") != Says.YES], lang))


def _lines(answers: Iterable[Answer], lang: Language) -> list[Trusted]:
    return [line for answer in answers for line in (_line(answer, lang), *_table(answer, lang))]


def told(answers: Sequence[Answer], lang: Language) -> Trusted:
    """All of them in one line."""
    return Trusted(" / ".join(_line(answer, lang) for answer in answers if isinstance(answer, Mapping)))


def _line(answer: Answer, lang: Language) -> Trusted:
    gate, code = str(answer.get("gate")), str(answer.get("code"))
    facts = answer.get("facts")
    known = {**_short(facts if isinstance(facts, Mapping) else {}), "code": code}
    reason = first(lang, (f"gate.{gate}.{code}", f"gate.any.{code}", "gate.any.other"), **known)
    name = first(lang, (f"gate.{gate}", "gate.unnamed"), gate=gate)
    return text(lang, f"gate.says.{Says(str(answer.get('says')))}", gate=name, reason=reason)


def _short(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Several gates have room on one card; the audit log keeps them whole."""
    return {name: plain(fact, FACT) if isinstance(fact, str) else fact for name, fact in facts.items()}


def _table(answer: Answer, lang: Language) -> list[Trusted]:
    """PASS and FAIL per metric, failures first; a long list says how many more there are."""
    facts = answer.get("facts")
    rows = facts.get("metrics") if isinstance(facts, Mapping) else None
    if not isinstance(rows, list) or not rows:
        return []
    left = len(rows) - ROWS
    more = [text(lang, "gate.table.more", n=left)] if left > 0 else []
    return [table([_row(*row) for row in rows[:ROWS]]), *more]


def _row(name: str, score: float, threshold: float, higher: object, passed: object) -> tuple[str, ...]:
    sign = (">=" if higher else "<=") if passed else ("<" if higher else ">")
    return ("PASS" if passed else "FAIL", name, f"{score:.6g}", Trusted(sign), f"{threshold:.6g}")
