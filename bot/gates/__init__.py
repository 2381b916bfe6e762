"""May it start? What people put in the way (locks, freezes), and what the configuration asks for (gates)."""

from bot.gates.holds import Holds, judge, to_unlock
from bot.gates.verified import Verified, verified, verified_on

__all__ = ["Holds", "Verified", "judge", "to_unlock", "verified", "verified_on"]
