"""Code, model and infrastructure are recorded together, shown on plans, and never in the way of a verdict."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.ledger import audit, releases
from bot.model import Kind, Model, ModelSource, Release, Target, Verdict
from tests.engine.life import STAGING, Life
from tests.engine.world import ELSE, JIEUN, NEW, OLD, Platform, trouble

KEYED = ModelSource(key="MODEL_ID", adapters=("lora",))


@dataclass
class Served(Platform):
    """A platform whose environment names a model, and that can tell its infrastructure."""

    served: str | None = "qwen-7b"
    infra: str | None = "unit-1"

    async def model(self, key: str) -> str | None:
        await self._said("model")
        return self.served

    async def infrastructure(self) -> str | None:
        await self._said("infrastructure")
        return self.infra


@pytest.fixture
def served(life: Life) -> Served:
    found = life.platform = Served(life.clock)
    life.restart(model=KEYED)
    return found


async def of(life: Life, sha: str, target: Target = STAGING) -> Release:
    found = await life.ledger.read(releases.of, target, sha)
    assert found is not None
    return found


def parts(release: Release | None) -> tuple[str | None, str | None]:
    assert release is not None
    return release.model.label if release.model else None, release.infra


async def test_what_ran_together_is_recorded_with_every_verified_and_observed_version(
    life: Life, served: Served
) -> None:
    deploy = await life.deployed("b")
    assert await of(life, OLD.id) == Release(OLD, Model("qwen-7b", ("lora",)), "unit-1")  # first contact
    assert parts(await of(life, NEW.id)) == ("qwen-7b+lora", "unit-1")
    rows = await life.ledger.read(audit.of, deploy.number)
    assert next(row for row in rows if row.action == "settled").facts["ran"]["infra"] == "unit-1"


async def test_an_accepted_drift_is_recorded_with_its_parts(life: Life, served: Served) -> None:
    await life.deployed("b")
    served.runs, served.served = ELSE, "by-hand"
    await life.settled(await life.order(wanted="c"))
    assert parts(await of(life, ELSE.id)) == ("by-hand+lora", "unit-1")


async def test_a_model_in_the_configuration_is_recorded_without_asking_anybody(life: Life, served: Served) -> None:
    life.restart(model=ModelSource(id="fixed-1"))
    await life.deployed("b")
    assert parts(await of(life, NEW.id)) == ("fixed-1", "unit-1")
    assert "model" not in served.calls


async def test_without_a_model_table_nobody_is_asked_and_nothing_is_known(life: Life, served: Served) -> None:
    life.restart(model=None)
    await life.deployed("b")
    assert parts(await of(life, NEW.id)) == (None, "unit-1")
    assert "model" not in served.calls


async def test_a_platform_that_offers_neither_leaves_both_not_known(life: Life) -> None:
    life.restart(model=KEYED)
    await life.deployed("b")
    assert parts(await of(life, NEW.id)) == (None, None)


async def test_what_cannot_be_read_at_the_verdict_is_not_known_and_the_verdict_stands(
    life: Life, served: Served
) -> None:
    deploy = await life.order(wanted="b")
    served.next["model"].append(trouble())
    served.next["infrastructure"].append(trouble(retry=False))
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED
    assert parts(await of(life, NEW.id)) == (None, None)


async def test_a_bug_in_a_look_at_the_model_costs_no_verdict(life: Life, served: Served) -> None:
    deploy = await life.order(wanted="b")
    served.next["model"].append(KeyError("a bug"))
    assert (await life.settled(deploy)).verdict is Verdict.SUCCEEDED


async def test_the_plan_shows_what_changed_since_the_running_version_was_verified(life: Life, served: Served) -> None:
    await life.deployed("b")
    served.served, served.infra = "qwen-14b", "unit-2"
    plan = (await life.plan(wanted="c")).plan
    assert parts(plan.ran) == ("qwen-7b+lora", "unit-1")
    assert parts(plan.comes) == ("qwen-14b+lora", "unit-2")
    assert not plan.apart


async def test_a_rollback_warns_where_code_and_model_were_never_recorded_together(life: Life, served: Served) -> None:
    await life.deployed("b")
    served.served = "qwen-14b"
    await life.deployed("c")
    plan = (await life.plan(kind=Kind.ROLLBACK)).plan
    assert plan.apart
    assert parts(plan.once) == ("qwen-7b+lora", "unit-1")
    served.served = "qwen-7b"
    assert not (await life.plan(kind=Kind.ROLLBACK)).plan.apart


async def test_a_model_that_is_only_read_is_in_no_digest(life: Life, served: Served) -> None:
    planned = await life.plan(wanted="b")
    served.served = "changed-by-hand"
    assert (await life.engine.confirm(planned.ulid, JIEUN)).digest == planned.digest


async def test_another_model_in_the_configuration_is_another_digest(life: Life, served: Served) -> None:
    planned = await life.plan(wanted="b")
    life.restart(model=ModelSource(id="other"))
    assert (await life.plan(wanted="b")).plan.section != planned.plan.section
