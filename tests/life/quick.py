"""The bot's own process, whole, with deadlines of seconds where production waits minutes.

python -m tests.life.quick run --config FILE
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.__main__ import carry
from bot.engine import Deadlines

DEADLINES = Deadlines(unknown_after=2.0, settle_after=4.0, escalate_after=4.5, slowest_look=300.0)

if __name__ == "__main__":
    sys.exit(carry(Path(sys.argv[-1]), deadlines=DEADLINES))
