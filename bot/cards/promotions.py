"""Several promotions as one private plan: what goes where, what is left out and why, and a select to untick."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.buttons import button, buttons
from bot.cards.common import downtime
from bot.cards.limits import OPTIONS, fit
from bot.cards.plan import promotion_lines
from bot.cards.refusal import sentence
from bot.errors import AdapterError, Refusal, SlipwayError
from bot.model import Card, Colour, Deploy, Language, Option, PromotionSet, Select
from bot.wording import Trusted, code, plain, text


def set_card(found: PromotionSet, deploys: Sequence[Deploy], lang: Language, now: float) -> Card:
    """``deploys``: all that were offered, ticked or not."""
    ticked = [deploy for deploy in deploys if deploy.number in found.members]
    known = {"env": found.env, "n": len(ticked)}
    expires = min(deploy.plan.expires_at for deploy in deploys)
    end = text(lang, "plan.expires", when=expires, digest=code(found.digest[:4]))
    lines = [line for deploy in ticked for line in member_lines(deploy, lang)]
    lines += [text(lang, "set.unticked", target=one.target) for one in deploys if one not in ticked]
    lines += [text(lang, "set.left_out", reason=sentence(_error(one), lang)) for one in found.left_out]
    return fit(
        Card(
            content=text(lang, "set.content", **known),
            title=text(lang, "set.title", **known),
            colour=Colour.APPROVAL,
            lines=(*lines, text(lang, "set.how"), end),
            buttons=(
                button("set_confirm", lang, found.ulid, key="button.confirm.promote", env=found.env),
                *buttons(lang, found.ulid, "set_close"),
            ),
            selects=(Select("set_tick", text(lang, "set.select"), _options(found, deploys, lang), found.ulid),),
        )
    )


def member_lines(deploy: Deploy, lang: Language) -> list[str]:
    """From which version to which, and why it may be promoted."""
    plan = deploy.plan
    before = plan.before or plan.left
    known = {
        "target": deploy.target,
        "id": deploy.number,
        "from": before.label if before else None,
        "to": deploy.to.label,
        "downtime": downtime(lang, plan.downtime),
    }
    origin = promotion_lines(plan, plan.origin, lang)[1:] if plan.origin else []
    if plan.commits is None:
        return [text(lang, "set.member.plain", **known), *origin]
    return [text(lang, "set.member", n=plan.commits.total, **known), *origin]


def _options(found: PromotionSet, deploys: Sequence[Deploy], lang: Language) -> tuple[Option, ...]:
    return tuple(_option(found, deploy, lang) for deploy in deploys[:OPTIONS])


def _option(found: PromotionSet, deploy: Deploy, lang: Language) -> Option:
    inside = deploy.number in found.members
    sign = "☑" if inside else "☐"
    told: Trusted = text(lang, "set.option.in" if inside else "set.option.out")
    return Option(f"{found.ulid}/{deploy.number}", f"{sign} {plain(deploy.target.service, 90)}", told)


def _error(one: object) -> SlipwayError:
    assert isinstance(one, dict)
    if one.get("kind"):
        return AdapterError(str(one["kind"]), str(one["code"]), retry=False, **one["facts"])
    return Refusal(str(one["code"]), **one["facts"])
