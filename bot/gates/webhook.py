"""The gate ``webhook``: a URL is asked with the deploy's facts; only a plain ``{"allow": true}`` is a yes."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from bot.gates.outside import Reply, host, request
from bot.gates.question import Question, no, not_yet, yes
from bot.gates.strict import parsed
from bot.model import Ask, GateAnswer

LIMIT = 64 * 1024
REASON = 300
SIGNATURE = "X-Slipway-Signature"
"""``sha256=`` and the hex HMAC-SHA256 of the raw body, where a secret is configured."""


async def webhook(question: Question) -> GateAnswer:
    ask = question.gates.webhook
    assert ask is not None
    body = json.dumps(facts(question), ensure_ascii=False).encode()
    question.site.at("gates.webhook.before")
    reply = await request("POST", ask.url, seconds=ask.timeout, limit=LIMIT, body=body, headers=_headers(ask, body))
    question.site.at("gates.webhook.answered")
    return judge(reply, host(ask.url))


def facts(question: Question) -> dict[str, Any]:
    """What is sent (docs/gates.md): ids and names of the configuration, no texts of people."""
    target = question.site.spec.target
    return {
        "service": target.service,
        "env": target.env,
        "kind": question.kind.value,
        "version": question.to.id,
        "from": question.before.id if question.before else None,
        "deploy": question.number,
        "requester": question.requester,
        "at": round(question.now, 3),
    }


def _headers(ask: Ask, body: bytes) -> dict[str, str]:
    plain = {"Content-Type": "application/json"}
    if ask.secret is None:
        return plain
    signed = hmac.new(ask.secret.reveal().encode(), body, hashlib.sha256).hexdigest()
    return {**plain, SIGNATURE: f"sha256={signed}"}


def judge(reply: Reply, where: str) -> GateAnswer:
    if reply.code is not None:
        return not_yet("webhook", reply.code, where=where)
    if reply.status != 200:
        return not_yet("webhook", "status", where=where, status=reply.status)
    try:
        said = parsed(reply.body)
    except ValueError:
        said = None
    allow = said.get("allow") if isinstance(said, dict) else None
    if allow is True and set(said) == {"allow"}:
        return yes("webhook", "allowed", where=where)
    if allow is False and set(said) <= {"allow", "reason"}:
        reason = said.get("reason")
        return no("webhook", "denied", where=where, reason=reason[:REASON] if isinstance(reason, str) else None)
    return not_yet("webhook", "unclear", where=where)
