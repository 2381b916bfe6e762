"""Before the intent: votes, cancels, expiry, displacement. All of it can still simply not happen."""

from __future__ import annotations

from tests.crash.config_file import Options
from tests.crash.stories.story import Story
from tests.crash.town import Town


async def production_is_approved_by_button(town: Town) -> int:
    """A button that is pressed again takes its vote back; whoever got no answer reads the next one."""
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    for _ in range(4):
        answer = await town.clicked(town.haneul, card, "approve")
        if answer is None or "taken back" not in answer.text:
            break
    assert await town.verdict(number) == "succeeded"
    return 1


async def a_vote_is_taken_back_and_given_again(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    await town.haneul.react(card, "✅")
    await town.phase(number, "hold")
    await town.haneul.unreact(card, "✅")
    await town.phase(number, "awaiting")
    await town.haneul.react(card, "✅")
    assert await town.verdict(number) == "succeeded"
    return 1


async def production_is_rejected(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    await town.haneul.react(await town.asking(number), "❌")
    assert await town.verdict(number) == "rejected"
    return 1


async def a_role_must_be_old_enough(town: Town) -> int:
    """Whoever got the role today fills no seat; whoever has had it for long does."""
    town.discord.grant(town.visitor, "approver")
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    await town.visitor.react(card, "✅")
    await town.haneul.react(card, "✅")
    assert await town.verdict(number) == "succeeded"
    return 1


async def nobody_answers(town: Town) -> int:
    """At half time the role is pinged; then the request expires."""
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    assert await town.verdict(number) == "expired"
    return 1


async def it_is_cancelled_while_it_waits(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    await town.asking(number)
    said = (await town.typed(town.jieun, "cancel", deploy=str(number))).text
    assert "Cancelled" in said or "already over" in said, said
    assert await town.verdict(number) == "cancelled"
    return 1


async def its_approval_card_is_deleted(town: Town) -> int:
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    town.discord.delete(await town.asking(number))
    assert await town.verdict(number) == "cancelled"
    return 1


async def a_rollback_displaces_what_waits(town: Town) -> int:
    for version in ("v1", "v2"):
        number = await town.order(town.jieun, "deploy", "prod", version=version)
        await town.haneul.react(await town.asking(number), "✅")
        assert await town.verdict(number) == "succeeded"
    waiting = await town.order(town.jieun, "deploy", "prod", version="v3")
    back = await town.order(town.haneul, "rollback", "prod")
    assert await town.verdict(waiting) == "superseded"
    assert await town.verdict(back) == "succeeded"
    return 4


async def the_card_went_out_and_nobody_knows(town: Town) -> int:
    """The bot died between Discord's answer and its row, and was away for two minutes: the nonce is forgotten."""

    async def two_minutes_pass() -> None:
        town.discord.clock.advance(120)
        town.write("UPDATE cards SET made_at = made_at - 120")

    town.while_dead.append(two_minutes_pass)
    number = await town.order(town.jieun, "deploy", "staging", version="v1")
    assert await town.verdict(number) == "succeeded"
    return 1


async def approval_takes_an_hour(town: Town) -> int:
    """An approval message is never replaced: at minute 50 a reminder points to it."""

    async def an_hour_passes() -> None:
        town.write("UPDATE cards SET sent_at = sent_at - 3000")

    town.while_dead.append(an_hour_passes)
    number = await town.order(town.jieun, "deploy", "prod", version="v1")
    card = await town.asking(number)
    await town.come_true(lambda: town.rows("SELECT 1 FROM cards WHERE kind = 'reminder'"), "nobody is reminded")
    await town.haneul.react(card, "✅")
    assert await town.verdict(number) == "succeeded"
    return 1


WAITING = (
    Story(production_is_approved_by_button),
    Story(a_vote_is_taken_back_and_given_again, Options(hold="2s")),
    Story(production_is_rejected),
    Story(a_role_must_be_old_enough, Options(cooloff="1h")),
    Story(nobody_answers, Options(expires="3s")),
    Story(it_is_cancelled_while_it_waits),
    Story(its_approval_card_is_deleted),
    Story(a_rollback_displaces_what_waits),
    Story(approval_takes_an_hour, lives=("screen.react.sent#2",)),
    Story(the_card_went_out_and_nobody_knows, lives=("screen.send.sent#1",)),
)
