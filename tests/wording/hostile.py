"""Text as an attacker would write it, and judges of what is left of it: their patterns are their own."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import strategies as st

SPELLS = (
    "@everyone @here <@1> <@!1> <@&2> <#3> <t:1:R> <:a:1> </deploy:1> <id:guide> @ < > [x](https://e.example) ](x) "
    "https://e.example steam://run discord.gg/abc DiscordApp.com/invite/x ``` ` ** * __ _ ~~ ~ || | \\ > # - -# 1. "
    "\x1b[31m \x1b]8;;https://e\x07 \x9b1m \u202e \u2066 \u200b \u200d \ufeff \u00ad \u2028 \u3164 \U000e0041 \n \r \t "
    "\0 é e\u0301\u0301\u0301\u0301\u0301 한글 🚀 \ud800 \u1fef \u2800"
)
FRAGMENTS = SPELLS.split(" ")
HOSTILE = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=40).map("".join),
    st.text(max_size=300),
)
ALIVE = {
    "a mention": r"<@|<#|@everyone|@here|<t:|<a?:\w+:\d|</|<id:",
    "a link": r"(?i)\w://|discord(app)?\.(gg|com)",
    "an escape": "\x1b|\x9b",
}


def alive(shown: str) -> list[str]:
    """What would still do something, outside of code too."""
    return [name for name, pattern in ALIVE.items() if re.search(pattern, shown)]


def markdown(shown: str) -> str | None:
    """Unescaped active characters, after the escapes are taken out."""
    bare = outside_code(shown, code="")
    found = re.search(r"[*`\[\\]|~~|\|\||(?<![^\W_])_|_(?![^\W_])|^(?:#{1,3}|-#|[+-]|>{1,3})\s", bare)
    return found[0] if found else None


def outside_code(shown: str, code: str = r"|```\n.*?\n```|`[^`]*`") -> str:
    """Read from the left as Discord does: escaped signs and code become a sign that means nothing."""
    return re.sub(r"\\[\\*`\[_~|#+-]" + code, "\0", shown, flags=re.DOTALL)


def invisible(shown: str) -> list[str]:
    hidden = [char for char in shown if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]
    return hidden + [char for char in shown if char in "\u3164\u2800\u115f\ufe0f\u034f"]
