"""What the section of a target may say, and what is refused with its key."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from adapters.ssh.config import Config

HOST = {"host": "3.36.0.10", "user": "ubuntu", "host_key": "ssh-ed25519 " + "A" * 68}
PLAIN: dict[str, Any] = {
    "hosts": [HOST],
    "key": "SSH_PRIVATE_KEY",
    "repository": "https://github.com/org/ai-server.git",
    "path": "/app/ai-server",
    "unit": "dojangkok-ai",
}


def test_the_least_that_must_be_said_is_enough() -> None:
    config = Config.model_validate(PLAIN)
    assert (config.layout, config.runner, config.keep, config.shared) == ("releases", "detached", 5, [".env"])
    assert config.unit == "dojangkok-ai.service"
    assert config.hosts[0].port == 22


BAD = {
    "a second host": {"hosts": [HOST, HOST]},
    "no host": {"hosts": []},
    "a host that is an option": {"hosts": [{**HOST, "host": "-oProxyCommand=x"}]},
    "no host key": {"hosts": [{**HOST, "host_key": "accept-new"}]},
    "a key in the file": {"key": "-----BEGIN OPENSSH PRIVATE KEY-----"},
    "a relative path": {"path": "app/ai-server"},
    "a path upwards": {"path": "/app/../etc"},
    "a path with a space": {"path": "/app/ai server"},
    "a shared path outside": {"shared": ["../secrets"]},
    "a requirements file elsewhere": {"requirements": "/etc/passwd"},
    "a unit that is an option": {"unit": "--version"},
    "a repository that runs a program": {"repository": "ext::sh -c id"},
    "a repository that is an option": {"repository": "--upload-pack=id"},
    "a layout for later": {"layout": "overlap"},
    "nothing kept": {"keep": 0},
    "a key that nobody knows": {"known_hosts": None},
    "a drain without a unit": {"drain": 5},
    "a python with arguments": {"python": "python3 -c"},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate({**PLAIN, **changes})
