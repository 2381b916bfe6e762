"""How a rollout on ECS reads on its card, from the adapter's own judgement to the line, in both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.ecs.judge import progress
from bot.cards import deploy_card, problems
from bot.model import Language, Phase
from tests.cards.samples import NOW, a_deploy, a_state
from tests.ecs.made import BASE, OURS, dead, deployment, look, service, target

OLD = deployment(BASE, status="ACTIVE", runningCount=2)
STARTING = look(
    service(deployment(OURS, "IN_PROGRESS", runningCount=1, failedTasks=2), OLD),
    stopped=[dead("CannotPullContainerError: not found")],
    targets=[],
)
UNHEALTHY = look(
    service(deployment(OURS, "IN_PROGRESS"), OLD),
    targets=[target(n=1), target(n=2), target("unhealthy", 3, "Health checks failed: [503]")],
)
GIVEN_UP = look(
    service(
        deployment(BASE, "IN_PROGRESS", rolloutStateReason="ECS deployment circuit breaker: rolling back to x"),
        deployment(OURS, "FAILED", status="ACTIVE", desiredCount=0, runningCount=0, failedTasks=3),
    )
)


def lines(seen: Any, lang: Language) -> list[str]:
    state = a_state(a_deploy(Phase.RUNNING))
    row = replace(
        state.attempts[-1], steps=tuple(replace(one, started_at=None, seconds=None) for one in progress(seen).steps)
    )
    card = deploy_card(replace(state, attempts=(row,), usual={}), lang, NOW)
    assert problems(card) == []
    return [line for line in card.lines if line.startswith(("✅", "⏳", "▫️", "❌"))]


@pytest.mark.parametrize(
    ("seen", "en", "ko"),
    [
        (
            STARTING,
            [
                "✅ 1 Register revision · llmops:58 · done",
                "⏳ 2 Start tasks (failed 2) · 1/2 · CannotPullContainerError: not found · running",
                "▫️ 3 Healthy behind the load balancer · waiting",
                "▫️ 4 Rollout completed by ECS · waiting",
            ],
            [
                "✅ 1 리비전 등록 · llmops:58 · 완료",
                "⏳ 2 태스크 시작 (실패 2개) · 1/2 · CannotPullContainerError: not found · 진행 중",
                "▫️ 3 로드 밸런서 대상 정상 · 대기",
                "▫️ 4 ECS 롤아웃 완료 · 대기",
            ],
        ),
        (
            UNHEALTHY,
            [
                "✅ 1 Register revision · llmops:58 · done",
                "✅ 2 Start tasks · 2/2 · done",
                r"⏳ 3 Healthy behind the load balancer · 0/2 · Health checks failed: \[503] · running",
                "⏳ 4 Rollout completed by ECS · running",
            ],
            [
                "✅ 1 리비전 등록 · llmops:58 · 완료",
                "✅ 2 태스크 시작 · 2/2 · 완료",
                r"⏳ 3 로드 밸런서 대상 정상 · 0/2 · Health checks failed: \[503] · 진행 중",
                "⏳ 4 ECS 롤아웃 완료 · 진행 중",
            ],
        ),
        (
            GIVEN_UP,
            [
                "✅ 1 Register revision · llmops:58 · done",
                "❌ 2 Start tasks (failed 3) · 0/2 · failed",
                "❌ 3 Rollout completed by ECS · failed",
                "⏳ 4 Rollback by ECS · llmops:57 · running",
            ],
            [
                "✅ 1 리비전 등록 · llmops:58 · 완료",
                "❌ 2 태스크 시작 (실패 3개) · 0/2 · 실패",
                "❌ 3 ECS 롤아웃 완료 · 실패",
                "⏳ 4 ECS 롤백 · llmops:57 · 진행 중",
            ],
        ),
    ],
    ids=["starting", "unhealthy", "given up"],
)
def test_each_line_says_what_is_ours_and_a_word_for_every_number(seen: Any, en: list[str], ko: list[str]) -> None:
    assert lines(seen, "en") == en
    assert lines(seen, "ko") == ko
