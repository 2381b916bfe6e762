"""What the end of a public card's footer says, so that the painter finds a message whose answer was lost."""

from __future__ import annotations

from bot.model import Deploy


def marker(deploy: Deploy, kind: str) -> str:
    """``#128·k3v9·card``: number, last four characters of the ULID, kind of message."""
    return f"#{deploy.number}·{deploy.ulid[-4:].lower()}·{kind}"
