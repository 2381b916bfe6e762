"""``[web] webhooks``: a listener of its own, and the secrets that sign."""

from __future__ import annotations

from pathlib import Path

from tests.config.files import ENVIRON, GOOD, load, problems

WEBHOOKS = GOOD + '\n[web]\nwebhooks = "127.0.0.1:8081"\n'
NEW = {**ENVIRON, "GITHUB_WEBHOOK_SECRET": "the newer one"}


def test_without_the_key_nobody_listens_and_no_secret_is_asked_for(tmp_path: Path) -> None:
    web = load(tmp_path).web
    assert (web.webhooks, web.github) == (None, ())


def test_webhooks_without_a_secret_are_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, WEBHOOKS)
    assert line.startswith("web.webhooks: secret GITHUB_WEBHOOK_SECRET has no value")


def test_the_old_secret_counts_only_while_it_is_there(tmp_path: Path) -> None:
    assert [one.reveal() for one in load(tmp_path, WEBHOOKS, NEW).web.github] == ["the newer one"]
    both = load(tmp_path, WEBHOOKS, {**NEW, "GITHUB_WEBHOOK_SECRET_OLD": "the older one"}).web
    assert both.webhooks == ("127.0.0.1", 8081)
    assert [one.reveal() for one in both.github] == ["the newer one", "the older one"]


def test_webhooks_on_the_address_of_the_figures_are_refused(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, WEBHOOKS.replace("8081", "8080"), NEW)
    assert line == "web.webhooks: must be another address than web.listen, which shows figures to everybody"
