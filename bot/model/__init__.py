"""The frozen nouns that everything above speaks in. Nothing here acts, reads or waits."""

from bot.model.card import Button, Card, Colour, File, Mentions, Option, Select, Style
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
from bot.model.views import Choices, HistoryRow, StatusRow, WhyLine, WhyView
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
    "Absent", "Answer", "Approval", "Attempt", "AttemptRow", "BEFORE_INTENT", "Button", "Card", "Change", "Choice",
    "Choices", "Colour", "Commit", "Commits", "Deploy", "DeployState", "Direction", "Evidence", "Failure", "File",
    "Finding", "Freeze", "Group", "Health", "HealthCheck", "HistoryRow", "Kind", "Known", "Language", "Lock",
    "Mentions", "Nothing", "Observation", "Option", "Order", "Outcome", "Person", "Phase", "Plan", "Policy",
    "Preflight", "Progress", "Ref", "Running", "Secret", "Select", "Status", "StatusRow", "Step", "StepState",
    "Style", "Target", "TargetSpec", "Unclear", "Unreadable", "Verdict", "Version", "Vote", "VoteSource", "Watch",
    "WhyLine", "WhyView",
]  # fmt: skip
