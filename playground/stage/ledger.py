"""Reading the bot's ledger from outside: SQLite, read-only. The page's ticks and the tour's proofs come from here."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COLUMNS = (
    "number, kind, service, env, requester_name, phase, verdict, outcome, code, evidence, health, created_at,"
    " confirmed_at, started_at, settled_at, plan"
)


@dataclass(frozen=True)
class DeployRow:
    """One deploy. `evidence` and `health` are what the ledger keeps as proof, {} where there is none."""

    number: int
    kind: str
    service: str
    env: str
    requester: str
    phase: str
    verdict: str | None
    outcome: str | None
    code: str | None
    evidence: dict[str, Any]
    health: dict[str, Any]
    created_at: float
    confirmed_at: float | None
    started_at: float | None
    settled_at: float | None
    to: str
    before: str | None


class LedgerView:
    """Looks at the file anew each time; an absent file is an empty ledger."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def deploys(self) -> list[DeployRow]:
        """Confirmed deploys, oldest first."""
        return [row for row in self._deploys() if row.confirmed_at is not None]

    def last(self, env: str = "", service: str = "") -> DeployRow | None:
        """The newest confirmed deploy, of an environment or service where one is named."""
        rows = reversed(self.deploys())
        return next((row for row in rows if env in ("", row.env) and service in ("", row.service)), None)

    def planned(self, requester: str) -> DeployRow | None:
        """The newest plan of somebody that is still to be confirmed."""
        rows = [row for row in self._deploys() if row.requester == requester]
        return rows[-1] if rows and rows[-1].phase == "planned" else None

    def attempts(self, number: int) -> list[dict[str, Any]]:
        """Each attempt of a deploy: id, n, direction, outcome, steps."""
        rows = self._rows("SELECT id, n, direction, outcome, steps FROM attempts WHERE deploy = ? ORDER BY n", number)
        return [{**row, "steps": json.loads(row["steps"])} for row in rows]

    def announcements(self, number: int) -> list[dict[str, Any]]:
        """The messages that belong to a deploy: kind, message (its id, when sent)."""
        return list(self._rows("SELECT kind, message FROM cards WHERE deploy = ? ORDER BY id", number))

    def _deploys(self) -> list[DeployRow]:
        return [_row(row) for row in self._rows(f"SELECT {_COLUMNS} FROM deploys ORDER BY number")]

    def _rows(self, sql: str, *values: object) -> Iterator[dict[str, Any]]:
        if not self.path.exists():
            return
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=2)) as connection:
            connection.row_factory = sqlite3.Row
            try:
                rows = connection.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if "no such table" not in str(error):
                    raise
                return  # the bot is making its tables just now
        yield from (dict(row) for row in rows)


def _row(row: dict[str, Any]) -> DeployRow:
    plan = json.loads(row.pop("plan"))
    for name in ("evidence", "health"):
        row[name] = json.loads(row[name]) if row[name] else {}
    return DeployRow(requester=row.pop("requester_name"), to=plan["to_id"], before=plan.get("from_id"), **row)
