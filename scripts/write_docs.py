"""Writes docs/commands*.md and docs/codes*.md from the commands and the catalogues: run it after changing either.

python -m scripts.write_docs          writes them
python -m scripts.write_docs --check  exit 1 when they are out of date
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from bot.model import Language

ROOT = Path(__file__).parents[1]
COMMANDS = {
    "deploy": "service env [version] [reason] [emergency] [model]",
    "rollback": "service env [version]",
    "promote": "to [service]",
    "restart": "service env",
    "status": "[service] [env]",
    "history": "[service] [env] [since] [who]",
    "why": "[deploy] [service] [env]",
    "logs": "service env",
    "lock": "[service] [env] [reason] [for]",
    "unlock": "[service] [env]",
    "freeze": "env [until] [reason]",
    "unfreeze": "env",
    "cancel": "[deploy]",
    "oncall": "[who] [until]",
    "help": "",
}
"""The commands that exist; a test compares them with what the bot registers."""
TABLE = "\n|---|---|"
HEADS: dict[Language, dict[str, str]] = {
    "en": {
        "commands": """# Commands

Options in brackets may be left out. Names are English everywhere; descriptions follow your Discord language.

| command | options | what it does |
|---|---|---|""",
        "codes": """# Codes

Every refusal and every verdict carries a stable code: it stands in the audit log, under *Details*, in `/why` and in the
metrics. `{names}` are filled in.""",
        "refuse": "## Refusals: nothing was changed\n\n| code | text |" + TABLE,
        "code": "## Reasons of verdicts\n\n| code | text |" + TABLE,
        "adapter": "## `{kind}`\n\n| code | text |" + TABLE,
    },
    "ko": {
        "commands": """# 명령어

대괄호 안의 옵션은 생략할 수 있습니다. 이름은 항상 영어이고, 설명은 Discord 언어를 따릅니다.

| 명령어 | 옵션 | 설명 |
|---|---|---|""",
        "codes": """# 코드

모든 거절과 모든 결과에는 바뀌지 않는 코드가 있습니다. 감사 로그, *자세히*, `/why`, 지표에 같은 코드가 나타납니다.
`{이름}` 자리에는 값이 들어갑니다.""",
        "refuse": "## 거절: 변경된 것은 없습니다\n\n| 코드 | 내용 |" + TABLE,
        "code": "## 결과의 사유\n\n| 코드 | 내용 |" + TABLE,
        "adapter": "## `{kind}`\n\n| 코드 | 내용 |" + TABLE,
    },
}


def catalogue(lang: Language) -> dict[str, str]:
    return tomllib.loads((ROOT / "bot" / "wording" / f"{lang}.toml").read_text(encoding="utf-8"))


def commands(lang: Language) -> str:
    texts = catalogue(lang)
    rows = [f"| `/{name}` | {_code(options)} | {texts[f'command.{name}']} |" for name, options in COMMANDS.items()]
    return "\n".join([HEADS[lang]["commands"], *rows, ""])


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def codes(lang: Language) -> str:
    texts, heads = catalogue(lang), HEADS[lang]
    kinds = sorted({key.split(".")[1] for key in texts if re.fullmatch(r"adapter\.[a-z_]+\.[a-z_]+", key)})
    families = [(heads[family], family) for family in ("refuse", "code")]
    families += [(heads["adapter"].format(kind=kind), f"adapter.{kind}") for kind in kinds]
    tables = ["\n".join([head, *_rows(texts, family)]) for head, family in families]
    return "\n\n".join([heads["codes"], *tables]) + "\n"


def _rows(texts: dict[str, str], family: str) -> list[str]:
    found = [(key.removeprefix(f"{family}."), text) for key, text in texts.items() if key.startswith(f"{family}.")]
    plain = [(code, text) for code, text in found if "." not in code and code not in ("title", "other")]
    return [f"| `{code}` | {_cell(text)} |" for code, text in plain]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def pages() -> dict[Path, str]:
    docs = ROOT / "docs"
    return {
        docs / "commands.md": commands("en"),
        docs / "commands.ko.md": commands("ko"),
        docs / "codes.md": codes("en"),
        docs / "codes.ko.md": codes("ko"),
    }


def stale() -> list[str]:
    """Pages that say something else than the product."""
    return [
        str(path.relative_to(ROOT))
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit("\n".join(stale()) or 0)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
