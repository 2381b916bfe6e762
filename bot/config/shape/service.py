"""A service: what it is, and what all its environments share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from bot.config.fields import GitRef, Glob, ImpactText, Name, Repository
from bot.config.shape.table import Table


class ImpactTable(Table):
    down: ImpactText | None = None
    up: ImpactText | None = None


class ImpactTables(Table):
    ko: ImpactTable | None = None
    en: ImpactTable | None = None


class PathsTable(Table):
    """Which files of the repository are the model's or the infrastructure's; all others are code."""

    model: tuple[Glob, ...] = ()
    infrastructure: tuple[Glob, ...] = ()


class ServiceHead(Table):
    """A service without what its environments inherit."""

    title: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    repository: Repository | None = None
    deployments: StrictBool = False
    pull_request_comments: StrictBool = False
    branch: GitRef = "main"
    chain: tuple[Name, ...] = ()
    side: tuple[Name, ...] = ()
    announce: Name | None = None
    impact: ImpactTables = ImpactTables()
    paths: PathsTable = PathsTable()
