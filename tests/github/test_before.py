"""Bad input is refused before anything is dispatched, in words that name it; what runs is told, or not known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adapters.github.adapter import Github
from adapters.github.hub import Hub
from bot.errors import AdapterError
from bot.model import (
    Change,
    Finding,
    Identity,
    Kind,
    Nothing,
    Ref,
    RepositoryHint,
    Running,
    Secret,
    ServiceHint,
    Unreadable,
)
from playground.github import Repo
from tests.github.town import CD, HEALTH, TARGET, Town, dispatched, order, town

PLAIN = HEALTH.__class__(HEALTH.url, "bot")


async def found(adapter: Github, wanted: str = "main") -> list[Finding]:
    seen = await adapter.preflight(Change(Kind.DEPLOY, None, await adapter.resolve(wanted)))
    return [finding for finding in seen.findings if finding.stops]


async def test_a_sound_target_is_refused_nothing(world: Town) -> None:
    assert await found(world.adapter()) == []


INPUTS = {"environment": "dev", "image_tag": "{version}"}
BAD: dict[str, tuple[dict[str, Any], Callable[[Repo], None], dict[str, Any]]] = {
    "workflow_missing": ({"workflow": "other.yml"}, lambda repo: None, {"workflow": "other.yml", "ref": "main"}),
    "input_unknown": (
        {"inputs": {**INPUTS, "tag": "x"}, "rules": {}},
        lambda repo: None,
        {"input": "tag", "declared": "environment, image_tag, deploy_id"},
    ),
    "input_missing": ({"inputs": {"environment": "dev"}, "rules": {}}, lambda repo: None, {"input": "image_tag"}),
    "input_option": (
        {"inputs": {**INPUTS, "environment": "qa"}, "rules": {}},
        lambda repo: None,
        {"input": "environment", "value": "qa", "options": "dev, prod"},
    ),
    "workflow_off": (
        {},
        lambda repo: setattr(repo.workflows[0], "state", "disabled_manually"),
        {"workflow": "cd.yml", "state": "disabled_manually"},
    ),
}


@pytest.mark.parametrize("code", BAD)
async def test_what_github_would_refuse_is_refused_before_the_plan(world: Town, code: str) -> None:
    changes, spoil, facts = BAD[code]
    spoil(world.repo)
    findings = await found(world.adapter(**changes))
    assert Finding(code, True, facts) in findings


async def test_a_branch_without_the_workflows_file_is_named(world: Town) -> None:
    world.repo.branch("bare", world.repo.branch("main"))
    world.repo.commit(branch="bare", files={".github/workflows/cd.yml": None})
    (finding,) = await found(world.adapter(ref="bare"))
    assert (finding.code, finding.facts) == ("workflow_missing", {"workflow": "cd.yml", "ref": "bare"})


async def test_a_workflow_that_cannot_be_dispatched_is_named() -> None:
    async with town(CD) as world:
        world.repo.workflow(yaml=CD.replace("workflow_dispatch", "workflow_call"))
        assert [finding.code for finding in await found(world.adapter())] == ["not_dispatchable"]


async def test_a_run_of_somebody_else_on_this_target_is_waited_for(world: Town) -> None:
    world.runner = False
    jieun, first = world.github.state.user("jieun"), world.repo.workflows[0]
    main = world.repo.branch("main")
    other = {"environment": "prod", "image_tag": main, "deploy_id": ""}
    world.repo.dispatch(first, "main", other, jieun)
    assert await found(world.adapter()) == []
    busy = world.repo.dispatch(first, "main", {**other, "environment": "dev"}, jieun)
    assert await found(world.adapter()) == [Finding("other_run", True, {"run": busy.id})]


async def test_where_titles_do_not_tell_targets_apart_a_run_of_any_of_them_stands_in_nobodys_way() -> None:
    """It may be of another target, and it may be of this one: GitHub's own ``concurrency`` is what keeps them apart."""
    async with town(CD.replace(" to ${{ inputs.environment }}", "")) as world:
        world.runner = False
        inputs = {"environment": "prod", "image_tag": world.repo.branch("main"), "deploy_id": ""}
        world.repo.dispatch(world.repo.workflows[0], "main", inputs, world.github.state.user("jieun"))
        assert await found(world.adapter()) == []


def limited(world: Town, permissions: dict[str, str]) -> Github:
    token = Secret("GITHUB_TOKEN")
    token.fill(world.github.token("slipway-bot", permissions=permissions))
    return world.of(Hub(Identity(world.github.api, token=token), lambda _: None))


async def test_a_token_that_may_not_read_runs_is_told_which_permission_it_needs(world: Town) -> None:
    adapter = limited(world, {"contents": "read", "metadata": "read"})
    with pytest.raises(AdapterError) as refused:
        await found(adapter)
    assert (refused.value.code, refused.value.facts["permission"]) == ("forbidden", "actions=read")


async def test_a_token_that_may_not_dispatch_is_told_which_permission_it_needs(world: Town) -> None:
    adapter = limited(world, {"contents": "read", "metadata": "read", "actions": "read"})
    one = await order(adapter, world.repo.commit())
    with pytest.raises(AdapterError) as refused:
        await adapter.start(one)
    assert (refused.value.code, refused.value.facts["permission"]) == ("forbidden", "actions=write")
    assert not refused.value.retry
    assert dispatched(world) == []


