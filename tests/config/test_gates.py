"""Gates that nobody could ever meet are named by their keys; sound ones arrive in the target whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Ask, Evaluation, Gates, Metric, Target, WatchAfter
from tests.config.files import ENVIRON, GOOD, PROD, load, problems

GATES = f"{PROD}.gates"
HEAD = f"[{GATES}]\n"
METRIC = f'[{GATES}.metric]\nquery = "up"\nbound = "< 1"\nsamples = 3\n'
ADDRESS = 'prometheus = "http://127.0.0.1:9"\n'
WATCH = f'[{GATES}.watch_after]\nfor = "10m"\nquery = "up"\nbound = "< 1"\nsamples = 3\n{ADDRESS}'


@pytest.mark.parametrize(
    ("piece", "line"),
    [
        (
            HEAD + 'verified_in = "stagin"\n',
            f'{GATES}.verified_in: "stagin" does not come before "prod" in the chain; did you mean "staging"?',
        ),
        (
            HEAD + 'verified_in = "prod"\n',
            f'{GATES}.verified_in: "prod" does not come before "prod" in the chain; earlier are: staging',
        ),
        (
            '[services.ai-server.env.staging.gates]\nverified_in = "prod"\n',
            'services.ai-server.env.staging.gates.verified_in: "prod" does not come before "staging" in the chain; '
            "it is the first",
        ),
        (HEAD + 'soak = "1h"\n', f"{GATES}.soak: needs verified_in: the environment in which to be healthy"),
        (
            HEAD + 'verified_in = "staging"\nsoak = "soon"\n',
            f'{GATES}.soak: "soon" is not a duration; write 30s, 5m or 2h',
        ),
        (
            HEAD + 'checks = ["test"]\n',
            f'{GATES}.checks: the adapter "ssh" offers no checks, so it could never start; '
            "set [github] and the service's repository, or take it out",
        ),
        (
            f'[{GATES}.evaluation]\nartifact = "eval-results"\n',
            f"{GATES}.evaluation.artifact: nobody can be asked for it; set [github] and the service's repository, "
            "or write file",
        ),
        (
            f'[{GATES}.evaluation]\nartifact = "eval-results"\nfile = "results.json"\n',
            f"{GATES}.evaluation: has file and artifact; say one of the two",
        ),
        (
            f'[{GATES}.evaluation]\nmax_age = "7d"\n',
            f"{GATES}.evaluation: needs file: the path or address of its results.json; or artifact: of a CI run",
        ),
        (
            f'[{GATES}.evaluation]\nfile = "results/{{sha}}.json"\n',
            f"{GATES}.evaluation.file: {{sha}} is not known here; only {{version}} is",
        ),
        (
            f'[{GATES}.evaluation]\nfile = "ftp://example.org/r.json"\n',
            f"{GATES}.evaluation.file: must be an address that begins with http:// or https://",
        ),
        (
            f'[{GATES}.webhook]\nurl = "https://me@example.org/gate"\n',
            f"{GATES}.webhook.url: must hold no user name or password",
        ),
        (
            f'[{GATES}.webhook]\nurl = "https://example.org/gate"\ntimeout = "1m"\n',
            f"{GATES}.webhook.timeout: must be at most 15",
        ),
        (
            f'[{GATES}.webhook]\nurl = "https://example.org/gate"\nsecret = "GATE_SECRET"\n',
            f"{GATES}.webhook.secret: secret GATE_SECRET has no value; set GATE_SECRET, or GATE_SECRET_FILE to the "
            "path of a file with it",
        ),
        (
            METRIC.replace("< 1", "about 1") + 'prometheus = "http://127.0.0.1:9"\n',
            f'{GATES}.metric.bound: "about 1" is no bound; write < 0.01, <= 300, > 0 or >= 0.95',
        ),
        (
            METRIC,
            f"{GATES}.metric: needs the address of a Prometheus: [prometheus] url at the top of the file, "
            "or prometheus here",
        ),
        (
            WATCH.replace('"10m"', '"2d"'),
            f"{GATES}.watch_after.for: must be at most 1d: the target is held all the while",
        ),
        (
            WATCH.replace("samples = 3", "samples = 42"),
            f"{GATES}.watch_after.samples: 10m has at most 41 points; ask for fewer, take longer, "
            "or write a `count` query",
        ),
        (
            WATCH + 'over = "15s"\n',
            f"{GATES}.watch_after.samples: 15s has at most 2 points; ask for fewer, take longer, "
            "or write a `count` query",
        ),
        (WATCH.replace('for = "10m"\n', ""), f"{GATES}.watch_after.for: is missing"),
        (
            WATCH.replace(ADDRESS, ""),
            f"{GATES}.watch_after: needs the address of a Prometheus: [prometheus] url at the top of the file, "
            "or prometheus here",
        ),
        (HEAD + "verifed_in = 3\n", f'{GATES}.verifed_in: unknown key; did you mean "verified_in"?'),
    ],
)
def test_a_gate_that_could_never_be_met_is_named(tmp_path: Path, piece: str, line: str) -> None:
    assert problems(tmp_path, GOOD + piece) == (line,)


def test_what_is_watched_arrives_whole_with_all_of_its_time_to_count_in(tmp_path: Path) -> None:
    found = load(tmp_path, '[prometheus]\nurl = "http://127.0.0.1:8"\n' + GOOD + WATCH.replace(ADDRESS, ""))
    metric = Metric("up", "< 1", 3, "http://127.0.0.1:8", None, 600.0)
    assert found.targets[Target("ai-server", "prod")].gates == Gates(watch_after=WatchAfter(600.0, metric))
    longer = load(tmp_path, GOOD + WATCH + 'over = "1h"\ncount = "sum(up)"\n')
    after = longer.targets[Target("ai-server", "prod")].gates.watch_after
    assert after == WatchAfter(600.0, Metric("up", "< 1", 3, "http://127.0.0.1:9", "sum(up)", 600.0))


def test_an_environment_beside_the_chain_has_nothing_before_it(tmp_path: Path) -> None:
    text = GOOD.replace('chain = ["staging", "prod"]', 'chain = ["staging"]\nside = ["prod"]')
    (line,) = problems(tmp_path, text + HEAD + 'verified_in = "staging"\n')
    assert line == f'{GATES}.verified_in: "prod" stands in no chain, so nothing comes before it; take it out'


def test_gates_arrive_whole_with_the_file_meant_from_the_configurations_folder(tmp_path: Path) -> None:
    text = GOOD + HEAD + 'verified_in = "staging"\nsoak = "1h"\n'
    text += f'[{GATES}.evaluation]\nfile = "results/{{version}}.json"\nmax_age = "7d"\n'
    text += f'[{GATES}.webhook]\nurl = "https://example.org/gate?a=b"\ntimeout = "3s"\nsecret = "GATE_SECRET"\n'
    text += METRIC + '[prometheus]\nurl = "http://127.0.0.1:9"\n'
    found = load(tmp_path, text, {**ENVIRON, "GATE_SECRET": "long-enough-secret"}).targets
    gates = found[Target("ai-server", "prod")].gates
    assert gates.webhook is not None
    assert gates.webhook.secret is not None
    assert gates.webhook.secret.reveal() == "long-enough-secret"
    assert gates == Gates(
        verified_in="staging",
        soak=3600.0,
        evaluation=Evaluation(None, str(tmp_path / "results/{version}.json"), 604800.0),
        metric=Metric("up", "< 1", 3, "http://127.0.0.1:9"),
        webhook=Ask("https://example.org/gate?a=b", 3.0, gates.webhook.secret),
    )
    assert found[Target("ai-server", "staging")].gates == Gates()


def test_a_service_says_a_gate_once_for_all_its_environments(tmp_path: Path) -> None:
    text = GOOD + '[services.ai-server.gates.webhook]\nurl = "https://example.org/gate"\n'
    assert {one.gates.webhook for one in load(tmp_path, text).targets.values()} == {Ask("https://example.org/gate")}


def test_an_adapter_that_offers_checks_may_be_asked_for_them(tmp_path: Path) -> None:
    staging = "[services.ai-server.env.staging"
    text = GOOD.replace(f'{staging}]\nadapter = "ssh"', f'{staging}]\nadapter = "dry_run"')
    text += f'{staging}.dry_run]\nworld = "w"\n{staging}.gates]\nchecks = ["test", "test"]\n'
    assert load(tmp_path, text).targets[Target("ai-server", "staging")].gates.checks == ("test",)
