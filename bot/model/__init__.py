"""The frozen nouns that everything above speaks in. Nothing here acts, reads or waits."""

from bot.model.deploy import (
    BEFORE_INTENT,
    AttemptRow,
    Deploy,
    DeployState,
    Freeze,
    Health,
    Known,
    Lock,
    Order,
    Outcome,
    Phase,
    Plan,
    Verdict,
)
from bot.model.person import Choice, Person, Vote, VoteSource
from bot.model.secret import Secret
from bot.model.target import Approval, Group, HealthCheck, Language, Policy, Target, TargetSpec, Watch
from bot.model.world import (
    Absent,
    Answer,
    Attempt,
    Change,
    Commit,
    Commits,
    Direction,
    Evidence,
    Failure,
    Finding,
    Kind,
    Nothing,
    Observation,
    Preflight,
    Progress,
    Ref,
    Running,
    Status,
    Step,
    StepState,
    Unclear,
    Unreadable,
    Version,
)

__all__ = [
    "BEFORE_INTENT", "Absent", "Answer", "Approval", "Attempt", "AttemptRow", "Change", "Choice", "Commit", "Commits",
    "Deploy", "DeployState", "Direction", "Evidence", "Failure", "Finding", "Freeze", "Group", "Health", "HealthCheck",
    "Kind", "Known", "Language", "Lock", "Nothing", "Observation", "Order", "Outcome", "Person", "Phase", "Plan",
    "Policy", "Preflight", "Progress", "Ref", "Running", "Secret", "Status", "Step", "StepState", "Target",
    "TargetSpec", "Unclear", "Unreadable", "Verdict", "Version", "Vote", "VoteSource", "Watch",
]  # fmt: skip
