"""An approval belongs to one plan: whatever changes under it makes it void, at whichever moment it changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cards import deploy_card
from bot.errors import Refusal
from bot.ledger import shown, votes
from bot.model import Deploy, DeployState, Gates, Phase, Verdict
from tests.engine.life import PROD, Life
from tests.engine.world import ELSE, HANEUL, JIEUN, trouble

MOMENTS = [Phase.CONFIRMED, Phase.AWAITING, Phase.HOLD, Phase.STARTING]
CHANGES = {
    "policy": {"hold": 9.0},
    "section": {"timeout": 99.0},
    "gates": {"gates": Gates(soak=60)},
    "adapter": {"adapter": "other"},
}


async def at(life: Life, moment: Phase) -> Deploy:
    deploy = await life.order(PROD)
    if moment in (Phase.HOLD, Phase.STARTING):
        await life.until(deploy, Phase.AWAITING)
        await life.react(deploy, HANEUL)
    return await life.until(deploy, moment)


def change(life: Life, what: str) -> None:
    """A changed file, read by a restart."""
    if what == "policy":
        life.policy(**CHANGES[what])
    else:
        life.restart(**CHANGES[what])


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", CHANGES)
async def test_a_changed_file_ends_it_at_the_next_look_and_the_target_is_left_in_peace(
    life: Life, moment: Phase, what: str
) -> None:
    deploy = await at(life, moment)
    change(life, what)
    life.platform.calls.clear()
    await life.step(deploy)
    settled = await life.now(deploy)
    assert (settled.verdict, settled.code, settled.facts["what"]) == (Verdict.CANCELLED, "plan_changed", [what])
    assert (life.platform.calls, life.platform.log) == ([], [])
    assert await life.pings(deploy) == ["cancelled"]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", ["from_id", "effect"])
async def test_a_target_that_moved_while_people_voted_starts_nothing(life: Life, moment: Phase, what: str) -> None:
    deploy = await at(life, moment)
    if what == "from_id":
        life.platform.runs = ELSE
    else:
        life.platform.effects = {"layout": "in_place"}
    await life.until(deploy, Phase.AWAITING)
    await life.react(deploy, HANEUL)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.facts["what"]) == (Verdict.CANCELLED, "plan_changed", [what])
    assert life.platform.log == []


@pytest.mark.parametrize("what", [*CHANGES, "from_id", "effect"])
async def test_a_plan_that_moved_before_its_confirm_claims_nothing(life: Life, what: str) -> None:
    planned = await life.plan(PROD)
    if what == "from_id":
        life.platform.runs = ELSE
    elif what == "effect":
        life.platform.effects = {"layout": "in_place"}
    else:
        change(life, what)
    with pytest.raises(Refusal, match="plan_changed"):
        await life.engine.confirm(planned.ulid, JIEUN)


async def test_a_new_plan_asks_anew_on_a_card_of_its_own_without_the_old_votes(life: Life) -> None:
    old = await at(life, Phase.STARTING)
    life.policy(auto_rollback=True)
    await life.settled(old)
    again = await life.engine.replan(old.ulid, JIEUN)
    new = await life.engine.confirm(again.ulid, JIEUN)
    await life.post(new.number)
    await life.until(new, Phase.AWAITING)
    await life.while_(new, 120)
    waiting = await life.now(new)
    assert (waiting.phase, waiting.facts["tally"]["have"], waiting.facts["tally"]["ignored"]) == (Phase.AWAITING, 0, [])
    cards = [await life.ledger.read(shown.card_of, one.number) for one in (old, new)]
    assert cards[0] is not None
    assert cards[1] is not None
    assert cards[0].message != cards[1].message
    assert new.digest != old.digest
    assert await life.ledger.read(votes.on, new.number) == []


async def test_a_file_that_says_the_same_leaves_the_approval_alone(life: Life) -> None:
    deploy = await at(life, Phase.HOLD)
    life.specs = {target: replace(found) for target, found in life.specs.items()}
    life.restart()
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_waiting_without_a_change_writes_nothing(life: Life) -> None:
    deploy = await at(life, Phase.AWAITING)
    await life.step(deploy)
    before = (await life.now(deploy)).revision
    await life.while_(deploy, 300)
    assert (await life.now(deploy)).revision == before


async def test_what_the_platform_refuses_for_good_before_the_start_is_said_in_its_own_words(life: Life) -> None:
    """As GitHub does where a repository was renamed while people voted."""
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    life.platform.next["effect"].extend([trouble("moved", retry=False, to="acme/serving")] * 3)
    await life.react(deploy, HANEUL)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.code, settled.facts["what"]) == (Verdict.CANCELLED, "plan_changed", ["moved"])
    assert life.platform.log == []
    plan = replace(settled.plan, adapter="github")
    card = deploy_card(DeployState(replace(settled, plan=plan), "App"), "en", life.clock.now())
    assert "changed: the repository's name" in card.lines[0]
    assert card.lines[1].startswith("The repository has moved: acme/serving.")
