"""Versions that can be put back without building, newest first."""

from __future__ import annotations

from typing import Any

from . import known, releases
from .place import Place


def versions(place: Place) -> list[dict[str, Any]]:
    if place.layout == "in_place":
        return known.restorable(place)
    shas = [str(releases.note(release)["sha"]) for release in releases.kept(place)]
    return [{"sha": sha} for sha in dict.fromkeys(shas) if releases.of(place, sha)]
