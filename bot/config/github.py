"""``[github]``: who the bot is on GitHub, and where that is. A token goes where the file plainly says, or nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.config.fields import GITHUB_API, is_loopback
from bot.config.problems import Problems
from bot.config.secrets import is_there
from bot.config.shape import GithubTable
from bot.model import Identity, Secret

TOKEN, APP, KEY, REVIEWER = "GITHUB_TOKEN", "GITHUB_APP_ID", "GITHUB_APP_KEY", "GITHUB_REVIEWER_TOKEN"
APP_ID = re.compile(r"[A-Za-z0-9.]{1,60}", re.ASCII)


def identity(table: GithubTable | None, environ: Mapping[str, str], problems: Problems) -> Identity | None:
    """None: the file has no such table. The secrets are named and not filled in yet."""
    if table is None:
        return None
    _judge_address(table, problems)
    reviewer = Secret(REVIEWER) if is_there(REVIEWER, environ) else None
    app = environ.get(APP)
    if (app or is_there(KEY, environ)) and is_there(TOKEN, environ):
        problems.add("github", f"both {TOKEN} and an App ({APP}, {KEY}) are set; unset one")
    elif not app and not is_there(KEY, environ):
        return Identity(table.api, token=Secret(TOKEN), reviewer=reviewer)
    elif not app or not APP_ID.fullmatch(app):
        problems.add("github", f"{KEY} is set, and {APP} has no value that is an App's id; set both")
    return Identity(table.api, app=app or "", key=Secret(KEY), reviewer=reviewer)


def _judge_address(table: GithubTable, problems: Problems) -> None:
    if table.api == GITHUB_API or is_loopback(table.api):
        return
    if not table.enterprise:
        problems.add(("github", "api"), "is not GitHub's own; your token goes there (or set enterprise = true)")
    elif urlsplit(table.api).scheme != "https":
        problems.add(("github", "api"), "must begin with https:// (plain http only on loopback)")
