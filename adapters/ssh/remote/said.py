"""How this program says no: a code of ``adapters.ssh.codes`` and facts."""

from __future__ import annotations

from typing import Any


class Said(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def reason(text: str) -> str:
    """The last telling line of a program's complaint, short."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    loud = [line for line in lines if line.lower().startswith(("fatal:", "error:", "sudo:"))]
    return (loud or lines or ["no message"])[-1][:300]
