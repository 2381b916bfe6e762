"""Every sentence that Slipway says, in Korean and English, and the guard around text from outside."""

from bot.wording.catalogue import first, has, keys, language, placeholders, show, text
from bot.wording.inert import Trusted, code, cut, fence, inert, is_id, link, mention, mention_role, plain, table
from bot.wording.times import clock, duration, moment, when

__all__ = [
    "Trusted",
    "clock",
    "code",
    "cut",
    "duration",
    "fence",
    "first",
    "has",
    "inert",
    "is_id",
    "keys",
    "language",
    "link",
    "mention",
    "mention_role",
    "moment",
    "placeholders",
    "plain",
    "show",
    "table",
    "text",
    "when",
]  # fmt: skip
