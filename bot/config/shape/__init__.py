"""The tables of the configuration file, field by field (public names: add, never rename).

Defaults stand here and nowhere else. What refers to something else in the file (a role's alias, an environment of the
chain) is judged afterwards, in ``bot.config.targets``; the adapters' own sections are their own models.
"""

from __future__ import annotations

from bot.config.shape.environment import (
    INHERITED,
    ApproveTable,
    EnvTable,
    GroupTable,
    HealthTable,
    ModelTable,
    PolicyTable,
    WatchTable,
)
from bot.config.shape.head import (
    CalendarTable,
    DiscordTable,
    FreezeTable,
    GithubTable,
    Head,
    OncallTable,
    OverrideTable,
    PersonTable,
    PrometheusTable,
    RotationTable,
    WebTable,
)
from bot.config.shape.service import ImpactTable, ImpactTables, PathsTable, ServiceHead
from bot.config.shape.table import Table

ADAPTERS = ("ssh", "dry_run", "github", "ecs", "mig", "compose", "kubernetes")
"""Every kind that has, or will have, a section of its own."""

__all__ = [
    "ADAPTERS",
    "INHERITED",
    "ApproveTable",
    "CalendarTable",
    "DiscordTable",
    "EnvTable",
    "FreezeTable",
    "GithubTable",
    "GroupTable",
    "Head",
    "HealthTable",
    "ImpactTable",
    "ImpactTables",
    "ModelTable",
    "OncallTable",
    "OverrideTable",
    "PathsTable",
    "PersonTable",
    "PolicyTable",
    "PrometheusTable",
    "RotationTable",
    "ServiceHead",
    "Table",
    "WatchTable",
    "WebTable",
]
