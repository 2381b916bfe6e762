"""Who this program runs as."""

from __future__ import annotations

import os


def am_i() -> str:
    import pwd

    return pwd.getpwuid(os.geteuid()).pw_name