async def test_a_repository_that_the_token_may_not_see_is_not_said_to_be_missing(world: Town) -> None:
    token = Secret("GITHUB_TOKEN")
    token.fill(world.github.token("slipway-bot", repositories=["acme/other"]))
    adapter = world.of(Hub(Identity(world.github.api, token=token), lambda _: None))
    with pytest.raises(AdapterError) as refused:
        await adapter.preflight(Change(Kind.DEPLOY, None, await world.adapter().resolve("main")))
    assert (refused.value.code, refused.value.facts["what"]) == ("not_found", "acme/llmops")


# What would prove the version


async def test_without_any_way_to_tell_the_version_it_is_refused_with_the_line_that_helps() -> None:
    silent = CD.replace("run-name: Deploy ${{ inputs.image_tag }} to ${{ inputs.environment }}", "run-name: Deploy")
    async with town(silent) as world:
        adapter = world.adapter(health=PLAIN)
        (finding,) = await found(adapter)
        assert finding.code == "title_untold"
        line = "run-name: ${{ inputs.environment }} ${{ inputs.image_tag }} ${{ inputs.deploy_id }}"
        assert finding.facts["line"] == line
        assert isinstance(await adapter.running(), Unreadable)
        assert await found(world.adapter()) == []


async def test_a_title_that_does_not_name_the_target_proves_nothing() -> None:
    async with town(CD.replace(" to ${{ inputs.environment }}", "")) as world:
        assert [finding.code for finding in await found(world.adapter(health=PLAIN))] == ["title_untold"]


async def test_where_only_githubs_record_proves_the_version_the_plan_says_so(world: Town) -> None:
    adapter = world.adapter(health=PLAIN)
    seen = await adapter.preflight(Change(Kind.DEPLOY, None, await adapter.resolve("main")))
    assert (seen.proof, [finding.code for finding in seen.findings]) == ("run", ["proof_run"])


# What runs


async def test_the_service_itself_outranks_githubs_record(world: Town) -> None:
    first = world.repo.branch("main")
    newer = world.repo.commit()
    inputs = {"environment": "dev", "image_tag": newer, "deploy_id": ""}
    run = world.repo.dispatch(world.repo.workflows[0], "main", inputs, world.github.state.user("jieun"))
    world.carry_out(run)
    world.says = first[:9]
    for health, runs, proof in ((HEALTH, first, "answer"), (PLAIN, newer, "run")):
        seen = await world.adapter(health=health).running()
        assert isinstance(seen, Running)
        assert (seen.version.id, seen.proof) == (runs, proof)


async def test_a_run_of_another_target_or_a_failed_one_tells_nothing_of_this_one(world: Town) -> None:
    first = world.repo.branch("main")
    jieun, workflow = world.github.state.user("jieun"), world.repo.workflows[0]
    world.runner = False
    for env, conclusion in (("prod", "success"), ("dev", "failure")):
        inputs = {"environment": env, "image_tag": world.repo.commit(), "deploy_id": ""}
        world.repo.dispatch(workflow, "main", inputs, jieun).finish(conclusion)
    seen = await world.adapter(health=PLAIN).running()
    assert isinstance(seen, Running)
    assert seen.version.id == first


async def test_a_run_whose_title_names_no_commit_leaves_the_version_unknown(world: Town) -> None:
    inputs = {"environment": "dev", "image_tag": "latest", "deploy_id": ""}
    run = world.repo.dispatch(world.repo.workflows[0], "main", inputs, world.github.state.user("jieun"))
    run.finish()
    assert await world.adapter(health=PLAIN).running() == Unreadable("version_untold", {"run": run.id})


async def test_a_target_that_nobody_has_deployed_to_is_empty(world: Town) -> None:
    world.says = None
    inputs = {"environment": "prod", "image_tag": "{version}", "deploy_id": "{attempt}"}
    assert isinstance(await world.adapter(inputs=inputs).running(), Nothing)


async def test_a_version_that_the_repository_does_not_know_is_no_version(world: Town) -> None:
    world.says = "f" * 40
    assert await world.adapter().running() == Unreadable("answer_unknown", {"said": "f" * 40})


async def test_names_resolve_to_the_commit_that_they_mean_now(world: Town) -> None:
    first = world.repo.branch("main")
    newer = world.repo.commit()
    world.repo.tag("v1", first, annotated=True)
    adapter = world.adapter()
    for wanted, sha in (("main", newer), ("v1", first), (first[:7], first), (newer, newer)):
        assert (await adapter.resolve(wanted)).id == sha
    world.repo.branch("v1", newer)
    with pytest.raises(AdapterError) as refused:
        await adapter.resolve("v1")
    assert refused.value.code == "ambiguous_ref"


async def test_the_log_is_that_of_the_job_that_failed(world: Town) -> None:
    world.runner = False
    adapter = world.adapter()
    await adapter.start(await order(adapter, world.repo.commit()))
    run = dispatched(world)[-1]
    run.says("build", "one", "two", "error: no space left on device")
    run.advance("build", conclusion="failure")
    assert "error: no space left on device" in (await adapter.logs(15)).splitlines()


def test_a_target_is_told_of_by_its_own_hints_only(world: Town) -> None:
    adapter = world.adapter()
    assert adapter.hears(None, RepositoryHint("org/llmops", 7))
    assert adapter.hears(Ref({"run": 7}), RepositoryHint("org/llmops", 7))
    assert not adapter.hears(Ref({"run": 7}), RepositoryHint("org/llmops", 8))
    assert not adapter.hears(Ref({"run": 7}), ServiceHint("1", "ap-northeast-2", "cluster", "llmops"))
    assert TARGET.service == "llmops"
