"""One public language; private answers in the reader's own."""

from __future__ import annotations

from playground.discord import Seen
from tests.life.conftest import having
from tests.life.house import House


def hangul(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def labels(card: Seen) -> list[str]:
    return [str(button.label) for button in card.buttons]


@having(language="ko")
async def test_in_korean_the_channel_is_korean_and_an_english_reader_gets_english_privately(own: House) -> None:
    plan = await own.plan("jieun", "deploy", "prod", version="v1")
    assert "Deploy plan" in plan.content
    await own.confirm("jieun", plan, "deploy", "prod")
    card = await own.card("승인 요청")
    assert labels(card) == ["승인", "반려", "변경 사항"]
    assert "요청자 본인은 승인할 수 없습니다" in card.text
    refused = await own.jieun.click(card, "승인")
    assert "You cannot approve your own request" in refused.text
    await own.haneul.click(card, "승인")
    await own.discord.until(lambda: "배포 성공" in card.content, 20)
    assert "실행 버전 검증됨" in card.text
    assert labels(card) == ["0000000 버전으로 롤백", "변경 사항"]
    own.fault("staging", "crash_loop")
    await own.deploy("minsu", "staging", "bad")
    red = await own.card("❌")
    assert "배포 실패 - 수동 롤백 필요" in (await own.titled("수동 롤백 필요")).text
    assert hangul(red.text)
    korean = await own.plan("minsu", "status", "prod")
    assert hangul(korean.text)
    assert not hangul((await own.plan("jieun", "status", "prod")).text)


async def test_in_english_a_korean_reader_gets_korean_privately_and_the_channel_stays_english(house: House) -> None:
    plan = await house.plan("minsu", "deploy", "staging", version="v1")
    assert plan.content.startswith("배포 계획")
    answer = await house.confirm("minsu", plan, "deploy", "staging")
    assert hangul(answer.text)
    card = await house.card("Deployed")
    assert not hangul(card.text)
    refused = await house.plan("minsu", "deploy", "staging", version="--x")
    assert hangul(refused.text)


async def test_a_reader_of_any_other_language_gets_english(house: House) -> None:
    house.jieun.locale = "de"
    answer = await house.plan("jieun", "deploy", "staging", version="--x")
    assert "Not a possible version" in answer.text
