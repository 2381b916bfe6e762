"""Keys to AWS, where the environment names them; else found where AWS's own tools find theirs (decision 0023)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.config.problems import Problems
from bot.config.secrets import is_there
from bot.model import CloudKeys, Secret

ACCESS, SECRET, TOKEN = "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"


def keys(environ: Mapping[str, str], problems: Problems) -> CloudKeys | None:
    """None: the environment names none. They are not filled in yet."""
    there = [is_there(name, environ) for name in (ACCESS, SECRET)]
    if not any(there):
        return None
    if not all(there):
        set_, missing = (ACCESS, SECRET) if there[0] else (SECRET, ACCESS)
        problems.add(set_, f"is set, and {missing} is not; set both or neither")
        return None
    return CloudKeys(Secret(ACCESS), Secret(SECRET), Secret(TOKEN) if is_there(TOKEN, environ) else None)
