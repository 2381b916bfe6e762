"""May it start? What people put in the way (locks, freezes), and what the configuration asks for (gates)."""

from bot.gates.asking import ask, closed, signature
from bot.gates.before import stands
from bot.gates.holds import Holds, judge, to_unlock
from bot.gates.question import Question, configured
from bot.gates.verified import Verified, verified, verified_on

__all__ = [
    "Holds",
    "Question",
    "Verified",
    "ask",
    "closed",
    "configured",
    "judge",
    "signature",
    "stands",
    "to_unlock",
    "verified",
    "verified_on",
]
