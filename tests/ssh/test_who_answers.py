"""A 200 is no proof: who answers on the health port, and as what?"""

from __future__ import annotations

import asyncio

import pytest

from bot.model import HealthCheck, Nothing, Progress, Running, Status, Unreadable
from bot.ports import Probes
from tests.contract.beds import SshBed, carry_out, order, proved, running, watch
from tests.ssh.conftest import Boot
from tests.ssh.told import failed, preflight

pytestmark = pytest.mark.needs("systemd-host")


async def test_another_application_on_the_port_is_never_taken_for_the_service(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    bed.host.repository.release("hangs")
    one = await order(adapter, "main")
    await bed.host.exec(["systemctl", "stop", bed.host.setup.service])
    await bed.host.faults.squat(bed.host.app_port)
    ref = await adapter.start(one)
    first = await watch(adapter, one, ref, proved=False)
    assert first.evidence is None
    failure = failed(await _until_failed(adapter, one, ref), "foreign_socket", "restart")
    assert failure.facts["port"] == bed.host.app_port
    assert isinstance(adapter, Probes)
    assert (await adapter.probe(bed.health)).status == 200  # that is why
    await adapter.close()


async def _until_failed(adapter: object, one: object, ref: object) -> Progress:
    for _ in range(100):
        progress: Progress = await adapter.check(one, ref)  # type: ignore[attr-defined]
        assert progress.evidence is None
        if progress.status is Status.FAILED:
            return progress
        await asyncio.sleep(0.1)
    raise AssertionError(progress)


async def test_a_port_taken_by_another_application_leaves_no_proof_before_a_deploy(boot: Boot) -> None:
    bed = await boot()
    bed.host.repository.release("hangs")
    sha = bed.host.repository.head()
    await bed.host.install(sha, healthy=False)
    await bed.host.faults.squat(bed.host.app_port)
    adapter = bed.adapter()
    found = await preflight(adapter, "main")
    assert found.proof is None
    assert [finding.code for finding in found.findings if finding.stops] == ["no_proof"]
    await adapter.close()


LINGERS = """
import os, socket, sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Old(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"ok")
    def log_message(self, *_): pass
server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Old)
if os.fork() == 0:
    server.serve_forever()
server.socket.close()
while True:
    time.sleep(1)
"""


async def test_an_old_process_that_goes_on_answering_200_is_not_the_new_version(boot: Boot) -> None:
    bed = await boot()
    drop_in = bed.host.path(f"/etc/systemd/system/{bed.host.setup.service}.d")
    drop_in.mkdir()
    (drop_in / "lingers.conf").write_text("[Service]\nKillMode=process\n")
    await bed.host.exec(["systemctl", "daemon-reload"])
    bed.host.repository.release("good", files={"app.py": LINGERS})
    adapter = bed.adapter()
    one = await order(adapter, "main")
    proved(await carry_out(adapter, one), one)

    bed.host.repository.release("hangs")
    two = await order(adapter, "main", n=2)
    ref = await adapter.start(two)
    first = await watch(adapter, two, ref, proved=False)
    assert (first.evidence, first.downtime) == (None, None)
    failed(await _until_failed(adapter, two, ref), "old_process", "restart")
    await adapter.close()


async def test_another_user_s_service_is_proved_by_the_version_that_its_answer_names(boot: Boot) -> None:
    bed = await boot(service_user="dojangkok")
    bed.health = HealthCheck(bed.host.app_url + "/version", start_within=20, interval=0.2, version="/version")
    adapter = bed.adapter()
    assert (await running(adapter)).proof == "answer"
    assert (await preflight(adapter, await bed.release())).proof == "answer"
    one = await order(adapter, "main")
    assert proved(await carry_out(adapter, one), one).proof == "answer"
    await adapter.close()


async def test_another_user_s_service_that_names_no_version_is_proved_by_its_instance(boot: Boot) -> None:
    bed = await boot(service_user="dojangkok")
    adapter = bed.adapter()
    assert (await preflight(adapter, await bed.release())).proof == "instance"
    one = await order(adapter, "main")
    assert proved(await carry_out(adapter, one), one).proof == "instance"
    await adapter.close()


async def test_an_answer_that_names_another_version_is_no_proof(boot: Boot) -> None:
    bed = await boot(service_user="dojangkok")
    bed.health = HealthCheck(bed.host.app_url + "/version", start_within=20, version="/version")
    adapter = bed.adapter()
    text = await bed.host.exec(["cat", f"{bed.host.app_folder}/current/app.py"])
    assert '"version": VERSION' in text
    lying = text.replace('"version": VERSION', '"version": "0" * 40')
    bed.host.repository.release("good", files={"app.py": lying})
    one = await order(adapter, "main")
    ref = await adapter.start(one)
    await watch(adapter, one, ref, proved=False)
    await bed.host.until_healthy()
    for _ in range(5):
        progress = await adapter.check(one, ref)
        assert (progress.status, progress.evidence) == (Status.DONE, None)
    await adapter.close()


async def test_a_service_without_a_health_check_is_proved_once_it_stays_up(boot: Boot) -> None:
    bed = await boot()
    bed.health = None  # type: ignore[assignment]
    adapter = bed.adapter()
    one = await order(adapter, await bed.release())
    evidence = proved(await carry_out(adapter, one), one)
    assert evidence.proof == "release"
    await adapter.close()


@pytest.mark.parametrize("layout", ["releases", "in_place"])
async def test_a_version_that_was_switched_but_not_restarted_is_not_what_runs(boot: Boot, layout: str) -> None:
    bed = await boot(layout=layout)
    adapter = bed.adapter()
    before = await running(adapter)
    await asyncio.sleep(1.1)  # a reflog counts whole seconds
    sha, app, user = await bed.release(), bed.host.app_folder, bed.host.setup.user
    if layout == "in_place":
        await bed.host.exec(["sh", "-c", f"cd {app} && git fetch -q && git checkout -q {sha}"], user=user)
    else:
        await bed.host.exec(["sh", "-c", _by_hand(app, before, sha)], user=user)
    seen = await running(adapter)
    assert (seen.version, seen.instance) == (before.version, before.instance)
    await adapter.close()


def _by_hand(app: str, before: Running, sha: str) -> str:
    """Somebody switches and does not restart."""
    new = f"releases/{sha[:12]}-x"
    return f"cd {app} && cp -a releases/{before.parts['release']} {new} && ln -sfn {new} current"


async def test_what_runs_is_not_guessed_where_the_process_cannot_be_looked_into(boot: Boot) -> None:
    bed = await boot(service_user="dojangkok")
    adapter = bed.adapter()
    before = await running(adapter)
    sha, app, user = await bed.release(), bed.host.app_folder, bed.host.setup.user
    await bed.host.exec(["sh", "-c", _by_hand(app, before, sha)], user=user)
    assert await adapter.running() == Unreadable(
        "restart_pending", {"unit": bed.host.setup.service, "version": sha[:7]}
    )
    await adapter.close()


async def test_a_stopped_unit_is_nothing_and_not_an_error(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    await bed.host.exec(["systemctl", "stop", bed.host.setup.service])
    assert isinstance(await adapter.running(), Nothing)
    assert isinstance(await SshBed.adapter(bed, unit="another").running(), Nothing)
    await adapter.close()


async def test_a_systemd_that_answers_nothing_is_unreadable_and_no_success(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    bed.host.faults.impersonate("/usr/bin/systemctl", "#!/bin/sh\nexit 0\n")  # type: ignore[attr-defined]
    seen = await adapter.running()
    assert isinstance(seen, Unreadable)
    assert seen.code == "systemd_unreadable"
    bed.host.faults.restore("/usr/bin/systemctl")  # type: ignore[attr-defined]
    assert isinstance(await adapter.running(), Running)
    await adapter.close()
