"""The configuration file: TOML and the environment in, frozen values or every problem at once out."""

from bot.config.config import Config, Discord, Effective, Service, Web
from bot.config.environment import environment
from bot.config.explain import explain
from bot.config.loader import ledger_of, load, pins_a_board, reads_audit_log
from bot.config.schema import schema
from bot.config.secrets import secret

__all__ = [
    "Config",
    "Discord",
    "Effective",
    "Service",
    "Web",
    "environment",
    "explain",
    "ledger_of",
    "load",
    "pins_a_board",
    "reads_audit_log",
    "schema",
    "secret",
]
