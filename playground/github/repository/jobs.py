"""A job of a run, its steps, and which jobs appear when."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from playground.github.errors import PlaygroundError
from playground.github.repository.checks import Annotation
from playground.github.repository.expressions import filled
from playground.github.repository.workflow import JobPlan, StepPlan

if TYPE_CHECKING:
    from playground.github.repository.run import Run

SET_UP, TEAR_DOWN = "Set up job", "Complete job"


@dataclass
class Step:
    plan: StepPlan
    number: int
    status: str = "queued"
    conclusion: str | None = None
    started_at: float | None = None
    completed_at: float | None = None

    def end(self, conclusion: str, now: float) -> None:
        if self.status != "completed":
            self.started_at = self.started_at or now
            self.completed_at, self.status, self.conclusion = now, "completed", conclusion


@dataclass
class Job:
    """`status`: queued, waiting (its environment wants a decision), in_progress, completed."""

    id: int
    plan: JobPlan
    name: str
    created_at: float
    environment: str = ""
    status: str = "queued"
    conclusion: str | None = None
    started_at: float | None = None
    completed_at: float | None = None
    steps: list[Step] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    """Its log, without times."""
    annotations: list[Annotation] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.status == "completed"

    def log(self) -> bytes:
        """The log file: every line behind its time, what the steps said, and how it ended."""
        ran = [one for one in self.steps if one.conclusion not in (None, "skipped")]
        lines = list(self.lines) or [f"##[group]{one.plan.name}" for one in ran]
        if self.conclusion == "failure":
            lines.append("##[error]Process completed with exit code 1.")
        stamp = datetime.fromtimestamp(self.started_at or self.created_at, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        return "".join(f"{stamp} {line}\n" for line in lines).encode()

    def begin(self, now: float) -> None:
        """Picked up by a runner."""
        if self.status != "queued":
            return
        self.status, self.started_at = "in_progress", now
        plans = (StepPlan(SET_UP), *self.plan.steps, StepPlan(TEAR_DOWN))
        self.steps = [Step(plan, number) for number, plan in enumerate(plans, 1)]
        self.steps[0].end("success", now)

    def reach(self, name: str, conclusion: str | None, now: float) -> None:
        """The named step begins, or ends with that conclusion; a failure ends the job unless it is tolerated."""
        wanted = next((one for one in self.steps if one.plan.name == name), None)
        if wanted is None:
            raise PlaygroundError(f"no step {name} in job {self.name}: {[one.plan.name for one in self.steps]}")
        for one in self.steps[: wanted.number - 1]:
            one.end("success", now)
        if wanted.status == "queued":
            wanted.status, wanted.started_at = "in_progress", now
        if conclusion is None:
            return
        tolerated = wanted.plan.tolerant and conclusion == "failure"
        wanted.end("success" if tolerated else conclusion, now)
        if conclusion in ("failure", "cancelled", "timed_out") and not tolerated:
            self.end(conclusion, now)

    def end(self, conclusion: str, now: float) -> None:
        """The step at work, else the next one, ends with it; the others are skipped; without a runner it has none."""
        open_steps = [one for one in self.steps[:-1] if one.status != "completed"]
        if open_steps and all(one.conclusion != conclusion for one in self.steps):
            open_steps[0].end(conclusion, now)
        for one in open_steps:
            one.end("success" if conclusion == "success" else "skipped", now)
        for one in self.steps[-1:]:
            one.end("success", now)
        self.status, self.conclusion, self.completed_at = "completed", conclusion, now

    def release(self) -> None:
        """Whatever it waited for is decided."""
        if self.status == "waiting":
            self.status = "queued"


def started(run: "Run", now: float) -> list[Job]:
    """Jobs that appear now: nothing they need is left; after a failure they are skipped."""
    if run.status in ("completed", "pending"):
        return []
    known = {one.plan.key: one for one in run.jobs}
    made = []
    for plan in run.recipe.jobs:
        needed = [known[key] for key in plan.needs if key in known]
        if plan.key in known or len(needed) < len(plan.needs) or not all(one.done for one in needed):
            continue
        made.append(_made(run, plan, needed, now))
    return made


def _made(run: "Run", plan: JobPlan, needed: list[Job], now: float) -> Job:
    environment = filled(plan.environment, run.values)
    job = Job(run.repo.state.number(), plan, filled(plan.name, run.values), now, environment)
    failed = any(one.conclusion != "success" and not one.plan.tolerant for one in needed)
    if failed and not plan.always:
        job.end("skipped", now)
    elif run.repo.holds(run, job):
        job.status = "waiting"
    return job
