"""The kinds of releases that a team makes, good ones and bad ones, as the files that their commits change."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "good",
    "crashes",  # ModuleNotFoundError: No module named 'pypdf' at every start: a crash loop
    "dies_later",  # starts, is healthy, and is dead some seconds later
    "unhealthy",  # /health answers 502
    "flaps",  # /health answers 200 and 502 in turn
    "hangs",  # never listens
    "slow_boot",  # listens some seconds later than usual
    "stubborn",  # does not leave on SIGTERM
    "leaks",  # prints the secret of .env and dies of it
    "pip_fails",  # a requirement that no wheel meets
    "build_fails",  # a requirement whose build ends without a compiler
    "needs_wheel",  # a new requirement that a wheel meets
    "hostile",  # tries to act on whoever checks it out
]


@dataclass(frozen=True)
class Entry:
    """One path of a tree: git's mode and the bytes (of a symlink its target, of a submodule the SHA)."""

    data: bytes
    mode: str = "100644"


# (title for the commit, line on the page, colour): one a release, so that a visitor sees the change.
_GREETINGS = (
    ("feat: greet on the front page", "도장을 콕, 오늘도 반갑습니다", "#2563eb"),
    ("feat: 체크리스트 요약 응답 개선", "체크리스트를 세 줄로 요약해 드려요", "#0f8a5f"),
    ("fix: missing LoRA response", "The LoRA answers again", "#b4530a"),
    ("feat: 계약서 OCR 속도 향상", "계약서를 두 배 빨리 읽습니다", "#7c3aed"),
    ("perf: reuse the embedding client", "Faster answers since today", "#be185d"),
    ("fix: 빈 질문에 500 응답하던 문제", "빈 질문에도 친절하게 답합니다", "#0e7490"),
    ("feat: cite the sources of an answer", "Every answer names its sources", "#4d7c0f"),
    ("chore: 로그 정리", "조용히, 더 안정적으로", "#9333ea"),
)

MESSAGES: dict[Kind, str] = {
    "crashes": "feat: PDF 업로드 지원",
    "dies_later": "feat: 백그라운드 색인 작업 추가",
    "flaps": "fix: retry the vector store",
    "stubborn": "fix: 진행 중인 요청을 끝까지 처리",
    "leaks": "chore: log the settings at start",
    "unhealthy": "refactor: move the model client to its own module",
    "pip_fails": "build: chromadb 1.3.5 추가",
    "build_fails": "build: compile the tokenizer from source",
    "needs_wheel": "feat: 한국어 형태소 분석 (kiwipiepy)",
    "hangs": "feat: warm the cache before listening",
    "slow_boot": "feat: 모델을 시작할 때 미리 로드",
    "hostile": "chore: vendor the prompts",
}


def title(kind: Kind, number: int) -> str:
    """The commit message of release `number` where the author gives none."""
    return MESSAGES.get(kind) or _GREETINGS[number % len(_GREETINGS)][0]


def greeting(number: int) -> tuple[str, str]:
    """(line, colour) of release `number`."""
    return _GREETINGS[number % len(_GREETINGS)][1:]


_LOAD = {
    "hangs": "    threading.Event().wait()",
    "slow_boot": "    time.sleep({seconds})",
    "dies_later": "    threading.Timer({seconds}, os._exit, [1]).start()",
    "stubborn": "    signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "leaks": '    raise RuntimeError("401 Unauthorized: " + open(".env", encoding="utf-8").read())',
}
_HEALTH = {
    "unhealthy": '    return 502, {"status": "error", "detail": "model client is not initialised"}',
    "flaps": '    return (502, {"status": "error"}) if next(TURNS) % 2 else (200, {"status": "ok"})',
}
_IMPORTS = {
    "crashes": "from pypdf import PdfReader\n\n",
    "hangs": "import threading\n\n",
    "slow_boot": "import time\n\n",
    "dies_later": "import os\nimport threading\n\n",
    "stubborn": "import signal\n\n",
    "flaps": "import itertools\n\nTURNS = itertools.count()\n",
    "needs_wheel": "import kiwipiepy\n\n",
}


def release_py(kind: Kind, number: int, *, names_version: bool, seconds: float) -> str:
    """The module by which one release differs from the one before."""
    line, colour = greeting(number)
    return f'''"""What this release shows and does."""

{_IMPORTS.get(kind, "")}GREETING = "{line}"
COLOUR = "{colour}"
NAMES_VERSION = {names_version}


def load():
    """Runs before the server listens."""
{_LOAD.get(kind, "    pass").replace("{seconds}", str(seconds))}


def health():
    """Status and body of /health."""
{_HEALTH.get(kind, '    return 200, {"status": "ok"}')}
'''


REQUIREMENTS: dict[Kind, str] = {
    "pip_fails": "chromadb==1.3.5\n",
    "build_fails": "tokenizer-native==0.4.0\n",
    "needs_wheel": "kiwipiepy==0.22.1\n",
}
