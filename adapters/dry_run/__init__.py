"""The adapter ``dry_run``: a pretended platform on disk, for drills and tests."""

from adapters.dry_run.adapter import DryRun
from adapters.dry_run.config import Config
from bot.ports import AdapterKind

ADAPTER = AdapterKind(Config, DryRun)
