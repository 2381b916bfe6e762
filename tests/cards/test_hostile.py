"""Whatever somebody outside writes, a card keeps its shape: same lines, same pings, same moments, within all limits.

The judge: the card of an innocent text and the card of a hostile one differ in nothing that Discord acts upon.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import (
    deploy_card,
    details_card,
    diff_card,
    history_card,
    lock_card,
    logs_card,
    pick_card,
    ping_card,
    plan_card,
    post_card,
    problems,
    refusal_card,
    status_card,
    stop_card,
    why_card,
)
from bot.cards.limits import PREVIEW
from bot.errors import AdapterError, Refusal
from bot.model import (
    Card,
    DeployState,
    Finding,
    HistoryRow,
    Known,
    Lock,
    Mentions,
    Outcome,
    Phase,
    Running,
    StatusRow,
    Target,
    Unreadable,
    Verdict,
    Version,
    WhyLine,
    WhyView,
)
from tests.cards.samples import GOOD, NOW, ULID, a_deploy, a_plan, a_state, answers, broken_glass, settled
from tests.cards.test_refusal_card import Kept
from tests.wording.hostile import HOSTILE, alive, invisible, markdown, outside_code

WHO = Mentions(users=("1001",))
LONG = st.integers(1, 10_000).flatmap(lambda n: HOSTILE.map(lambda text: ((text or "x") * n)[:10_000]))
OUTSIDE = HOSTILE | LONG
ACTING = re.compile(r"<@&?\d+>|<#\d+>|<t:\d+:[RT]>|@everyone|@here|https?://|\[[^\]]*\]\(|\n")


def version(outside: str) -> Version:
    return Version("f" * 40, outside, outside)


def refused(outside: str) -> Card:
    facts = dict.fromkeys(("target", "who", "reason", "wanted", "what", "version", "owner", "env"), outside)
    findings = (Finding("dirty_tree", True, {"path": outside, "files": 1, "attachment": outside}),)
    return refusal_card(Refusal("preflight", **facts, findings=findings, kind="ssh", roles=[f"n{outside}"]), "ko", ULID)


def named(outside: str) -> Card:
    return refusal_card(AdapterError("ssh", "bad_ref", retry=False, wanted=outside), "en", ULID)


def status(outside: str) -> Card:
    known = Known(version(outside), "verified", NOW, 1, outside)
    lock = Lock(1, outside, outside, "1", outside, outside, NOW, None)
    running = Running(version(outside), "socket", outside, NOW)
    row = StatusRow(Target("a", "b"), outside, running, known, True, GOOD, lock, None, 1, outside, 2, ULID, "ssh")
    unread = replace(row, observed=Unreadable("unreachable", {"host": outside, "reason": outside}))
    return status_card([row, unread], "en", NOW)


def story(outside: str) -> Card:
    facts = {"reason": outside, "code": outside, "facts": {"who": outside}, "verdict": outside}
    lines = tuple(WhyLine(NOW, code, outside, facts) for code in ("locked", "settled", "unknown", outside))
    return why_card(WhyView(Target("a", "b"), lines, 1), "en", NOW)


def history(outside: str) -> Card:
    row = HistoryRow(NOW, Target("a", "b"), 1, None, version(outside), version(outside), None, "running", None, outside)
    return history_card([row, replace(row, event=outside, facts={"action": outside})], "ko", NOW)


def alarm(outside: str) -> dict[str, Any]:
    told = dict.fromkeys(("title", "who", "from", "to", "reason", "by"), outside)
    return {**told, "service": "a", "env": "b", "deploy": 128, "ulid": ULID, "due": NOW, "at": NOW, "state": "owed"}


def phase(which: Phase, outside: str) -> DeployState:
    return a_state(a_deploy(which, a_plan(outside=outside)), outside)


def over(outside: str, verdict: Verdict, outcome: Outcome | None = None, **more: Any) -> DeployState:
    return a_state(settled(verdict, outcome, outside=outside, **more), outside)


def held(outside: str) -> DeployState:
    kept = {"gates": {"answers": [asdict(one) for one in answers(outside)]}}
    return a_state(settled(Verdict.CANCELLED, code="gate", facts=kept, outside=outside), outside)


CARDS: dict[str, Callable[[str], Card]] = {
    "plan": lambda outside: plan_card(a_deploy(), a_plan(outside=outside), "en", NOW, outside),
    "gates": lambda outside: plan_card(
        a_deploy(), a_plan(outside=outside, answers=answers(outside)), "ko", NOW, outside
    ),
    "approval": lambda outside: deploy_card(phase(Phase.AWAITING, outside), "ko", NOW, WHO),
    "hold": lambda outside: deploy_card(phase(Phase.HOLD, outside), "en", NOW, WHO),
    "running": lambda outside: deploy_card(phase(Phase.RUNNING, outside), "ko", NOW),
    "unknown": lambda outside: deploy_card(
        a_state(a_deploy(Phase.UNKNOWN, code="unreachable", facts={"host": outside, "reason": outside}), outside),
        "en",
        NOW,
    ),
    "green": lambda outside: deploy_card(over(outside, Verdict.SUCCEEDED), "en", NOW),
    "glass": lambda outside: deploy_card(
        broken_glass(over(outside, Verdict.FAILED, Outcome.BROKEN), outside), "ko", NOW
    ),
    "signed": lambda outside: deploy_card(
        broken_glass(over(outside, Verdict.SUCCEEDED), outside, signed_by="5", signed_by_name=outside, signed_at=NOW),
        "en",
        NOW,
    ),
    "glass plan": lambda outside: plan_card(
        a_deploy(), replace(a_plan(outside=outside), emergency=True, policy={"countersign": 60.0}), "en", NOW, outside
    ),
    "alarm": lambda outside: post_card("break_glass", alarm(outside), "en", NOW, WHO),
    "late": lambda outside: post_card("countersign_overdue", {**alarm(outside), "state": "overdue"}, "ko", NOW, WHO),
    "red": lambda outside: deploy_card(over(outside, Verdict.FAILED, Outcome.BROKEN), "ko", NOW),
    "settled": lambda outside: deploy_card(
        over(outside, Verdict.FAILED, code="settled_by_person", facts={"reason": outside}), "en", NOW
    ),
    "cancelled": lambda outside: deploy_card(
        a_state(settled(Verdict.CANCELLED, code="locked", facts={"who": outside, "reason": outside}), outside),
        "en",
        NOW,
    ),
    "ping": lambda outside: ping_card(
        "failed", a_state(settled(Verdict.FAILED, Outcome.BROKEN, outside=outside), outside), "ko", NOW, WHO
    ),
    "gate": lambda outside: deploy_card(held(outside), "en", NOW),
    "rejected": lambda outside: ping_card(
        "rejected",
        a_state(settled(Verdict.REJECTED, outside=outside)),
        "en",
        NOW,
        WHO,
        {"reason": outside},
    ),
    "refusal": refused,
    "named": named,
    "status": status,
    "why": story,
    "history": history,
    "details": lambda outside: details_card(
        Kept(ULID, f"n{outside}", outside, {outside: outside, "a": outside}, NOW), "en", NOW
    ),
    "lock": lambda outside: lock_card(Lock(1, outside, outside, "1", outside, outside, NOW, None), "en", NOW),
    "diff": lambda outside: diff_card(a_plan(outside=outside), "en"),
    "stop": lambda outside: stop_card(a_deploy(plan=a_plan(outside=outside)), "kept", "en"),
    "pick": lambda outside: pick_card([a_deploy(plan=a_plan(outside=outside))], "en"),
}


def parts(card: Card) -> list[str]:
    """Each line without its code and escapes: all that Discord could still act upon."""
    return [outside_code(line) for line in (card.content, card.title, *card.lines)]


def acting(card: Card) -> Counter[str]:
    return Counter(found for line in parts(card) for found in ACTING.findall(line))


@pytest.mark.parametrize("name", CARDS)
@given(outside=OUTSIDE)
def test_a_hostile_text_changes_nothing_that_discord_acts_upon(name: str, outside: str) -> None:
    innocent, hostile = CARDS[name]("innocent"), CARDS[name](outside or "innocent")
    assert problems(hostile) == []
    if hostile.files == innocent.files:
        assert acting(hostile) == acting(innocent)
    assert acting(hostile) <= acting(innocent)
    assert [(one.action, one.ref, one.style) for one in hostile.buttons] == [
        (one.action, one.ref, one.style) for one in innocent.buttons
    ]
    assert hostile.mentions == innocent.mentions
    assert hostile.footer == innocent.footer
    for line in parts(hostile):
        ours = ACTING.sub(" ", line).replace("**", " ")
        assert alive(ours) == []
        assert markdown(ours) is None
    for line in (hostile.content, hostile.title, *hostile.lines):
        assert not re.search("@everyone|@here|<@!", line)
        assert [char for char in invisible(line) if char not in "\n\ufe0f"] == []


PUBLIC = (
    "approval",
    "hold",
    "running",
    "unknown",
    "green",
    "red",
    "settled",
    "cancelled",
    "ping",
    "rejected",
    "glass",
    "signed",
    "alarm",
    "late",
)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_card_needs_no_file_for_the_longest_texts(name: str) -> None:
    innocent, long = CARDS[name]("innocent"), CARDS[name]("*" * 10_000)
    assert long.files == ()
    assert len(long.lines) == len(innocent.lines)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_long_name_pushes_nothing_out_of_the_preview(name: str) -> None:
    whole, long = CARDS[name]("innocent").content, CARDS[name]("y" * 10_000).content
    assert len(long) <= PREVIEW
    assert all(len(run) <= 80 for run in re.findall("y+…", long))
    assert re.sub("y+…", "innocent", long) == whole


@given(log=st.lists(OUTSIDE, max_size=30).map("\n".join))
def test_hostile_log_lines_stay_inside_their_block(log: str) -> None:
    card = logs_card(Target("a", "b"), log, "en")
    assert problems(card) == []
    for line in card.lines:
        assert line.count("`") == 6
        assert not invisible(line.replace("\n", ""))


@given(outside=OUTSIDE)
def test_labels_and_options_show_only_what_can_be_seen(outside: str) -> None:
    for name in ("plan", "green", "pick", "status"):
        card = CARDS[name](outside)
        words = [button.label for button in card.buttons]
        words += [option.label + option.description for select in card.selects for option in select.options]
        assert [invisible(word.replace("…", "")) for word in words if invisible(word)] == []
        assert all(word.strip() for word in words)
