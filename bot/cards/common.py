"""The facts and lines that several cards share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model import AttemptRow, Deploy, Kind, Language, Mentions, Step, StepState
from bot.wording import Trusted, code, duration, first, inert, is_id, mention, mention_role, text


def facts(deploy: Deploy, title: str = "") -> dict[str, Any]:
    """What nearly every text about a deploy may name."""
    before = deploy.plan.before or deploy.plan.left
    return {
        "title": title or deploy.target.service,
        "target": deploy.target,
        "env": deploy.target.env,
        "id": deploy.number,
        "from": before.label if before else None,
        "to": deploy.to.label,
        "who": deploy.requester_name,
        "digest": code(deploy.digest[:4] or "–"),
    }


def pinged(mentions: Mentions) -> Trusted:
    """The pings, as they must stand in the content. May be empty."""
    users = [mention(user) for user in mentions.users[:10] if is_id(user)]
    return Trusted(" ".join([*users, *(mention_role(role) for role in mentions.roles[:5] if is_id(role))]))


def by_kind(lang: Language, key: str, kind: Kind, /, **values: Any) -> Trusted:
    """The text for this kind of order where it has one of its own (``….rollback``), else the general one."""
    return first(lang, (f"{key}.{kind}", key), **values)


def downtime(lang: Language, seconds: float | None) -> Trusted:
    """Expected interruption: ``about 30 s``, ``none`` or ``not known``."""
    if seconds is None:
        return text(lang, "word.unknown")
    return text(lang, "word.about", duration=duration(lang, seconds)) if seconds > 0 else text(lang, "word.none")


def impact(lang: Language, texts: Mapping[str, Mapping[str, str]], side: str, seconds: float = 0) -> Trusted | None:
    """The operator's own words (``impact.<language>.down`` or ``up``) with ``{duration}`` filled in."""
    words = texts.get(lang, {}).get(side)
    return Trusted(inert(words).replace("{duration}", duration(lang, seconds))) if words else None


def said(lang: Language, adapter: str, what: str, values: Mapping[str, Any]) -> Trusted:
    """A code as a sentence: the adapter's own, else Slipway's; one that no catalogue knows is shown, not lost."""
    keys = (f"adapter.{adapter}.{what}", f"code.{what}", "adapter.other")
    return first(lang, keys, **{"code": what, **values, "answer": answered(lang, values)})


def answered(lang: Language, values: Mapping[str, Any]) -> Trusted:
    """The last health answer: ``HTTP 502``, or why there was none."""
    if values.get("status") is not None:
        return Trusted(f"HTTP {int(values['status'])}")
    return first(lang, (f"health.error.{values.get('error')}", "health.error"))


def people(users: Sequence[str], names: Mapping[str, str]) -> list[Trusted]:
    """Ids as names where they are known, else as mentions (which never ping from an embed)."""
    return [inert(names[user], 40) if user in names else person(user) for user in users]


def roles_said(roles: Sequence[str], lang: Language, *, oncall: bool) -> Trusted:
    """Role ids as mentions (neither an answer nor an embed pings); an empty list means nobody."""
    shown = [mention_role(role) if is_id(role) else inert(role) for role in roles]
    shown += [text(lang, "word.oncall")] if oncall else []
    return Trusted(" ".join(shown)) if shown else text(lang, "word.nobody")


def person(actor: str) -> Trusted:
    """An actor of the ledger: a user id, a name, or Slipway itself."""
    if re.fullmatch(r"[0-9]{15,20}", actor, re.ASCII):
        return mention(actor)
    return inert("Slipway" if actor == "slipway" else actor, 40)


def last_attempt(attempts: tuple[AttemptRow, ...]) -> AttemptRow | None:
    return attempts[-1] if attempts else None


def current_step(steps: tuple[Step, ...]) -> str | None:
    """The step that runs or failed, else the last one that was begun."""
    busy = [step.code for step in steps if step.state in (StepState.RUNNING, StepState.FAILED)]
    begun = [step.code for step in steps if step.state is StepState.DONE]
    return [*begun, *busy][-1] if begun or busy else None
