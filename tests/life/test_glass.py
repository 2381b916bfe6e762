"""Break-glass over the whole line: the order at night, the alarm, the page, and the second person's late word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.life.conftest import having
from tests.life.house import House

WHY = "payments fail for everybody since 02:40"


@having(countersign="3s")
async def test_one_night_from_the_order_to_the_late_countersign(house: House) -> None:
    given = {"version": "v2", "emergency": True}
    refused = await house.plan("jieun", "deploy", "prod", **given, reason=WHY)
    assert "You may not break the glass in prod" in refused.text
    refused = await house.plan("haneul", "deploy", "prod", **given, reason="broken")
    assert "at least 20 characters" in refused.text

    waiting = await house.asked("jieun", "v1")
    plan = await house.plan("haneul", "deploy", "prod", **given, reason=WHY)
    assert "This is a break-glass order" in plan.text
    assert "A second person must countersign within 3 s" in plan.text
    await house.haneul.click(plan, "Break glass: deploy to prod")

    alarm = await house.card("Break-glass", channel="security")
    assert {"lead", "oncall"} <= set(" ".join(alarm.pings).replace("@", "").split())
    assert WHY in alarm.text
    green = await house.card("✅ Deployed")
    assert green.content.endswith("🚨 break-glass")
    assert "jieun" in (await house.ping("Superseded")).pings
    await house.discord.until(lambda: "Superseded" in waiting.content)
    assert len(house.effects("prod")) == 1

    page = await house.card("not countersigned", channel="security")
    assert "lead" in " ".join(page.pings)
    assert "was not countersigned in time" in (await house.plan("jieun", "deploy", "prod", version="v3")).text
    assert "countersign your own" in (await house.haneul.click(alarm, "Countersign")).text
    assert "You may not countersign" in (await house.jieun.click(page, "Countersign")).text

    answer = await house.sora.click(green, "Countersign")
    assert "deploys there are open again" in answer.text
    await house.discord.until(lambda: all("ountersigned by sora" in one.text for one in (green, alarm, page)))
    assert "Deploy plan" in (await house.plan("jieun", "deploy", "prod", version="v3")).content

    assert "🚨 break-glass" in (await house.plan("visitor", "status", "prod")).text
    assert "🚨 break-glass" in (await house.plan("visitor", "history", "prod")).text
    number = next(row.deploy for row in house.rows() if row.action == "break_glass")
    assert "broke the glass" in (await house.visitor.command("why", deploy=str(number))).text
    told = [one for one in house.audited() if one in ("break_glass", "countersign_overdue", "countersigned")]
    assert told == ["break_glass", "countersign_overdue", "countersigned"]
    codes = ["emergency_role", "emergency_reason", "countersign_overdue", "countersign_self", "role"]
    assert house.refused() == codes


async def test_it_is_rolled_back_like_any_other_and_read_in_korean(house: House) -> None:
    await house.approved(version="v1")
    house.haneul.locale = "ko"
    plan = await house.plan("haneul", "deploy", "prod", version="v2", emergency=True, reason=WHY)
    assert "긴급 배포입니다" in plan.text
    await house.haneul.click(plan, "prod 긴급 배포 진행")
    green = await house.times("✅ Deployed", 2)
    answer = (await house.dami.click(green, "Countersign")).text
    assert "Your name is recorded" in answer
    back = (await house.haneul.click(green, "Roll back to")).message
    assert back is not None
    await house.confirm("haneul", back, "rollback", "prod")
    await house.card("Rolled back")


async def test_a_freeze_of_the_calendar_refuses_a_deploy_but_no_rollback_and_no_break_glass(own: House) -> None:
    """And it cancels what waits for approval when it begins."""
    for version in ("v1", "v2"):
        await own.deploy("jieun", "staging", version)
        await own.card("✅ Deployed · app · staging")
    await own.times("✅ Deployed", 2)
    await own.asked("jieun", "v1")
    now = datetime.now(UTC)
    dates = f"from = {now:%Y-%m-%dT%H:%M:%S}\nuntil = {now + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}\n"
    own.more = f'[[freeze]]\n{dates}reason = "year-end"\n'
    await own.restart()
    assert "jieun" in (await own.ping("cancelled")).pings
    refused = await own.plan("jieun", "deploy", "staging", version="v3")
    assert "freeze (ends <t:" in refused.text
    assert "year-end" in (await own.plan("visitor", "status", "staging")).text
    assert "stands in the configuration" in (await own.admin.command("unfreeze", env="staging")).text
    plan = await own.plan("haneul", "deploy", "prod", version="v2", emergency=True, reason=WHY)
    assert "Freeze · reason: year-end" in plan.text
    await own.haneul.click(plan, "Break glass: deploy to prod")
    await own.card("✅ Deployed · app · prod")
    await own.rollback("jieun", "staging")
    await own.card("Rolled back")
