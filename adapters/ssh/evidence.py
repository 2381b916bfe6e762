"""From facts of the host to proof: what runs, and whether an attempt's version is what answers.

The order is fixed: the unit is active as a new instance, started after the attempt began, in the right release (or on
the right commit, tree clean); then the listening socket of the health port belongs to it; else the health answer
names the version; else the instance stayed the same over a health answer and the old main process is gone.
No proof is no evidence: never green.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.ssh.answers import ModelSeen, Saved, World
from bot.model import HealthCheck, ModelWrite, Nothing, Observation, Running, Unreadable, Version

GRAIN = 0.1  # seconds: a file's time and a process's start come from clocks of this grain
STEADY = 3.0  # seconds that a service without a health check must stay up


@dataclass(frozen=True)
class Rules:
    """What of the target's configuration proof depends on. ``asked``: the host itself can ask the health check."""

    path: str
    unit: str
    layout: str
    health: HealthCheck | None
    asked: bool

    @property
    def weakest(self) -> str:
        return "release" if self.layout == "releases" else "head"


def proof(world: World, to: Version, saved: Saved, begun: float, now: float, rules: Rules) -> str | None:
    """The code of the proof that ``to`` answers as an instance of its own; times by the host's clock."""
    if not _new_instance(world, saved, begun) or not _in_place(world, to, rules):
        return None
    if not rules.asked:
        return rules.weakest if now - world.unit.started >= STEADY else None
    return answering(world, to, rules)


def model(seen: ModelSeen | None, world: World, wrote: ModelWrite | None) -> bool:
    """The file names what this attempt had to put there, and the process that runs is younger than that."""
    if wrote is None:
        return True
    if seen is None or wrote.id not in (None, seen.wanted):
        return False
    return seen.wanted in (None, seen.found) and world.unit.started >= seen.at - GRAIN


def answering(world: World, to: Version, rules: Rules) -> str | None:
    """Whether it is this unit's process that answers on the health port."""
    if world.socket == "ours":
        return "socket"
    if not _expected(world, rules) or not world.steady:
        return None
    if rules.health is not None and rules.health.version:
        return "answer" if _names(world, to) else None
    blind = world.socket in ("unknown", "no_port")
    return "instance" if blind and world.old_gone else None


def _new_instance(world: World, saved: Saved, begun: float) -> bool:
    unit = world.unit
    return (
        unit.up and bool(unit.invocation) and unit.invocation != saved.unit.invocation and unit.started >= begun - GRAIN
    )


def _in_place(world: World, to: Version, rules: Rules) -> bool:
    """The version on disk is the wanted one, whole, and older than the process that runs."""
    if world.version != to.id or not world.clean or world.unit.started < world.changed - GRAIN:
        return False
    if rules.layout == "in_place":
        return True
    release = f"{rules.path}/releases/{world.release}"
    return world.works_in == release or world.works_in.startswith(release + "/")


def _expected(world: World, rules: Rules) -> bool:
    return world.answer is not None and rules.health is not None and world.answer.status == rules.health.expect


def _names(world: World, to: Version) -> bool:
    """A service may say a short form of its version, or the tag that it was deployed by."""
    said = world.answer.version if world.answer else None
    return bool(said) and (said in (to.label, to.ref) or (len(said or "") >= 7 and to.id.startswith(said or "-")))


def observation(world: World, rules: Rules) -> Observation:
    """What runs now. A version on disk that is younger than the process is not what runs.

    A crash loop is one observation, whether a look falls on the crash or between: the version that it loops with.
    """
    unit = world.unit
    if not unit.up and not unit.restarting:
        return Nothing({"state": unit.active if unit.load == "loaded" else unit.load, "sub": unit.sub})
    pending = unit.started < world.changed - GRAIN and world.version_at_start != world.version
    sha = world.version_at_start if pending else world.version
    if not sha:
        if pending:
            return Unreadable("restart_pending", {"unit": rules.unit, "version": world.version[:7]})
        return Unreadable("version_unreadable", {"path": rules.path})
    version = Version(sha, sha[:7])
    return Running(
        version,
        proof=(None if pending else answering(world, version, rules)) or rules.weakest,
        instance=unit.invocation,
        since=unit.started or None,
        parts={"release": world.release} if world.release and not pending else {},
    )
