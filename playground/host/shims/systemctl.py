"""systemctl for one unit and without systemd: standard library only.

    systemctl.py STATE show|start|restart|stop|reset-failed|is-active|… [-p NAMES] [--value] UNIT

STATE holds unit.json (what to run), status.json (how it is), starts.json (times of the latest starts), orders.jsonl
(what was asked for and when). A supervisor process restarts what ends, until the start limit, as Restart=always does.
It runs alone, by its path and with nothing on Python's own: what it needs lies beside it, in `manager`.
"""

import runpy
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    runpy.run_module("manager", run_name="__main__", alter_sys=True)
