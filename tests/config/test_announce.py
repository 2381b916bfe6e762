"""``announce``: the environment that a service's new versions are offered for."""

from __future__ import annotations

from pathlib import Path

from bot.model import Target
from tests.config.files import changed, load, problems

CHAIN = 'chain = ["staging", "prod"]'


def test_nothing_is_announced_unless_the_file_says_so(tmp_path: Path) -> None:
    assert load(tmp_path).announced == ()


def test_it_names_one_environment_of_the_service(tmp_path: Path) -> None:
    found = load(tmp_path, changed((CHAIN, f'announce = "staging"\n{CHAIN}')))
    assert found.announced == (Target("ai-server", "staging"),)


def test_an_environment_that_is_not_there_is_refused_with_a_suggestion(tmp_path: Path) -> None:
    (line,) = problems(tmp_path, changed((CHAIN, f'announce = "stagin"\n{CHAIN}')))
    assert line == ('services.ai-server.announce: "stagin" is no environment of this service; did you mean "staging"?')
