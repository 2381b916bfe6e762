"""What is remembered: one SQLite file, one connection, one thread, one transaction per verb.

Verbs are plain functions that get the Database, in modules named by noun: ``await ledger.do(deploys.confirm, 128)``.
"""

from bot.ledger.connection import reading
from bot.ledger.ledger import Ledger

__all__ = ["Ledger", "reading"]
