"""Private answers with something to press or to read: locks, stopping, picking, logs, help."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.buttons import buttons
from bot.cards.limits import OPTIONS, fit, units
from bot.cards.nag import covered
from bot.cards.notice import notice
from bot.model import Card, Colour, Deploy, File, Language, Lock, Option, Select, Target
from bot.wording import Trusted, fence, inert, plain, text

LOG_LINES, LOG_ROOM = 15, 3900


def lock_card(lock: Lock, lang: Language, now: float) -> Card:
    """An empty service or environment means all, and says so."""
    known = {
        "target": covered(lock.service, lock.env, lang),
        "who": lock.owner_name,
        "reason": lock.reason,
        "until": lock.until,
    }
    return fit(Card(content=text(lang, "lock.done.content", **known), lines=(text(lang, "lock.done", **known),)))


def lock_extended(lock: Lock, lang: Language) -> Card:
    return notice("notice.lock_extended", lang, target=covered(lock.service, lock.env, lang), until=lock.until)


def stop_card(deploy: Deploy, effect: str, lang: Language) -> Card:
    """``effect``: what stopping now leaves behind, ``kept`` or ``put_back``."""
    left = text(lang, f"stop.{effect}")
    return fit(
        Card(
            content=text(lang, "stop.confirm", effect=left),
            title=text(lang, "stop.title", target=deploy.target, id=deploy.number),
            colour=Colour.RED,
            buttons=buttons(lang, deploy.ulid, "stop_confirm"),
        )
    )


def pick_card(deploys: Sequence[Deploy], lang: Language) -> Card:
    options = tuple(_option(deploy, lang) for deploy in deploys[:OPTIONS])
    select = Select("pick", text(lang, "pick.placeholder"), options)
    return fit(Card(content=text(lang, "pick.content", n=len(deploys)), selects=(select,)))


def _option(deploy: Deploy, lang: Language) -> Option:
    told = text(lang, "pick.option", kind=deploy.kind, to=Trusted(plain(deploy.to.label, 30)), phase=deploy.phase)
    return Option(deploy.ulid, plain(f"#{deploy.number} {deploy.target}", 100), told)


def logs_card(target: Target, log: str, lang: Language) -> Card:
    """The last fifteen lines; all of them in a file."""
    lines = [line for line in log.splitlines() if line.strip()]
    if not lines:
        return fit(Card(content=text(lang, "logs.none", target=target)))
    shown = _last(lines)
    return fit(
        Card(
            content=text(lang, "logs.content", target=target, n=len(shown)),
            title=inert(target),
            lines=(fence(shown),),
            files=(File(f"{target.service}-{target.env}.log", log),),
        )
    )


def _last(lines: Sequence[str]) -> list[str]:
    """As many as the block has room for: one that is cut would not be closed."""
    shown: list[str] = []
    for line in reversed([plain(line) for line in lines[-LOG_LINES:]]):
        if sum(units(one) + 1 for one in shown) + units(line) > LOG_ROOM:
            break
        shown.insert(0, line)
    return shown


def help_card(commands: Sequence[tuple[str, str]], targets: Sequence[Target], lang: Language) -> Card:
    """``commands``: (as it is typed, key of its description)."""
    shown = [text(lang, "help.command", command=typed, description=text(lang, key)) for typed, key in commands]
    names = Trusted(", ".join(inert(target) for target in targets[:30])) if targets else None
    return fit(
        Card(
            content=text(lang, "help.content", n=len(shown)),
            title=text(lang, "help.title"),
            lines=(*shown, *(text(lang, f"help.{each}", targets=names) for each in ("path", "queue", "targets"))),
        )
    )
