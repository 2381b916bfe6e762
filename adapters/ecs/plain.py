"""Credentials that stand in a task definition in plain text, where everybody who may describe it reads them.

Only names leave this module, never values.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from adapters.ecs.revision import Definition

NAMED = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PWD|PASS|SECRET|SECRETS|TOKEN|CREDENTIALS?|APIKEY|API_KEY|ACCESS_KEY"
    r"|PRIVATE_KEY|SECRET_KEY|SIGNING_KEY|ENCRYPTION_KEY|AUTH_KEY|SALT|DSN|CONNECTION_STRING|WEBHOOK_URL)"
    r"(?:_(?:VALUE|PLAIN|RAW|KEY|BASE64|B64|[0-9]+))*$"
)
"""How a variable that holds a credential is called: its last words, in capitals with underscores between."""

SHAPED = tuple(
    re.compile(shape)
    for shape in (
        r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s:@]*:[^/\s@]+@",  # user:password@ in an address
        r"-----BEGIN [A-Z ]*PRIVATE KEY",
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_[A-Za-z0-9_]{30,}",
        r"\bglpat-[A-Za-z0-9_-]{20,}",
        r"\bxox[abeprs]-[A-Za-z0-9-]{10,}",
        r"\bsk-[A-Za-z0-9_-]{20,}|\bsk_live_[A-Za-z0-9]{16,}",
        r"\bhf_[A-Za-z0-9]{30,}|\bAIza[A-Za-z0-9_-]{35}",
        r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.",  # a JSON Web Token
        r"(?i)(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*[^;]+",  # a connection string
        r"https://(?:discord(?:app)?\.com/api/webhooks|hooks\.slack\.com/services)/\S+",
    )
)
REFERENCE = re.compile(r"arn:|/[^\s]*$|\$\{.*\}$|https?://[^\s@]*$")
"""Names a secret, or a place, and is none: an ARN, a path, an address without a password."""

FLAG = re.compile(r"(?i)true|false|yes|no|on|off|none|null|disabled|enabled|required|[0-9]{1,7}(?:\.[0-9]+)?[smhd]?")


def secrets_in_plain(definition: Definition, allowed: Collection[str] = ()) -> tuple[str, ...]:
    """``container.NAME`` of each credential-shaped value. ``allowed``: variables that were waived by name."""
    found = [f"{place}.{name}" for place, name, value in _variables(definition) if _is_secret(name, value, allowed)]
    return tuple(dict.fromkeys(found))


def _variables(definition: Definition) -> Iterator[tuple[str, str, str]]:
    """Environments, and what log drivers are told (``splunk-token``), of every container."""
    for container in definition.get("containerDefinitions") or []:
        place = str(container.get("name", "?"))
        for one in container.get("environment") or []:
            yield place, str(one.get("name", "")), str(one.get("value", ""))
        options = (container.get("logConfiguration") or {}).get("options") or {}
        yield from ((place, str(name), str(value)) for name, value in options.items())


def _is_secret(name: str, value: str, allowed: Collection[str]) -> bool:
    if name in allowed or not value.strip():
        return False
    if any(shape.search(value) for shape in SHAPED):
        return True
    named = NAMED.search(re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).upper())
    return named is not None and not FLAG.fullmatch(value.strip()) and not REFERENCE.match(value.strip())
