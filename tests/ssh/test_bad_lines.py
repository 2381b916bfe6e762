"""The line to the host breaks, hangs, lies, or leads to somebody else."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot.errors import AdapterError
from bot.model import Ref, Status, Unreadable
from playground.host import until
from tests.contract.beds import Killed, carry_out, dies_at, order, proved, running, watch
from tests.ssh.conftest import Boot
from tests.ssh.told import complete, refused

pytestmark = pytest.mark.needs("systemd-host")


async def test_a_host_that_is_down_is_unreachable_and_worth_another_try(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.host.faults.unreachable()
    await refused(adapter.resolve("main"), "unreachable", retry=True)
    seen = await adapter.running()
    assert isinstance(seen, Unreadable)
    complete(seen.code, seen.facts)
    await bed.host.faults.reachable()
    await running(adapter)
    await adapter.close()


async def test_a_changed_host_key_stops_everything_before_anybody_logs_in(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    await bed.host.faults.change_host_key()
    await adapter.close()
    before = await _logins(bed.host)
    for call in (adapter.resolve("main"), adapter.start(one), adapter.find(one), adapter.check(one, Ref({}))):
        error = await refused(call, "host_key_changed", retry=False)
        assert str(error.facts["fingerprint"]).startswith("SHA256:")
    seen = await adapter.running()
    assert isinstance(seen, Unreadable)
    assert seen.code == "host_key_changed"
    assert await _logins(bed.host) == before
    await adapter.close()


async def _logins(host: object) -> int:
    from playground.host import Host

    assert isinstance(host, Host)
    return (await host.exec(["journalctl", "-q", "-u", "sshd-playground"])).count("Accepted publickey")


async def test_a_host_that_lost_its_pinned_kind_of_key_is_another_host(boot: Boot) -> None:
    bed = await boot()
    await bed.host.exec(
        ["sh", "-c", "rm /etc/playground/host_key; ssh-keygen -q -t ecdsa -N '' -f /etc/playground/host_key"]
    )
    await bed.host.exec(["systemctl", "restart", "sshd-playground"])
    adapter = bed.adapter()
    await refused(adapter.resolve("main"), "host_key_changed", retry=False)
    await adapter.close()


async def test_a_key_that_the_host_does_not_know_is_refused_for_good(boot: Boot) -> None:
    bed = await boot()
    bed.host.path("/etc/playground/authorized_keys").write_text("")
    adapter = bed.adapter()
    await refused(adapter.resolve("main"), "login_refused", retry=False)
    await adapter.close()


async def test_a_private_key_that_is_none_is_named_but_not_shown(boot: Boot) -> None:
    import adapters
    from bot.ports import Place
    from tests.contract.beds import TARGET

    bed = await boot()
    kind = adapters.load("ssh")
    assert kind is not None
    config = kind.config.model_validate(bed.section)
    config.key.fill("-----BEGIN OPENSSH PRIVATE KEY-----\nhush-hush\n")  # type: ignore[attr-defined]
    adapter = kind.build(Place(TARGET, config, bed.health, "main"))
    error = await refused(adapter.resolve("main"), "key_unusable", retry=False)
    assert error.facts["secret"] == "SSH_PRIVATE_KEY"
    assert "hush" not in str(error)


@pytest.mark.parametrize("runner", ["detached", "unit"])
async def test_connections_cut_again_and_again_while_it_runs_change_nothing(boot: Boot, runner: str) -> None:
    bed = await boot(job_runner=runner)
    adapter = bed.adapter()
    before = await bed.effects()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    async with Cutting(bed.host.faults.drop):
        for _ in range(10):
            with contextlib.suppress(AdapterError):
                await adapter.check(one, ref)
    proved(await watch(adapter, one, ref), one)
    assert await bed.effects() == before + 1
    await adapter.close()


class Cutting:
    def __init__(self, drop: object) -> None:
        self._drop = drop

    async def __aenter__(self) -> None:
        self._task = asyncio.create_task(self._cut())

    async def _cut(self) -> None:
        while True:
            self._drop()  # type: ignore[operator]
            await asyncio.sleep(0.07)

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_a_connection_cut_while_the_start_is_on_its_way_begins_it_at_most_once(boot: Boot) -> None:
    bed = await boot()
    wanted = await bed.release()
    for number, delay in enumerate((0.0, 0.01, 0.03, 0.06, 0.1, 0.15), 1):
        adapter = bed.adapter()
        before = await bed.effects()
        one = await order(adapter, wanted, n=number)
        starting = asyncio.create_task(adapter.start(one))
        await asyncio.sleep(delay)
        bed.host.faults.drop()
        answers = await asyncio.gather(starting, return_exceptions=True)
        assert isinstance(answers[0], (Ref, AdapterError))
        found = await adapter.find(one)
        ref = found if isinstance(found, Ref) else await adapter.start(one)
        proved(await watch(adapter, one, ref), one)
        assert await bed.effects() == before + 1, delay
        await adapter.close()


async def test_a_bot_killed_at_any_point_of_a_look_leaves_the_attempt_as_it_is(boot: Boot) -> None:
    bed = await boot()
    first = bed.adapter()
    before = await bed.effects()
    one = await order(first, await bed.release())
    ref = await first.start(one)
    await first.close()
    for point in ("before", "sent", "answered"):
        dying = bed.adapter(dies_at(f"ssh.look.{point}"))
        with pytest.raises(Killed):
            await dying.check(one, ref)
        await dying.close()
    last = bed.adapter()
    proved(await watch(last, one, ref), one)
    assert await bed.effects() == before + 1
    await last.close()


async def test_a_host_that_hangs_is_given_up_within_the_deadline_and_found_again(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    bed.host.faults.freeze()
    with pytest.raises((AdapterError, TimeoutError)):
        async with asyncio.timeout(20):
            await adapter.check(one, ref)
    bed.host.faults.thaw()
    proved(await watch(adapter, one, ref), one)
    await adapter.close()


NOISE = {
    "a login shell that greets": "echo welcome; echo 'slipway1 0123456789abcdef {}'",
    "a login shell that greets on the wrong stream": "echo hello >&2",
}


async def test_what_a_login_shell_prints_does_not_disturb(boot: Boot) -> None:
    bed = await boot()
    for number, noise in enumerate(NOISE.values(), 1):
        bed.host.path("/home/ubuntu/.bashrc").write_text(f"{noise}\n")
        adapter = bed.adapter()
        one = await order(adapter, await bed.release(), n=number)
        proved(await carry_out(adapter, one), one)
        await adapter.close()


LIES = {
    "says nothing": "exit 0",
    "is cut off": 'real "$@" | head -c 60',
    "says garbage": "head -c 3000 /dev/urandom; exit 0",
    "never stops talking": "yes slipway1",
    "speaks twice": 'real "$@" | tee /dev/stderr 2>/tmp/said; cat /tmp/said',
    "nests deeply": """python3.real -c "print('slipway1 '+'['*100000)" """,
    "adds a field": """real "$@" | sed 's/"ok": {/"ok": {"extra": 1, /'""",
    "names half a version": """real "$@" | sed -E 's/[0-9a-f]{40}/1234567/g'""",
}


async def test_an_answer_that_is_not_the_program_s_is_garbled_and_never_believed(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    await watch(adapter, one, ref)
    real = 'real() { /usr/bin/python3.real "$@"; }\n'
    only_ours = 'case "$*" in *slipway_host*) ;; *) exec /usr/bin/python3.real "$@";; esac\n'
    for name, lie in LIES.items():
        script = f"#!/bin/bash\n{only_ours}{real}{lie}\n"
        bed.host.faults.impersonate("/usr/bin/python3", script)  # type: ignore[attr-defined]
        with pytest.raises(AdapterError) as error:
            await adapter.check(one, ref)
        assert (error.value.code, error.value.retry) == ("garbled", True), name
        assert isinstance(await adapter.running(), Unreadable), name
        bed.host.faults.restore("/usr/bin/python3")  # type: ignore[attr-defined]
    proved(await adapter.check(one, ref), one)
    await adapter.close()


async def test_a_record_of_another_start_is_not_believed(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    proved(await carry_out(adapter, one), one)
    forged = Ref({"nonce": "0" * 32})
    await refused(adapter.check(one, forged), "garbled", retry=True)
    await adapter.close()


async def test_a_program_that_was_damaged_on_the_host_is_stored_again_before_it_runs(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await running(adapter)
    files = "/home/ubuntu/.slipway/programs/*/slipway_host/look.py"
    await bed.host.exec(["sh", "-c", f"echo 'raise SystemExit(1)' > $(echo {files})"])
    one = await order(adapter, await bed.release())
    proved(await carry_out(adapter, one), one)
    await adapter.close()


async def test_a_host_without_python_is_told_so(boot: Boot) -> None:
    bed = await boot()
    await bed.host.exec(["sh", "-c", "mv /usr/bin/python3 /usr/bin/python3.gone"])
    adapter = bed.adapter()
    await refused(adapter.resolve("main"), "no_python", retry=False)
    await adapter.close()


async def test_a_home_that_cannot_be_written_is_told_so(boot: Boot) -> None:
    bed = await boot()
    await bed.host.exec(["chown", "root", "/home/ubuntu"])
    adapter = bed.adapter()
    error = await refused(adapter.resolve("main"), "store_failed", retry=False)
    assert "denied" in str(error.facts["reason"])
    await adapter.close()


async def test_a_lookalike_of_a_finished_attempt_whose_switch_was_undone_by_a_person_is_superseded(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    old = (await bed.host.exec(["readlink", f"{bed.host.app_folder}/current"])).strip()
    one = await order(adapter, await bed.release())
    ref = await adapter.start(one)
    proved(await watch(adapter, one, ref), one)
    await bed.host.exec(["ln", "-sfn", old, f"{bed.host.app_folder}/current"])
    assert (await adapter.check(one, ref)).status is Status.SUPERSEDED
    await adapter.close()


async def test_two_targets_on_one_host_store_the_program_at_the_same_time(boot: Boot) -> None:
    bed = await boot()
    many = [bed.adapter() for _ in range(4)]
    seen = await asyncio.gather(*[running(adapter) for adapter in many])
    assert len({one.version.id for one in seen}) == 1
    for adapter in many:
        await adapter.close()


async def test_nothing_of_a_closed_adapter_is_left_over(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await running(adapter)
    await adapter.close()

    async def alone() -> bool:
        return len(list(bed.host.faults.ssh_processes())) == 1

    await until(alone, 10, "sshd has sessions left")
