"""What ``init`` reads from a workflow; what it cannot know stays open."""

from __future__ import annotations

import pytest

from bot.cli.init.facts import Facts, together
from bot.cli.init.workflow import NotReadable, read
from tests.cli.workflows import BY_ACTION, BY_SHELL, NO_DEPLOY


def test_an_action_tells_path_unit_health_and_tries() -> None:
    found = read(BY_ACTION)
    assert (found.path, found.unit, found.branch) == ("/app/ai-server", "dojangkok-ai", "main")
    assert (found.url, found.tries, found.interval, found.timeout) == ("http://localhost:8000/health", 7, 6, 4)
    assert (found.user, found.port, found.secret) == ("ubuntu", 2222, "AI_SSH_KEY")
    assert found.requirements == "requirements.txt"
    assert found.name == "dojangkok-ai"


def test_what_only_github_knows_stays_open() -> None:
    assert read(BY_ACTION).host is None


def test_a_shell_that_calls_ssh_is_read_through_its_variables() -> None:
    found = read(BY_SHELL)
    assert (found.user, found.host) == ("deploy", "203.0.113.7")
    assert (found.path, found.unit) == ("/srv/web-api", "web-api.service")
    assert (found.branch, found.url, found.tries, found.interval) == ("release", "http://localhost:9000/healthz", 3, 2)


def test_habits_that_slipway_replaces_are_noted() -> None:
    notes = " ".join(read(BY_ACTION).notes)
    assert [word for word in ("sleep 15", "reset --hard", "/tmp") if word not in notes] == []


def test_the_wait_inside_the_loop_is_not_called_useless() -> None:
    assert "sleep 6" not in " ".join(read(BY_ACTION).notes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NO_DEPLOY, "has no step that deploys over SSH"),
        ("a: [", "is not YAML"),
        ("- just\n- a list\n", "has no step that deploys over SSH"),
        ("jobs: {a: {steps: [5, null]}, b: null}\n", "has no step that deploys over SSH"),
    ],
)
def test_a_file_that_is_no_such_workflow_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NotReadable, match=reason):
        read(text)


def test_the_host_is_believed_before_the_workflow_and_the_difference_is_noted() -> None:
    merged = together(
        Facts(path="/srv/real", url="http://localhost:1/health"), Facts(path="/app/meant", url="http://x/h")
    )
    assert (merged.path, merged.url) == ("/srv/real", "http://x/h")
    assert merged.notes == ("path: the host says /srv/real, the workflow /app/meant; the host's is written here",)
