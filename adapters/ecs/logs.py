"""The last lines of a task, where its container writes to CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ecs.account import error
from adapters.ecs.answers import Task
from adapters.ecs.asking import Asking
from bot.errors import AdapterError

TOLD = 15  # lines of a task that failed
MOST = 1000


class Logs:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def of(self, task: Task, count: int = TOLD) -> list[str]:
        """Oldest first. Raises AdapterError: no_log_group where the container writes elsewhere."""
        config = self._asking.config
        definition = (await self._asking.revision(task.revision)).definition
        container = next(one for one in definition["containerDefinitions"] if one.get("name") == config.container)
        written = container.get("logConfiguration") or {}
        options = written.get("options") or {}
        group, prefix = options.get("awslogs-group"), options.get("awslogs-stream-prefix")
        elsewhere = options.get("awslogs-region", config.region) != config.region
        if written.get("logDriver") != "awslogs" or not group or not prefix or elsewhere:
            raise error("no_log_group", container=config.container, driver=str(written.get("logDriver", "?")))
        asked = {"logGroupName": group, "logStreamName": f"{prefix}/{config.container}/{task.id}"}
        raw = await self._asking.region.read("logs", "get_log_events", wants="events", limit=count, **asked)
        return [str(one.get("message", ""))[:2000].rstrip() for one in raw["events"]]

    async def tail(self, count: int) -> str:
        """Of the newest task that says something: of those that run, else of those that stopped."""
        for status in ("RUNNING", "STOPPED"):
            tasks = await self._asking.tasks(status)
            for task in sorted(tasks, key=_began, reverse=True)[:3]:
                lines = await self._said(task, max(1, min(count, MOST)))
                if lines:
                    return "\n".join(lines)
        return ""

    async def _said(self, task: Task, count: int) -> Sequence[str]:
        try:
            return await self.of(task, count)
        except AdapterError as found:
            if found.code == "not_found":  # it has not written anything yet
                return ()
            raise


def _began(task: Task) -> float:
    return task.started.timestamp() if task.started else 0.0
