"""Which of code, model and infrastructure an order changes, in one line; what does not go back with a rollback."""

from __future__ import annotations

from bot.model import Kind, Language, Plan, Release
from bot.wording import Trusted, code, inert, text

MARK = 8  # characters of an infrastructure's mark that are shown


def release_lines(plan: Plan, lang: Language) -> list[str]:
    """Empty where nothing at all is known."""
    commits = plan.commits
    if commits is None and not any((one.model or one.infra) for one in (plan.ran, plan.comes) if one):
        return []
    back = plan.kind is Kind.ROLLBACK or (commits is not None and not commits.forward)
    key = "plan.changes.goes_back" if back else "plan.changes"
    line = text(
        lang,
        key if commits else f"{key}.parts",
        n=commits.total if commits else None,
        model=part(lang, model_of(plan.ran), model_of(plan.comes)),
        infra=part(lang, infra_of(plan.ran), infra_of(plan.comes)),
    )
    return [line, *(_warnings(plan, lang) if plan.kind is Kind.ROLLBACK else [])]


def ordered_lines(plan: Plan, lang: Language) -> list[Trusted]:
    """The model that is written with the switch, and under which key."""
    if plan.model is None or plan.same:
        return []
    key = (plan.section.get("model") or {}).get("key")
    words = "plan.model.rollback" if plan.kind is Kind.ROLLBACK else "plan.model"
    return [text(lang, words, model=shown(plan.model), key=code(key, 100))]


def model_lines(plan: Plan, lang: Language, *, back: bool = False) -> list[Trusted]:
    """From which model to which, of a deploy that ordered one. ``back``: it was taken back with the version."""
    if plan.model is None:
        return []
    before, after = model_of(plan.ran), model_of(plan.comes) or plan.model
    if back:
        return [text(lang, "model.back", model=shown(before) if before else text(lang, "word.unknown"))]
    return [text(lang, "model.line", model=part(lang, before, after) if before != after else shown(after))]


def model_alone(plan: Plan) -> bool:
    """The code stays as it is."""
    return plan.model is not None and plan.from_id == plan.to_id


def part(lang: Language, before: str | None, after: str | None) -> Trusted:
    """One of the three: none changed, from what to what, or not known; never "none" for what nobody can tell."""
    if after is None:
        return text(lang, "word.unknown")
    if before is None:
        return text(lang, "plan.part.first", to=after)
    return text(lang, "word.none") if before == after else text(lang, "plan.part", to=after, **{"from": before})


def _warnings(plan: Plan, lang: Language) -> list[str]:
    """A rollback puts the code back. What stays as it is, though that code ran with something else, is said."""
    lines: list[str] = []
    if plan.apart:
        lines.append(text(lang, "plan.apart", to=plan.to, model=shown(model_of(plan.comes))))
    then, now = infra_of(plan.once), infra_of(plan.comes)
    if then and now and then != now:
        lines.append(text(lang, "plan.infra_stays", to=plan.to, infra=now))
    return lines


def model_of(release: Release | None) -> str | None:
    return release.model.label if release and release.model else None


def infra_of(release: Release | None) -> str | None:
    return release.infra[:MARK] if release and release.infra else None


def shown(label: str | None) -> Trusted:
    return inert(label or "–", 80)
