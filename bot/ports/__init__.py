"""The doors of the inside: what an adapter must and may do, what Discord shows, who somebody is."""

from __future__ import annotations

from bot.ports.adapter import Account, Adapter, AdapterKind, At, Cloud, Hide, Kinds, Place, Platform, Site, nowhere
from bot.ports.discord import Authority, Screen
from bot.ports.extras import (
    Abandons,
    Built,
    Diagnoses,
    Hears,
    Infrastructure,
    Links,
    Logs,
    Models,
    Preflights,
    Probes,
    Stops,
    Versions,
)
from bot.ports.history import Artifacts, Authors, Checks, Provenance, Source
from bot.ports.mailbox import Letter, Mailbox
from bot.ports.recorder import Recorder, RecordsItself

__all__ = [
    "Abandons",
    "Account",
    "Adapter",
    "AdapterKind",
    "Artifacts",
    "At",
    "Authority",
    "Authors",
    "Built",
    "Checks",
    "Cloud",
    "Diagnoses",
    "Hears",
    "Hide",
    "Infrastructure",
    "Kinds",
    "Letter",
    "Links",
    "Logs",
    "Mailbox",
    "Models",
    "Place",
    "Platform",
    "Preflights",
    "Probes",
    "Provenance",
    "Recorder",
    "RecordsItself",
    "Screen",
    "Site",
    "Source",
    "Stops",
    "Versions",
    "nowhere",
]
