"""This machine, and who is on call."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

HERE = {
    "here.ledger": Check(
        "the ledger's folder {path} cannot be written: {reason}",
        "create it, and give it to the user that runs the bot",
        "the ledger's folder {path} can be written",
    ),
    "here.disk": Check(
        "only {free_mb} MB are free where the ledger is",
        "free at least {need_mb} MB: without room nothing is recorded, and nothing is deployed",
        "{free_mb} MB are free where the ledger is",
    ),
    "here.file": Check(
        "other users of this machine can read {path}",
        "chmod 600 it",
        "{path} is readable by its owner only",
    ),
    "here.listen": Check(
        "{host}:{port} is taken",
        "stop what listens there (a running bot does), or change web.listen",
        "{host}:{port} is free for /healthz",
    ),
}

ONCALL = {
    "oncall.calendar": Check(
        "the on-call calendar cannot be read: {code} {status}",
        "open its address in a browser: it must show a file that begins with BEGIN:VCALENDAR",
        "the on-call calendar was read: shifts {n}",
    ),
    "oncall.calendar_names": Check(
        "events of the on-call calendar that name nobody known: {unknown}; that cannot be used: {broken}",
        'write the names into [people."ID"] calendar, or the Discord id into the event',
    ),
    "oncall.now": Check(
        "nobody in particular is on call now, so the role counts",
        "plan somebody, where that is not meant",
        "on call now: {user} by the {by}, until {until}",
    ),
}
