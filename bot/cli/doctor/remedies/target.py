"""Any target, whatever its adapter; and the one that only pretends."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

TARGET = {
    "target.timeout": Check("no answer within {seconds} s", "look whether the host is overloaded or half reachable"),
    "target.running": Check(
        "what runs cannot be read: {code}", "correct what failed above; without it no deploy is ever green"
    ),
    "target.runs": Check("", "", "{version} runs (read from the platform: {proof})"),
    "target.nothing": Check(
        "nothing runs there yet", "nothing to do before a first deploy; otherwise start the service"
    ),
    "target.model": Check(
        "{key} cannot be read: the env files do not set it, set it twice, or to something that is no model id",
        "write {key}=<model id> once into the target's env file, or take the model key out of the configuration",
        "{key} names the model {model}",
    ),
    "target.health": Check(
        "the health check does not pass: {answer}, expected HTTP {expect}",
        "open {url} from the {source}'s side, or correct health.url",
        "the health check passes: HTTP {status}, {ms} ms",
    ),
    "target.no_health": Check(
        "no health check is configured", "write a [health] table: without it a running but broken version is green"
    ),
    "target.health_version": Check(
        "the health answer names no version where health.version says",
        "correct health.version, or take it out",
        "the health answer names the version {version}",
    ),
}

DRY_RUN = {
    "dry_run.world": Check("the pretended world {path}", "let the bot write it", "the pretended world is {path}"),
    "dry_run.pretends": Check("nothing real is changed here", 'this is adapter = "dry_run"'),
}
