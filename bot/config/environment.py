"""The one place that reads the process's environment; everybody else is given it."""

from __future__ import annotations

import os
from collections.abc import Mapping


def environment() -> Mapping[str, str]:
    return dict(os.environ)
