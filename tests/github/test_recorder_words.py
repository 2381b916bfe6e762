"""What GitHub is sent word by word where it records a deploy: what it would do by default is switched off."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.github.recorder import GitHubRecorder
from bot.model import Record, Recorded

MINE = Record("k3v9abcd-7", "a" * 40, "prod", "deploy", "Slipway #7", True, "https://discord.com/channels/1/2/3")


class Hub:
    """Notes what is sent; answers reads with ``said``."""

    def __init__(self, **said: Any) -> None:
        self.said, self.sent = said, list[dict[str, Any]]()

    async def send(self, call: str, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.sent.append(body)
        return {"id": 9}

    async def get(self, path: str) -> Any:
        return next(value for name, value in self.said.items() if name in path)


def recorder(hub: Any) -> GitHubRecorder:
    return GitHubRecorder(hub, "acme/ai-server")


async def test_a_deployment_merges_nothing_waits_for_nothing_and_ends_nobody_elses() -> None:
    hub = Hub()
    assert await recorder(hub).open(MINE) == "9"
    await recorder(hub).tell("9", MINE, Recorded.SUCCESS)
    made, told = hub.sent
    assert (made["auto_merge"], made["required_contexts"], told["auto_inactive"]) == (False, [], False)
    assert (made["production_environment"], made["payload"]) == (True, {"slipway": MINE.mark})


@pytest.mark.parametrize(("url", "keys"), [(MINE.url, {"log_url"}), (None, set()), ("", set())])
async def test_without_a_card_to_point_at_no_address_is_sent(url: str | None, keys: set[str]) -> None:
    hub = Hub()
    await recorder(hub).tell("9", replace(MINE, url=url), Recorded.FAILURE)
    assert set(hub.sent[0]) == {"state", "description", "auto_inactive", *keys}


@pytest.mark.parametrize(
    ("base", "ours"),
    [
        ({"repo": {"full_name": "Acme/AI-Server"}}, [7]),
        ({"repo": {"full_name": "fork/ai-server"}}, []),
        ({"repo": None}, []),
        ({}, []),
        (None, []),
    ],
)
async def test_a_pull_request_counts_where_it_was_merged_here(base: object, ours: list[int]) -> None:
    pull = {"number": 7, "merged_at": "2026-11-20T12:00:00Z", "base": base}
    hub = Hub(compare={"commits": [{"sha": "a" * 40}]}, pulls=[pull, {**pull, "number": 8, "merged_at": None}])
    assert list(await recorder(hub).pulls("b" * 40, "a" * 40)) == ours
