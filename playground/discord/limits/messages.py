"""What a message may be (Discord's "Create Message", "Embed Limits", "Allowed Mentions Object")."""

from playground.discord.errors import ApiError, Json
from playground.discord.limits.components import check_rows
from playground.discord.limits.embeds import check_embeds
from playground.discord.limits.problems import Problems, words
from playground.discord.state.messages import Attachment
from playground.discord.world import Rules

KNOWN = words(
    "content embeds allowed_mentions components flags attachments nonce enforce_nonce tts message_reference "
    "sticker_ids poll username avatar_url thread_name applied_tags kept"
)
CONTENT, ATTACHMENTS, NONCE, MENTIONED = 2000, 10, 25, 100
COMPONENTS_V2 = 1 << 15


def check_message(body: Json, files: list[Attachment], rules: Rules) -> None:
    """Raises 50035 with a tree of problems, 50006 for an empty message, 40005 for a file that is too large."""
    problems = Problems()
    problems.unknown((), body, KNOWN)
    _check_text(problems, body)
    check_embeds(problems, body.get("embeds") or [])
    check_rows(problems, body.get("components") or [])
    _check_mentions(problems, body.get("allowed_mentions") or {})
    if len(files) + body.get("kept", 0) > ATTACHMENTS:
        problems.add(("attachments",), "BASE_TYPE_MAX_LENGTH", f"Must be {ATTACHMENTS} or fewer in length.")
    problems.check()
    if any(len(file.data) > rules.attachment_bytes for file in files):
        raise ApiError(40005)
    if not (body.get("content") or "").strip() and not body.get("embeds") and not files and not body.get("kept"):
        raise ApiError(50006)


def _check_text(problems: Problems, body: Json) -> None:
    content = body.get("content")
    if content is not None and not isinstance(content, str):
        problems.add(("content",), "BASE_TYPE_STRING", "Could not interpret as text.")
    elif content is not None and len(content) > CONTENT:
        problems.add(("content",), "BASE_TYPE_MAX_LENGTH", f"Must be {CONTENT} or fewer in length.")
    if len(str(body.get("nonce") or "")) > NONCE:
        problems.add(("nonce",), "NONCE_TYPE_INVALID", f"Must be {NONCE} or fewer in length.")
    if (body.get("flags") or 0) & COMPONENTS_V2:
        problems.add(("flags",), "IMITATION", "The imitation knows no components V2.")
    for key in ("poll", "sticker_ids"):
        if body.get(key):
            problems.add((key,), "IMITATION", "The imitation knows no such content.")


def _check_mentions(problems: Problems, allowed: Json) -> None:
    problems.unknown(("allowed_mentions",), allowed, frozenset({"parse", "users", "roles", "replied_user"}))
    parse = allowed.get("parse") or []
    for place, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            problems.choice(("allowed_mentions", "parse", place), "('users', 'roles', 'everyone')")
    for kind in ("users", "roles"):
        named = allowed.get(kind) or []
        if named and kind in parse:
            why = f"parse:[{kind!r}] and {kind}:[ids] are mutually exclusive."
            problems.add(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", why)
        problems.length(("allowed_mentions", kind), named, 0, MENTIONED)
