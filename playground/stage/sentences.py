"""What page and tour say of the stage, in both languages: each step of the set-up, and what hosts and tasks are."""

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


HOSTS: dict[str, dict[Language, str]] = {
    "systemd": {
        "ko": "실제 sshd와 systemd(PID 1)가 동작하는 서버",
        "en": "real hosts: sshd, and systemd as PID 1",
    },
    "shim": {
        "ko": "일반 사용자 권한의 SSH 서버와 systemctl 대역 ({why})",
        "en": "an SSH server as the ordinary user, with a shim for systemctl ({why})",
    },
}

TASKS: dict[str, dict[Language, str]] = {
    "": {
        "ko": "llmops prod 태스크는 이 컴퓨터의 docker에서 실행되는 실제 컨테이너",
        "en": "llmops prod: each task is a real container of this machine's docker",
    },
    "no_daemon": {
        "ko": "llmops prod 태스크는 컨테이너 없는 모형 (이 컴퓨터에서 응답하는 docker 데몬 없음)",
        "en": "llmops prod: tasks without containers (no docker daemon of this machine answers)",
    },
    "no_busybox": {
        "ko": "llmops prod 태스크는 컨테이너 없는 모형 (정적으로 빌드된 /bin/busybox 없음)",
        "en": "llmops prod: tasks without containers (no static /bin/busybox)",
    },
    "refused": {
        "ko": "llmops prod 태스크는 컨테이너 없는 모형 (docker 오류: {detail})",
        "en": "llmops prod: tasks without containers (docker: {detail})",
    },
}


def said(what: str, about: str, seconds: float | None, failed: str, language: Language = "en") -> str:
    """One line about an event: what, how long, or why it failed."""
    text = SENTENCES[what][language].format(about=about)
    if failed:
        return f"{text}: {failed}"
    return f"{text} …" if seconds is None else f"{text} ({seconds:.1f} s)"


def hosts_are(kind: str, why: str, language: Language = "en") -> str:
    """What the hosts are; `why` says why they are not more."""
    return HOSTS[kind][language].format(why=why)


def tasks_are(why: str, detail: str, language: Language = "en") -> str:
    """What the tasks of llmops in prod are; `why` is a key of TASKS."""
    return TASKS[why][language].format(detail=detail)
