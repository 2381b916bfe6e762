"""A deploy whose metric is watched: what was read last, how long it goes on, and what a person may say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.cards.buttons import button, buttons
from bot.cards.common import facts
from bot.cards.link import link_lines
from bot.cards.progress import people_line
from bot.cards.release import model_alone
from bot.model import Button, Card, Colour, Deploy, DeployState, Health, Language
from bot.wording import Trusted, code, has, text

KEPT = "kept_by_person"


def watching(state: DeployState, lang: Language, now: float) -> Card:
    """Asking a person, it is grey and offers the three answers; until then it is amber and can be stopped."""
    deploy, known = state.deploy, facts(state.deploy, state.title)
    kept = watch_of(deploy)
    asks = kept.get("held") is not None and not deploy.stop_asked
    key = "watching.held" if asks else "watching"
    return Card(
        content=text(lang, f"{key}.content", **known),
        title=text(lang, f"{key}.title", **known),
        colour=Colour.GREY if asks else Colour.RUNNING,
        lines=(
            text(lang, "running.versions" if deploy.plan.before else "running.version", **known),
            health_line(deploy.health, lang),
            *(_asking(kept, lang) if asks else _going_on(deploy, kept, lang)),
            *link_lines(state, lang),
            people_line(state, lang),
        ),
        buttons=_answers(deploy, lang) if asks else _stop(deploy, lang),
    )


def watch_of(deploy: Deploy) -> Mapping[str, Any]:
    """What the engine keeps of the watch (bot.engine.watched)."""
    found: Mapping[str, Any] = deploy.facts.get("watch", {})
    return found


def _asking(kept: Mapping[str, Any], lang: Language) -> list[Trusted]:
    lines = [text(lang, "watching.held.line", reading=_reading(kept, lang))]
    return [*lines, text(lang, "watching.held.what"), text(lang, "watching.held.how")]


def _going_on(deploy: Deploy, kept: Mapping[str, Any], lang: Language) -> list[Trusted]:
    if deploy.stop_asked:
        return [text(lang, "running.stopping")]
    until, bound = kept.get("ends"), code(kept.get("bound"))
    if kept.get("code") is None:
        return [text(lang, "watching.first", bound=bound, until=until)]
    return [text(lang, "watching.line", reading=_reading(kept, lang), until=until)]


def _reading(kept: Mapping[str, Any], lang: Language) -> Trusted:
    key = f"reading.{kept.get('code')}"
    return text(lang, key if has(key) else "reading.unanswered", **_numbers(kept))


def _numbers(kept: Mapping[str, Any]) -> dict[str, Any]:
    value = kept.get("value")
    shown = None if value is None else Trusted(f"{value:.4g}")
    return {"value": shown, "bound": code(kept.get("bound")), "samples": kept.get("samples"), "need": kept.get("need")}


def _answers(deploy: Deploy, lang: Language) -> tuple[Button, ...]:
    """Putting back is a stop: what it leaves behind is said and confirmed first."""
    return (*buttons(lang, deploy.ulid, "watch_on"), *_put_back(deploy, lang), *buttons(lang, deploy.ulid, "keep"))


def _stop(deploy: Deploy, lang: Language) -> tuple[Button, ...]:
    return () if deploy.stop_asked else _put_back(deploy, lang)


def _put_back(deploy: Deploy, lang: Language) -> tuple[Button, ...]:
    before, back = deploy.plan.before, deploy.plan.back
    if before is None or back is None or before.id != back.id:
        return ()
    if before.id == deploy.to.id and not model_alone(deploy.plan):
        return ()
    return (button("stop", lang, deploy.ulid, key="button.put_back", version=before.label),)


def health_line(health: Health | None, lang: Language) -> Trusted:
    if health is None:
        return text(lang, "success.health.none")
    return text(lang, "success.health", status=health.status, n=health.tries, ms=round(health.ms or 0))


def metric_lines(deploy: Deploy, lang: Language) -> list[Trusted]:
    """On the verdict: the final reading, or whose word stands in its place."""
    kept = watch_of(deploy)
    if deploy.code == KEPT:
        who, reason = deploy.ended_by_name, deploy.facts.get("reason")
        return [
            text(lang, "watching.held.line", reading=_reading(kept, lang)),
            text(lang, "kept.line", who=who, reason=reason),
        ]
    if kept.get("code") != "within":
        return []
    return [text(lang, "success.metric", **_numbers(kept))]
