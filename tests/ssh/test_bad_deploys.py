"""The new version, or what it needs, is bad."""

from __future__ import annotations

import pytest

from bot.model import Direction, Kind, Nothing, Status
from playground.host.setup import SECRET
from tests.contract.beds import carry_out, order, proved, running, watch
from tests.ssh.conftest import Boot
from tests.ssh.told import failed, preflight, untouched

pytestmark = pytest.mark.needs("systemd-host")
LAYOUTS = pytest.mark.parametrize("layout", ["releases", "in_place"])


@LAYOUTS
async def test_a_failing_pip_install_leaves_the_running_service_alone(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    before = await running(adapter)
    bed.host.repository.release("pip_fails")
    progress = await carry_out(adapter, await order(adapter, "main"))
    failure = failed(progress, "install_failed", "install")
    assert failure.log[0].startswith("ERROR: No matching distribution found for chromadb==1.3.5")
    await untouched(adapter, progress, before)
    await adapter.close()


@LAYOUTS
async def test_a_crash_loop_is_told_by_its_own_traceback_and_the_old_version_can_be_put_back(
    boot: Boot, layout: str
) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    before = await running(adapter)
    bed.host.repository.release("crashes")
    one = await order(adapter, "main")
    progress = await carry_out(adapter, one)
    failure = failed(progress, "crash_loop", "restart")
    assert failure.log[0] == "ModuleNotFoundError: No module named 'pypdf'"
    assert progress.switched
    await _start_limit_is_hit(bed.host)

    back = await order(adapter, before.version.id, n=2, direction=Direction.RESTORE)
    evidence = proved(await carry_out(adapter, back), back)
    assert evidence.version == before.version.id
    await adapter.close()


async def _start_limit_is_hit(host: object) -> None:
    """Now a restart fails until reset-failed."""
    from playground.host import Host, until

    assert isinstance(host, Host)

    async def over() -> bool:
        return (await host.unit_state())["ActiveState"] == "failed"

    await until(over, 20, "the unit is not failed")


async def test_a_service_that_ends_without_a_word_is_a_crash_too(boot: Boot) -> None:
    bed = await boot(restart_seconds=0.1)
    adapter = bed.adapter()
    bed.host.repository.release("good", files={"app.py": "raise SystemExit(3)\n"})
    progress = await carry_out(adapter, await order(adapter, "main"))
    failed(progress, "crash_loop", "restart")
    await adapter.close()


async def test_one_crash_at_boot_that_heals_itself_is_no_crash_loop(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    text = (await bed.host.exec(["cat", f"{bed.host.app_folder}/current/app.py"])).replace("\r\n", "\n")
    once = "import os, sys\nif not os.path.exists('/tmp/once'):\n    open('/tmp/once', 'w').close(); sys.exit(1)\n"
    bed.host.repository.release("good", files={"boot.py": once, "app.py": text.replace("import ", "import boot, ", 1)})
    one = await order(adapter, "main")
    proved(await carry_out(adapter, one), one)
    assert (await bed.host.unit_state())["NRestarts"] == "1"
    await adapter.close()


async def test_a_secret_of_the_env_file_never_leaves_the_host_in_a_log_line(boot: Boot) -> None:
    bed = await boot(logs="file")
    adapter = bed.adapter()
    told = "import os\nraise RuntimeError('cannot log in with ' + open('.env').read())\n"
    bed.host.repository.release("good", files={"app.py": told})
    progress = await carry_out(adapter, await order(adapter, "main"))
    failure = failed(progress, "crash_loop", "restart")
    logs = await adapter.logs(50)  # type: ignore[attr-defined]
    assert "RuntimeError" in logs
    assert "***" in logs
    assert SECRET not in logs
    assert not any(SECRET in line for line in failure.log)
    await adapter.close()


async def test_a_first_deploy_has_nothing_to_go_back_to_and_no_downtime(boot: Boot) -> None:
    bed = await boot()
    await bed.host.exec(["systemctl", "stop", bed.host.setup.service])
    await bed.host.exec(["sh", "-c", f"cd {bed.host.app_folder} && rm -rf current releases venvs"])
    adapter = bed.adapter()
    assert await adapter.running() == Nothing({"state": "inactive", "sub": "dead"})
    wanted = await bed.release()
    found = await preflight(adapter, wanted)
    assert (found.findings, found.proof, found.rollback) == ((), "socket", False)
    one = await order(adapter, wanted)
    progress = await carry_out(adapter, one)
    proved(progress, one)
    assert progress.downtime is None
    await adapter.close()


async def test_downtime_is_measured_from_the_stop_to_the_first_answer_of_the_new_instance(boot: Boot) -> None:
    bed = await boot(boot_seconds=1.5)
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    progress = await watch(adapter, one, ref)
    while progress.downtime is None:
        progress = await adapter.check(one, ref)
    assert 1.5 <= progress.downtime < 10
    await adapter.close()


async def test_a_version_that_never_listens_gives_no_evidence(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    bed.host.repository.release("hangs")
    one = await order(adapter, "main")
    progress = await watch(adapter, one, await adapter.start(one), proved=False)
    assert progress.status is Status.DONE
    assert progress.evidence is None
    await adapter.close()


async def test_a_hostile_repository_runs_nothing_on_the_host(boot: Boot) -> None:
    for layout in ("releases", "in_place"):
        bed = await boot(layout=layout)
        adapter = bed.adapter()
        bed.host.repository.release("hostile")
        await carry_out(adapter, await order(adapter, "main"))
        assert bed.host.traces_of_hostile_code() == []
        await adapter.close()


async def test_a_requirements_file_that_is_a_link_out_of_the_tree_is_refused(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    before = await running(adapter)
    one = await order(adapter, _linked(bed.host.repository))
    progress = await carry_out(adapter, one)
    failure = failed(progress, "requirements_outside", "install")
    assert not any("root" in line for line in failure.log)
    await untouched(adapter, progress, before)
    await adapter.close()


def _linked(repository: object) -> str:
    """A commit whose requirements.txt is a symbolic link to /etc/passwd."""
    from playground.host import Repository

    assert isinstance(repository, Repository)
    blob = repository.git("hash-object", "-w", "--stdin", stdin=b"/etc/passwd")
    rows = repository.git("ls-tree", repository.head()).splitlines()
    kept = [row for row in rows if not row.endswith("\trequirements.txt")]
    listed = "\n".join([*kept, f"120000 blob {blob}\trequirements.txt"]) + "\n"
    tree = repository.git("mktree", stdin=listed.encode())
    person = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    sha = repository.git(*person, "commit-tree", "-p", repository.head(), "-m", "linked", tree)
    repository.branch("linked", sha)
    return "linked"


async def test_a_restart_takes_nothing_but_a_restart(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    now = await running(adapter)
    one = await order(adapter, now.version.id, kind=Kind.RESTART)
    progress = await carry_out(adapter, one)
    proved(progress, one)
    assert [step.state.value for step in progress.steps] == ["done", "done", "skipped", "skipped", "skipped", "done"]
    await adapter.close()


async def test_an_attempt_that_takes_too_long_ends_by_itself_on_the_host(boot: Boot) -> None:
    bed = await boot()
    await bed.slows()
    adapter = bed.adapter()
    before = await running(adapter)
    progress = await carry_out(adapter, await order(adapter, await bed.release(), timeout=1.0))
    failure = failed(progress, "step_timeout", "fetch")
    assert failure.facts["seconds"] == 1
    await untouched(adapter, progress, before)
    await adapter.close()
