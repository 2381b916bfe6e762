"""What happened, for ever: append-only rows, each chained to the one before by SHA-256 (INV12)."""

from bot.ledger.audit.chain import append, head, refused
from bot.ledger.audit.reading import events, of, refusal
from bot.ledger.audit.verify import verify

__all__ = ["append", "events", "head", "of", "refusal", "refused", "verify"]
