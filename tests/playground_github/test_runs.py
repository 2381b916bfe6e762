"""A run's life as its readers see it."""

from datetime import UTC, datetime

from playground.github import LocalGithub, Repo, Run

from .conftest import ACME, CD, Client


async def test_jobs_appear_when_what_they_need_is_done_and_steps_when_they_begin(run: Run, ask: Client) -> None:
    async def jobs() -> list[tuple[str, str, int]]:
        got = (await ask("GET", f"{ACME}/actions/runs/{run.id}/jobs")).json["jobs"]
        return [(one["name"], one["status"], len(one["steps"])) for one in got]

    assert await jobs() == [("build", "queued", 0)]
    run.advance("build", "Build")
    assert await jobs() == [("build", "in_progress", 4)]
    run.advance("build", "Build", "success")
    run.advance("build", conclusion="success")
    assert await jobs() == [("build", "completed", 4), ("deploy", "queued", 0)]
    run.finish()
    assert (run.status, run.conclusion) == ("completed", "success")


async def test_a_failing_step_fails_the_run_and_skips_the_rest(run: Run, ask: Client) -> None:
    run.says("build", "ImportError: no module named torch")
    run.advance("build", "Build", "failure")
    assert (run.conclusion, [one.conclusion for one in run.jobs]) == ("failure", ["failure", "skipped"])
    steps = [(one.plan.name, one.conclusion) for one in run.jobs[0].steps]
    assert steps == [
        ("Set up job", "success"), ("Check out", "success"), ("Build", "failure"), ("Complete job", "success"),
    ]  # fmt: skip


async def test_a_log_is_fetched_without_credentials_and_only_for_a_minute(
    github: LocalGithub, run: Run, ask: Client
) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    run.says("build", "first", "last words")
    path = f"{ACME}/actions/jobs/{run.jobs[0].id}/logs"
    assert (await ask("GET", path)).status == 404
    run.finish("failure")
    where = (await ask("GET", path)).headers["Location"]
    assert (await ask("GET", where)).status == 401
    anonymous = ask.as_("")
    whole = (await anonymous("GET", where)).text
    assert b"last words\n" in whole
    assert whole.endswith(b"##[error]Process completed with exit code 1.\n")
    assert (await anonymous("GET", where, Range=f"bytes={len(whole) - 10}-")).text == whole[-10:]
    assert (await anonymous("GET", where, Range="bytes=-10")).text == whole
    at += 61
    assert (await anonymous("GET", where)).status == 403


async def test_runs_are_found_by_every_filter(github: LocalGithub, repo: Repo, ask: Client) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    other = ask.as_(github.token("minsu"))
    await ask.dispatch()
    at += 100
    repo.commit("Next")
    await other.dispatch()

    async def found(query: str) -> list[int]:
        return [one["id"] for one in (await ask("GET", f"{CD}/runs?{query}")).json["workflow_runs"]]

    old, new = (one.id for one in repo.runs)
    second = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert await found("") == [new, old]
    assert await found("actor=minsu") == [new]
    assert await found(f"head_sha={repo.runs[0].head_sha}") == [old]
    assert await found("event=push") == []
    assert await found("branch=main&per_page=1&page=2") == [old]
    assert await found(f"created=%3E%3D{second}") == [new]
    assert await found(f"created=*..{second}") == [new, old]
    assert await found(f"created=%3C{second}") == [old]
    assert await found("status=queued") == [new, old]
    repo.runs[0].cancel("minsu")
    assert (await found("status=cancelled"), await found("status=queued")) == ([old], [new])
    for wrong in ("yesterday", "2026-01-01T00:00:00", ">x"):
        assert (await ask("GET", f"{CD}/runs?created={wrong}")).status == 422
    assert (await ask("GET", f"{ACME}/actions/runs/{old}/attempts/2")).status == 404


async def test_a_completed_run_cannot_be_cancelled(run: Run, ask: Client) -> None:
    assert (await ask("POST", f"{ACME}/actions/runs/{run.id}/cancel")).status == 202
    assert (run.conclusion, run.cancelled_by and run.cancelled_by.login) == ("cancelled", "slipway-bot")
    answer = await ask("POST", f"{ACME}/actions/runs/{run.id}/cancel")
    assert (answer.status, answer.message) == (409, "Cannot cancel a workflow run that is completed.")


async def test_a_third_run_of_a_group_evicts_the_pending_one(repo: Repo, ask: Client) -> None:
    text = "name: CD\nconcurrency: cd-${{ inputs.version }}\non: {workflow_dispatch: {inputs: {version: {}}}}\n"
    repo.workflow(yaml=text + "jobs: {one: {runs-on: x, steps: [{run: make}]}}\n")
    for _ in range(3):
        await ask.dispatch()
    await ask.dispatch(version="other")
    assert [(one.status, one.conclusion) for one in repo.runs] == [
        ("queued", None), ("completed", "cancelled"), ("pending", None), ("queued", None),
    ]  # fmt: skip
    assert repo.runs[1].cancelled_by is None
    repo.runs[0].finish()
    assert repo.runs[2].status == "queued"


async def test_a_job_that_no_runner_ever_took_has_no_runner_and_no_steps(run: Run, ask: Client) -> None:
    run.cancel("minsu")
    job = (await ask("GET", f"{ACME}/actions/runs/{run.id}/jobs")).json["jobs"][0]
    assert (job["conclusion"], job["runner_id"], job["runner_name"], job["steps"]) == ("cancelled", None, None, [])
