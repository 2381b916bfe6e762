"""The bot's own process, whole, with deadlines of seconds where production waits minutes.

    python -m tests.life.quick run --config FILE

``QUICK_PLAN``: seconds until a plan's Confirm no longer works.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bot.__main__ import carry
from bot.engine import Deadlines

DEADLINES = Deadlines(
    unknown_after=2.0,
    look_again=1.5,
    settle_after=3.0,
    escalate_after=3.1,
    plan=float(os.environ.get("QUICK_PLAN", "600")),
)

if __name__ == "__main__":
    sys.exit(carry(Path(sys.argv[-1]), deadlines=DEADLINES))
