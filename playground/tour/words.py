"""What the cards must say, in both languages. Written down here once more on purpose: the tour is a witness."""

from typing import NamedTuple

from playground.stage import Language


class Words(NamedTuple):
    """Titles and the beginnings of one-line contents."""

    deployed: str
    rolled_back: str
    approval: str
    untouched: str
    broken: str
    self_approval: str
    stranger: str
    not_counted: str
    not_verified: str
    not_yet: str
    frozen: str
    llmops_deployed: str
    llmops_untouched: str
    llmops_promoted: str
    llmops_overtaken: str


WORDS: dict[Language, Words] = {
    "ko": Words(
        deployed="AI Server 배포 성공",
        rolled_back="AI Server 롤백 완료",
        approval="승인 요청 · ai-server · prod",
        untouched="AI Server 배포 실패 - 기존 버전 정상 동작 중",
        broken="AI Server 배포 실패 - 수동 롤백 필요",
        self_approval="본인이 요청한 배포는 승인할 수 없습니다",
        stranger="환경에 배포할 권한이 없습니다",
        not_counted="반영되지 않은 반응",
        not_verified="환경에서 검증된 버전이 없습니다",
        not_yet="배포 조건 대기",
        frozen="배포 금지 기간",
        llmops_deployed="LLMOps 배포 성공",
        llmops_untouched="LLMOps 배포 실패 - 기존 버전 정상 동작 중",
        llmops_promoted="LLMOps 승격 성공",
        llmops_overtaken="LLMOps 배포 - 봇 외부에서 대체됨",
    ),
    "en": Words(
        deployed="AI Server deployed",
        rolled_back="AI Server rolled back",
        approval="Approval needed · ai-server · prod",
        untouched="AI Server deploy failed - previous version still healthy",
        broken="AI Server deploy failed - manual rollback needed",
        self_approval="You cannot approve your own request",
        stranger="You may not deploy to",
        not_counted="Not counted",
        not_verified="nothing was verified in",
        not_yet="Gate not met yet",
        frozen="freeze (ends",
        llmops_deployed="LLMOps deployed",
        llmops_untouched="LLMOps deploy failed - previous version still healthy",
        llmops_promoted="LLMOps promoted",
        llmops_overtaken="LLMOps deploy superseded outside Slipway",
    ),
}
