"""What is sent to the host: checked before it leaves."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from adapters.ssh.config import Config
from bot.errors import AdapterError
from bot.model import HealthCheck, Kind, ModelWrite

REF = re.compile(r"(?!-)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}")
SHA = re.compile(r"[0-9a-f]{40}")


def ref(wanted: str) -> None:
    """Raises bad_ref for what cannot be a branch, tag or SHA: options, shell, spaces, control characters."""
    if not REF.fullmatch(wanted):
        raise AdapterError("ssh", "bad_ref", retry=False, wanted=wanted[:100])


def sha(text: str) -> str:
    if not SHA.fullmatch(text):
        raise AdapterError("ssh", "bad_ref", retry=False, wanted=text[:100])
    return text


def asked(health: HealthCheck | None) -> HealthCheck | None:
    """The health check, where the host itself can ask it."""
    if health is None:
        return None
    return health if health.source == "host" or local(health) else None


def local(check: HealthCheck) -> bool:
    """Whether it leads to a port of the host itself."""
    host = urlsplit(check.url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def health(check: HealthCheck) -> dict[str, Any]:
    """As the program on the host reads it."""
    parts = urlsplit(check.url)
    return {
        "tls": parts.scheme == "https",
        "host": parts.hostname or "localhost",
        "port": parts.port or (443 if parts.scheme == "https" else 80),
        "path": (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        "local": local(check),
        "expect": check.expect,
        "timeout": check.timeout,
        "start_within": check.start_within,
        "version": check.version,
    }


def place(config: Config, check: HealthCheck | None, model_key: str | None) -> dict[str, Any]:
    """The target as the program on the host reads it."""
    return {
        **config.model_dump(include={"path", "unit", "layout", "runner", "repository", "shared", "requirements"}),
        **config.model_dump(include={"keep", "logs", "python", "drain"}),
        "health": health(check) if check else None,
        "model_key": model_key,
    }


def effect(config: Config, kind: Kind, model: ModelWrite | None) -> dict[str, Any]:
    """What would be changed, and where."""
    to = config.hosts[0]
    return {
        **({"model": model.plain} if model else {}),
        "host": f"{to.user}@{to.host}:{to.port}",
        "host_key": to.host_key,
        "path": config.path,
        "unit": config.unit,
        "layout": config.layout,
        "steps": ["restart"] if kind is Kind.RESTART else ["fetch", "install", "switch", "restart"],
    }
