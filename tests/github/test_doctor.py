"""``slipway doctor`` on a target of GitHub: the workflow as it lies there, in the doctor's own words."""

from __future__ import annotations

from typing import Any

from bot.cli.doctor.report import State, line
from bot.cli.doctor.targets import STATES
from tests.github.town import CD, Town, town

WELL = CD.replace("jobs:", "concurrency: cd-${{ inputs.environment }}\njobs:")
GUARDED = """\
  production:
    needs: deploy
    if: inputs.environment == 'prod'
    environment: production
    steps: [{run: "true"}]
"""


async def said(world: Town, **changes: Any) -> list[str]:
    found = await world.adapter(**changes).diagnose()
    shown = [line(STATES[good], "x", f"github.{code}", facts) for code, good, facts in found]
    assert all(one.remedy or one.state is State.OK for one in shown)
    return [str(one) for one in shown]


async def test_a_workflow_that_is_well_is_one_good_line() -> None:
    async with town(WELL) as world:
        assert await said(world) == ["ok    x: the workflow .github/workflows/cd.yml on main takes our inputs"]


async def test_our_own_environment_is_known_when_a_condition_is_judged() -> None:
    async with town(WELL + GUARDED) as world:
        assert len(await said(world)) == 1
    by_branch = GUARDED.replace("inputs.environment == 'prod'", "github.ref == 'refs/heads/main'")
    async with town(WELL + by_branch) as world:
        _, warned = await said(world)
    assert warned.startswith("warn  x: a deploy to dev also runs what looks like production: production → let their")


async def test_an_environment_that_the_workflow_does_not_offer_fails_before_any_deploy() -> None:
    async with town(WELL.replace("[dev, prod]", "[staging, prod]").replace("type: choice", "type: string")) as world:
        assert len(await said(world)) == 1
    async with town(WELL) as world:
        inputs = {"environment": "{service}", "image_tag": "{version}", "deploy_id": "{attempt}"}
        (refused, *_) = await said(world, inputs=inputs)
    assert refused.startswith("fail  x: the input environment is llmops, which is none of dev, prod → ")


async def test_a_workflow_without_anything_gets_a_line_for_each_danger() -> None:
    yaml = CD.replace("run: make build", "run: make build ${{ inputs.image_tag }}\n      - uses: some/action@v1")
    async with town(yaml.replace("jobs:", "permissions: write-all\njobs:")) as other:
        told = await said(other, health=None)
    starts = [one.split(":")[1].strip()[:24] for one in told]
    assert starts == [
        "the workflow .github/wor",
        "no concurrency group",
        "inputs are put into scri",
        "actions of others are us",
        "the run's token may writ",
        "green will rest on GitHu",
    ]


async def test_without_a_title_that_tells_and_without_an_answer_nothing_would_be_proof() -> None:
    async with town(WELL.replace("run-name:", "x-name:")) as world:
        told = await said(world, health=None)
    assert any(one.startswith("warn  x: run-name does not show the input deploy_id") for one in told)
    assert told[-1].startswith(
        "fail  x: nothing would prove which version a run deployed → write `run-name: ${{ inputs."
    )


async def test_a_workflow_that_is_not_there_or_switched_off_is_told_once(world: Town) -> None:
    (gone,) = await said(world, workflow="other.yml")
    assert gone.startswith("fail  x: there is no workflow other.yml at main → ")
    world.repo.workflows[0].state = "disabled_manually"
    assert (await said(world))[0].startswith("fail  x: the workflow cd.yml is switched off (disabled_manually) → ")
