"""On a real host: an ordered model, its file's owner, and a job that is killed between both writes or after them."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import pytest

from bot.model import Attempt, Change, Direction, Kind, ModelWrite, Status
from bot.ports import Adapter, Diagnoses, Models, Preflights
from tests.contract.beds import MODEL, MODEL_KEY, SshBed, carry_out, order, proved, running
from tests.ssh.conftest import Boot
from tests.ssh.told import complete, failed, only, refused, untouched

pytestmark = pytest.mark.needs("systemd-host")
LAYOUTS = pytest.mark.parametrize("layout", ["releases", "in_place"])
LARGE = ModelWrite(MODEL_KEY, "org/large-2")
# The job dies while git is asked to check out: its env file is written, its tree is not.
KILLS_AT_CHECKOUT = '#!/bin/sh\ncase "$*" in *checkout*) kill -9 $PPID; exit 1;; esac\nexec /usr/bin/git.real "$@"\n'
# … while it asks for the restart: both are written. sudo stands between, once or twice.
KILLS_AT_RESTART = """#!/bin/sh
[ "$1" = restart ] || exec /usr/bin/systemctl.real "$@"
p=$PPID
while [ "$(cat /proc/$p/comm)" = sudo ]; do p=$(cut -d" " -f4 /proc/$p/stat); done
kill -9 "$p"
"""
NO_RESTART = '#!/bin/sh\n[ "$1" = restart ] && exit 1\nexec /usr/bin/systemctl.real "$@"\n'


async def shell(bed: SshBed, script: str) -> str:
    return (await bed.host.exec(["sh", "-euc", script])).replace("\r\n", "\n")


def file_of(bed: SshBed) -> str:
    return f"{bed.host.app_folder}/{'shared/' if bed.host.setup.layout == 'releases' else ''}.env"


async def model(adapter: Adapter) -> str | None:
    assert isinstance(adapter, Models)
    return await adapter.model(MODEL_KEY)


async def finding(adapter: Adapter, one: Attempt) -> Any:
    assert isinstance(adapter, Preflights)
    found = only(await adapter.preflight(Change(one.kind, one.before, one.to, one.model)))
    complete(found.code, found.facts)
    assert found.stops
    return found


def undoing(one: Attempt, n: int) -> dict[str, Any]:
    return {"n": n, "direction": Direction.RESTORE, "model": ModelWrite(MODEL_KEY, undoes=one.id)}


@LAYOUTS
async def test_the_env_file_of_a_services_group_is_written_only_where_owner_group_and_mode_can_be_kept(
    boot: Boot, layout: str
) -> None:
    bed = await boot(layout=layout, service_user="ai")
    file, adapter = file_of(bed), bed.adapter()
    stat = f"stat -c '%U:%G %a' {file}"
    assert await shell(bed, stat) == "ubuntu:ai 640\n"
    before, text = await running(adapter), await shell(bed, f"cat {file}")
    one = await order(adapter, await bed.release(), model=LARGE)
    assert (await finding(adapter, one)).facts == {"file": file, "owner": "ubuntu", "group": "ai", "user": "ubuntu"}
    progress = await carry_out(adapter, one)  # the file may have changed after the plan
    failed(progress, "model_owner_lost", "switch")
    await untouched(adapter, progress, before)
    assert await shell(bed, f"cat {file}") == text
    assert isinstance(adapter, Diagnoses)
    assert ("model_owner_lost", None) in [(code, good) for code, good, _ in await adapter.diagnose()]
    await adapter.close()

    await shell(bed, "sed -i 's/^ai:x:[0-9]*:/&ubuntu/' /etc/group")
    adapter = bed.adapter()
    assert ("model_key", True) in [(code, good) for code, good, _ in await adapter.diagnose()]  # type: ignore[attr-defined]
    two = await order(adapter, one.to.id, n=2, model=LARGE)
    proved(await carry_out(adapter, two), two)
    assert await shell(bed, stat) == "ubuntu:ai 640\n"
    assert await shell(bed, f"cat {file}") == text.replace(MODEL, "org/large-2")
    assert await shell(bed, f"ls -A {file.removesuffix('/.env')} | grep slipway || true") == ""

    await shell(bed, f"chown root:ai {file}")
    three = await order(adapter, before.version.id, n=3, model=ModelWrite(MODEL_KEY, MODEL))
    assert (await finding(adapter, three)).code == "model_file_not_writable"
    assert await finding_free(adapter, replace(three, model=LARGE))
    await adapter.close()


async def finding_free(adapter: Adapter, one: Attempt) -> bool:
    """What stands there already needs no right to be written."""
    assert isinstance(adapter, Preflights)
    return not (await adapter.preflight(Change(one.kind, one.before, one.to, one.model))).findings


@LAYOUTS
async def test_a_job_that_dies_on_the_way_can_be_told_and_is_repaired_and_a_refused_restart_takes_back_both(
    boot: Boot, layout: str
) -> None:
    bed = await boot(layout=layout)
    adapter, host = bed.adapter(), bed.host
    before = await running(adapter)
    wanted = await bed.release()

    host.faults.impersonate("/usr/bin/systemctl", NO_RESTART)  # type: ignore[attr-defined]
    one = await order(adapter, wanted, model=LARGE)
    progress = await carry_out(adapter, one)
    failed(progress, "restart_failed", "restart")
    await untouched(adapter, progress, before)
    assert await model(adapter) == MODEL
    host.faults.restore("/usr/bin/systemctl")  # type: ignore[attr-defined]

    program, script = ("git", KILLS_AT_CHECKOUT) if layout == "in_place" else ("systemctl", KILLS_AT_RESTART)
    host.faults.impersonate(f"/usr/bin/{program}", script)  # type: ignore[attr-defined]
    two = await order(adapter, wanted, n=2, model=LARGE)
    progress = await carry_out(adapter, two)
    host.faults.restore(f"/usr/bin/{program}")  # type: ignore[attr-defined]
    assert (progress.status, progress.switched, progress.evidence) == (Status.INTERRUPTED, True, None)
    assert await model(adapter) == "org/large-2"

    back = await order(adapter, before.version.id, **undoing(two, 3))
    proved(await carry_out(adapter, back), back)
    assert await model(adapter) == MODEL
    assert (await running(adapter)).version.id == before.version.id
    await adapter.close()


@LAYOUTS
async def test_a_model_that_is_not_in_the_file_is_never_green_whatever_else_is_proved(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    one = await order(adapter, await bed.release(), model=LARGE)
    ref = await adapter.start(one)
    proved(await carry_out(adapter, one), one)
    await shell(bed, f"sed -i 's,^{MODEL_KEY}=.*,{MODEL_KEY}=by-hand,' {shlex.quote(file_of(bed))}")
    failure = failed(await adapter.check(one, ref), "model_wrong", "switch")
    assert failure.facts == {"key": MODEL_KEY, "wanted": "org/large-2", "found": "by-hand"}

    other = ModelWrite("OTHER_KEY", "org/large-2")
    strange = replace(one, id="abcd2345-7-9", n=9, model=other, effect={**one.effect, "model": other.plain})
    await refused(adapter.start(strange), "effect_changed", retry=False)
    await refused(adapter.start(replace(strange, model=None)), "effect_changed", retry=False)

    await shell(bed, f"sed -i 's,^{MODEL_KEY}=.*,export {MODEL_KEY}=org/large-2,' {shlex.quote(file_of(bed))}")
    assert one.before is not None
    back = await order(adapter, one.before.id, **undoing(one, 2))
    progress = await carry_out(adapter, back)
    failed(progress, "model_wrong", "switch")  # the code is back, the model could not be put back: red, and it says so
    assert (await running(adapter)).version.id == one.before.id
    assert back.kind is Kind.DEPLOY
    await adapter.close()
