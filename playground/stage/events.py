"""What the set-up does, as sentences."""

from playground.stage.stage import Event
from playground.stage.world import Language

SENTENCES: dict[str, dict[Language, str]] = {
    "hosts": {
        "ko": "서버 두 대 부팅: staging, prod (sshd, systemd, git)",
        "en": "Two hosts boot: staging and prod (sshd, systemd, git)",
    },
    "by_hand": {
        "ko": "첫 버전 {about} 설치: Slipway 이전처럼 손으로",
        "en": "A first version {about} is put there by hand, as before Slipway",
    },
    "bot": {
        "ko": "봇 시작: 수정하지 않은 discord.py 프로세스",
        "en": "The bot starts: an unmodified discord.py process",
    },
    "past": {"ko": "지난 이력: minsu의 커밋 하나", "en": "Some history: a commit by {about}"},
    "past.staging": {"ko": "{about} 버전을 staging 환경에 배포", "en": "{about} is deployed to staging"},
    "past.prod": {
        "ko": "{about} 버전을 prod 환경에 배포, haneul 승인",
        "en": "{about} is deployed to prod, haneul approves",
    },
    "past.status": {"ko": "현재 상태를 채널에 공유", "en": "The status is shared in the channel"},
}


def said(event: Event, language: Language = "en") -> str:
    """One line: what, how long, or why it failed."""
    text = SENTENCES[event.what][language].format(about=event.about)
    if event.failed:
        return f"{text}: {event.failed}"
    return f"{text} … " if event.seconds is None else f"{text} ({event.seconds:.1f} s)"
