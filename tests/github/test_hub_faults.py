"""What GitHub answers, in the shapes that its documentation shows, and what Slipway makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.github.hub.asked import MOVED_TO, Asked, Reply, Unanswered, Unread
from adapters.github.hub.faults import judged, unanswered, unread
from bot.errors import AdapterError

RUNS = "/repos/org/llmops/actions/runs"
PERMISSION = {"x-accepted-github-permissions": "actions=write"}
DENIED = {"message": "Resource not accessible by personal access token", "status": "403"}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
INPUTS = {"message": 'Unexpected inputs provided: ["image_tag"]', "documentation_url": "https://docs.github.com"}
FIELDS = {"message": "Validation Failed", "errors": [{"resource": "Run", "message": "ref does not exist"}]}
EMPTY = {"x-ratelimit-remaining": "0"}


def read(path: str = RUNS) -> Asked:
    return Asked("read", "GET", path, 1.0)


def sent(path: str = f"{RUNS}/1/cancel") -> Asked:
    return Asked("cancel", "POST", path, 1.0)


def said(asked: Asked, status: int, data: Any = None, headers: dict[str, str] | None = None) -> AdapterError:
    found = judged(asked, Reply(status, headers or {}, data), until=1060.0)
    assert found is not None
    assert found.kind == "github"
    return found


TABLE = [
    (401, {"message": "Bad credentials"}, {}, "unauthorized", {"message": "Bad credentials"}),
    (403, DENIED, PERMISSION, "forbidden", {"permission": "actions=write", "what": "org/llmops actions/runs"}),
    (403, {"message": "Resource protected by organization SAML enforcement."}, {"x-github-sso": "required; url=https://x"},
     "forbidden", {"permission": "SSO"}),
    (403, SECONDARY, {}, "rate_limited", {"until": 1060.0}),
    (403, {"message": "API rate limit exceeded for user ID 1."}, EMPTY, "rate_limited", {"until": 1060.0}),
    (429, {"message": "Too many requests"}, {}, "rate_limited", {"until": 1060.0}),
    (403, {"message": "something"}, {"retry-after": "30"}, "rate_limited", {"until": 1060.0}),
    (404, {"message": "Not Found"}, PERMISSION, "not_found", {"permission": "actions=write"}),
    (404, {"message": "Not Found"}, {}, "not_found", {"permission": "", "what": "org/llmops actions/runs"}),
    (410, {"message": "Artifact has expired"}, {}, "not_found", {}),
    (301, {"message": "Moved Permanently"}, {MOVED_TO: "https://api.github.com/repositories/7"}, "moved",
     {"to": "https://api.github.com/repositories/7"}),
    (307, {"message": "Temporary Redirect"}, {MOVED_TO: "https://api.github.com/repositories/7"}, "moved", {}),
    (409, {"message": "Cannot cancel a workflow run that is completed."}, {}, "refused", {"status": 409}),
    (422, INPUTS, {}, "refused", {"status": 422, "message": INPUTS["message"]}),
    (422, FIELDS, {}, "refused", {"message": "Validation Failed: ref does not exist"}),
    (422, {"message": "No ref found for: main"}, {}, "refused", {}),
]  # fmt: skip


@pytest.mark.parametrize(("status", "data", "headers", "code", "facts"), TABLE)
def test_every_refusal_has_its_code_and_names_what_is_missing(
    status: int, data: Any, headers: dict[str, str], code: str, facts: dict[str, Any]
) -> None:
    for asked in (read(), sent(RUNS)):
        found = said(asked, status, data, headers)
        assert found.code == code
        assert {name: found.facts[name] for name in facts} == facts
        assert found.retry is (code == "rate_limited")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_after_a_write_leaves_open_whether_it_was_done(status: int) -> None:
    assert (said(read(), status).code, said(read(), status).retry) == ("unavailable", True)
    assert (said(sent(), status).code, said(sent(), status).facts["call"]) == ("lost", "cancel")


def test_an_answer_that_never_came_is_lost_and_a_slow_one_timed_out() -> None:
    assert unanswered(sent(), Unanswered("ConnectionError")).code == "lost"
    assert unanswered(sent(), Unanswered("slow", late=True)).code == "timeout"


def test_what_is_no_json_is_garbled_and_says_nothing_of_the_effect() -> None:
    assert unread(read(), Unread(Reply(200, {}), "not JSON")).code == "garbled"
    assert unread(read(), Unread(Reply(200, {}), "not JSON")).retry is False
    assert unread(sent(), Unread(Reply(200, {}), "not JSON")).retry is True


def test_several_sets_of_permissions_are_told_apart() -> None:
    headers = {"x-accepted-github-permissions": "contents=read,metadata=read; administration=write"}
    assert (
        said(read(), 403, DENIED, headers).facts["permission"]
        == "contents=read + metadata=read or administration=write"
    )


def test_a_success_is_none_of_this() -> None:
    for status in (200, 201, 202, 204, 304):
        assert judged(read(), Reply(status, {}), 0.0) is None


def test_where_a_log_lies_is_no_move() -> None:
    asked = Asked("read", "GET", RUNS, 1.0, elsewhere=True)
    assert judged(asked, Reply(302, {MOVED_TO: "https://blob"}), 0.0) is None
