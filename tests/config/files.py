"""A small good file, and what is said of it when lines are changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from adapters import load as kinds
from bot import config
from bot.errors import ConfigErrors

ENVIRON = {
    "DISCORD_TOKEN": "token-of-the-tests",
    "SSH_PRIVATE_KEY": "key-of-the-tests",
    "GITHUB_TOKEN": "github-of-the-tests",
}

HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMqXgRLKG73K+sIxs5oj3E2nhu/4FHxOcrmAd4Wv7ki7"
GOOD = f"""\
[discord]
guild = "1"
deploys = "2"

[roles]
deployer = "3"
approver = "4"

[services.ai-server]
chain = ["staging", "prod"]
[services.ai-server.policy]
deploy = ["deployer"]
[services.ai-server.health]
url = "http://localhost:8000/health"
[services.ai-server.ssh]
hosts = [{{ host = "127.0.0.1", user = "ubuntu", host_key = "{HOST_KEY}" }}]
key = "SSH_PRIVATE_KEY"
repository = "https://example.org/ai-server.git"
path = "/app/ai-server"
unit = "ai-server"

[services.ai-server.env.staging]
adapter = "ssh"

[services.ai-server.env.prod]
adapter = "ssh"
[services.ai-server.env.prod.policy.approve]
expires = "30m"
groups = [{{ roles = ["approver"] }}]
"""

PROD = "services.ai-server.env.prod"


def changed(*swaps: tuple[str, str]) -> str:
    """The good file with pieces replaced; a piece that is not there is a mistake in the test."""
    text = GOOD
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


def load(folder: Path, text: str = GOOD, environ: Mapping[str, str] = ENVIRON) -> config.Config:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    return config.load(file, kinds, environ)


def problems(folder: Path, text: str = GOOD, environ: Mapping[str, str] = ENVIRON) -> tuple[str, ...]:
    try:
        load(folder, text, environ)
    except ConfigErrors as errors:
        return errors.problems
    return ()
