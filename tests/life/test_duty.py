"""On call is handed over while production waits; a restart in between changes nobody."""

from __future__ import annotations

from playground.discord import Seen
from tests.life.conftest import having
from tests.life.house import House


async def said(house: House, text: str, n: int = 1) -> Seen:
    """The newest of ``n`` messages that say this."""

    def found() -> Seen | None:
        standing = [one for one in house.discord.messages("deploys") if text in one.content]
        return standing[-1] if len(standing) >= n else None

    return await house.discord.until(found, 20.0)


@having(groups="{ oncall = true, count = 1 }")
async def test_the_incoming_person_is_told_is_asked_and_counts(own: House) -> None:
    sora = own.discord.ids["sora"]
    card = await own.asked()
    assert card.pings == ["@oncall"]
    assert "Role needed" in (await own.sora.command("oncall", who=sora)).text, "nobody takes over by themselves"
    answer = await own.admin.command("oncall", who=sora, until="1h")
    assert answer.content == f"On call now: <@{sora}>"
    handover = await said(own, "You are on call now")
    assert handover.pings == ["sora"]
    assert "Waiting approvals: 1" in (handover.embeds[0].description or "")
    asked = await own.ping("On call now: approval wanted")
    assert asked.pings == ["sora"]
    await own.restart()
    assert sora in (await own.visitor.command("oncall")).content
    await own.sora.react(card, "✅")
    await own.discord.until(lambda: "Deployed" in card.content, 20.0)
    answer = await own.sora.command("oncall")
    await own.sora.click(answer, "End override")
    back = await said(own, "nobody in particular is on call")
    assert back.pings == []
    assert len([one for one in own.discord.messages("deploys") if "You are on call now" in one.content]) == 1


async def test_a_lock_that_ends_tells_its_owner_and_says_how_it_ended(house: House) -> None:
    made = await house.haneul.command("lock", service=house.service, reason="drill", for_="3s")
    assert f"{house.service} · all" in made.content
    nag = await house.ping("Lock ends in")
    assert nag.pings == ["haneul"]
    await house.discord.until(lambda: "Lock ended" in nag.content, 20.0)
    assert nag.buttons == []
