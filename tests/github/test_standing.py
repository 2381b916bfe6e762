"""What is read before a plan: the repository's own state, the right workflow file, and what a rollback could send."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.github.before import Before
from adapters.github.config import Config
from bot.errors import AdapterError
from bot.model import Change, Finding, Kind
from tests.github.test_before import PLAIN, found
from tests.github.town import CD, REPOSITORY, SECTION, Town

SOUND: dict[str, Any] = {"full_name": "Acme/LLMops", "archived": False, "permissions": {"push": True}}


class Told:
    """GitHub's answer about the repository; its workflow is well."""

    name, config = REPOSITORY, Config.model_validate(SECTION)

    def __init__(self, **changes: Any) -> None:
        self.said = {**SOUND, **changes}

    async def get(self, path: str) -> dict[str, Any]:
        return {"id": 1, "name": "CD", "path": "x", "state": "active"} if path else self.said


@pytest.mark.parametrize(
    ("said", "findings"),
    [
        ({}, []),
        ({"permissions": None}, []),
        ({"full_name": "acme/serving"}, [Finding("moved", True, {"to": "acme/serving"})]),
        ({"archived": True}, [Finding("archived", True, {"repository": REPOSITORY})]),
        ({"permissions": {"push": False}}, [Finding("no_write", True, {"repository": REPOSITORY})]),
    ],
)
async def test_a_repository_that_takes_no_dispatch_is_refused_with_its_reason(
    said: dict[str, Any], findings: list[Finding]
) -> None:
    told: Any = Told(**said)
    assert [one async for one in Before(told, told, {}).standing()] == findings


@pytest.mark.parametrize(
    ("call", "fault", "code"), [("workflow", "garbled", "garbled"), ("contents", "secondary_limit", "rate_limited")]
)
async def test_what_github_does_not_tell_just_now_is_no_finding(world: Town, call: str, fault: str, code: str) -> None:
    adapter = world.adapter()
    to = await adapter.resolve("main")
    world.github.faults.next(call, fault)
    with pytest.raises(AdapterError) as untold:
        await adapter.preflight(Change(Kind.DEPLOY, None, to))
    assert untold.value.code == code


async def test_by_tag_the_workflow_is_read_at_the_version_and_else_on_its_branch(world: Town) -> None:
    old = world.repo.branch("main")
    world.repo.commit("Rename an input", files={".github/workflows/cd.yml": CD.replace("image_tag", "tag")})
    assert await found(world.adapter(pin="tag"), old) == []
    assert {one.code for one in await found(world.adapter(), old)} == {"input_unknown", "input_missing"}


@pytest.mark.parametrize(
    ("pin", "tag", "back"), [("tag", "latest", True), ("head_sha", "latest", False), ("head_sha", "{version}", True)]
)
async def test_a_rollback_is_possible_where_the_older_version_can_be_sent(
    world: Town, pin: str, tag: str, back: bool
) -> None:
    adapter = world.adapter(pin=pin, inputs={"environment": "{env}", "image_tag": tag}, rules={})
    assert (await adapter.preflight(Change(Kind.DEPLOY, None, await adapter.resolve("main")))).rollback is back


async def test_githubs_record_as_the_only_proof_is_said_and_stops_nothing(world: Town) -> None:
    for adapter, said in ((world.adapter(health=PLAIN), (Finding("proof_run", False),)), (world.adapter(), ())):
        seen = await adapter.preflight(Change(Kind.DEPLOY, None, await adapter.resolve("main")))
        assert seen.findings == said
