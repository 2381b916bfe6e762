"""How long GitHub is left alone after "too often"."""

from __future__ import annotations

import pytest

from adapters.github.hub.asked import Reply
from adapters.github.hub.cache import Cache
from adapters.github.hub.limits import Limits
from bot.model import Budget

SECONDARY = {"message": "You have exceeded a secondary rate limit."}
PRIMARY = {"message": "API rate limit exceeded for user ID 1."}
NOW = 1000.0


def heard(status: int, data: object = None, now: float = NOW, limits: Limits | None = None, **headers: str) -> Limits:
    limits = limits or Limits()
    limits.heard(Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, data), now)
    return limits


def test_a_secondary_limit_waits_for_as_long_as_it_says() -> None:
    assert heard(403, SECONDARY, retry_after="30").until == NOW + 30


def test_without_a_word_it_waits_a_minute_and_twice_as_long_each_time_in_a_row() -> None:
    limits, waits, now = Limits(), [], NOW
    for _ in range(8):
        heard(403, SECONDARY, now, limits)
        waits.append(limits.until - now)
        now = limits.until
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    heard(200, {}, now, limits)
    assert heard(403, SECONDARY, now, limits).until == now + 60


def test_an_empty_budget_waits_for_its_reset() -> None:
    limits = heard(403, PRIMARY, x_ratelimit_remaining="0", x_ratelimit_reset="1200", x_ratelimit_limit="5000")
    assert limits.until == 1201.0
    assert limits.budget == Budget(5000, 0, 1200.0)


@pytest.mark.parametrize("said", ["soon", "-5", "1e9", ""])
def test_a_retry_after_that_is_no_number_is_a_minute(said: str) -> None:
    assert heard(429, SECONDARY, retry_after=said).until == NOW + 60


def test_a_clock_far_behind_github_waits_no_longer_than_an_hour() -> None:
    assert heard(403, PRIMARY, x_ratelimit_remaining="0", x_ratelimit_reset="999999").until == NOW + 3600


def test_a_plain_refusal_is_no_limit() -> None:
    assert heard(403, {"message": "Resource not accessible by integration"}).until == 0.0


def test_an_answer_that_was_on_its_way_does_not_end_the_wait() -> None:
    limits = heard(403, SECONDARY, retry_after="100")
    heard(200, {}, NOW + 1, limits)
    assert limits.until == NOW + 100


def test_the_budget_of_search_is_not_the_budget() -> None:
    numbers = {"x_ratelimit_limit": "30", "x_ratelimit_remaining": "1", "x_ratelimit_reset": "5"}
    assert heard(200, {}, x_ratelimit_resource="search", **numbers).budget is None


def test_the_memory_of_etags_stays_bounded() -> None:
    cache = Cache(entries=3, size=100)
    for n in range(10):
        cache.keep(str(n), Reply(200, {"etag": f'"{n}"'}, n, size=10))
    assert [key for key in map(str, range(10)) if cache.get(key)] == ["7", "8", "9"]
    cache.keep("big", Reply(200, {"etag": '"x"'}, 0, size=95))
    assert [key for key in ("7", "8", "9", "big") if cache.get(key)] == ["big"]
    cache.keep("huge", Reply(200, {"etag": '"y"'}, 0, size=101))
    assert cache.get("huge") is None
    cache.keep("big", Reply(200, {}, 0, size=1))
    assert cache.get("big") is None
