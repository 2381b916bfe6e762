"""What the gates ask of others."""

from __future__ import annotations

from bot.cli.doctor.remedies.check import Check

METRIC = {
    "metric.read": Check("", "", "{gate} reads {value} over {samples} samples (bound {bound})"),
    "metric.broken": Check(
        "{gate} reads {value}, outside its bound {bound}, over {samples} samples",
        "look whether the service is well, and whether the bound is meant for this query",
    ),
    "metric.too_few": Check(
        "{gate} has only {samples} of {need} samples now",
        "nothing to do where traffic comes later; otherwise ask for fewer samples or take a longer time",
    ),
    "metric.absent": Check(
        "{gate} finds no data now", "try the query in {url}: a metric or label that is misspelt never has any"
    ),
    "metric.nan": Check(
        "{gate} is no finite number now ({why})", "nothing to do where traffic comes later; 0/0 and 1/0 never pass"
    ),
    "metric.several": Check(
        "{gate} does not give one number ({why})",
        "wrap it in sum(…) or max(…), so that one series without range is left",
    ),
    "metric.rejected": Check("{gate} is refused by Prometheus: {why}", "try the query in {url} and correct it"),
    "metric.garbled": Check(
        "{url} does not answer like Prometheus ({why})",
        "name its base address, without /api/v1, and no login page or proxy before it",
    ),
    "metric.unreachable": Check(
        "{url} gives no answer for {gate}: {why}", "check the address, the network from here, and that Prometheus runs"
    ),
}

GATE = {
    "gate.folder": Check(
        "gates.evaluation looks for results in {path}, which cannot be read",
        "create it and let the bot's user read it, or correct the path: until then nothing starts there",
        "gates.evaluation looks for results in {path}",
    ),
    "gate.reached": Check(
        "{gate} gets no answer from {host} ({why})",
        "check the address and the network from here: until it answers nothing starts there",
        "{gate} reaches {host}",
    ),
    "gate.redirect": Check(
        "{gate} is sent elsewhere by {host}", "write the address that it leads to: redirects are not followed"
    ),
}
