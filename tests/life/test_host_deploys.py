"""Deploys on a real host that go wrong in the middle: the card says what is true, and the way back works."""

from __future__ import annotations

import pytest

from tests.life.conftest import on
from tests.life.hosts import Place

pytestmark = pytest.mark.needs("systemd-host")


@on("releases", "in_place")
async def test_a_failing_pip_install_leaves_the_old_version_serving_and_says_which_package(place: Place) -> None:
    good = await place.well()
    card = await place.fails("pip_fails", "previous version still healthy")
    assert "chromadb==1.3.5" in card.text
    assert "Likely cause: no such package or version" in card.text
    assert "Install dependencies" in card.text
    assert {button.label for button in card.buttons} == {"Try again", "Logs"}
    assert await place.host.version() == good
    assert (await place.house.ping("Deploy failed")).pings == ["jieun"]


@on("releases", "in_place")
async def test_a_crash_loop_is_told_by_its_traceback_and_rolled_back_by_on_call(place: Place) -> None:
    good = await place.well()
    card = await place.fails("crashes", "manual rollback needed")
    assert "No module named 'pypdf'" in card.text
    assert "missing from the requirements" in card.text
    assert "@oncall" in (await place.house.ping("Restart service")).pings
    await place.back(card)
    assert await place.host.version() == good
    assert (await place.host.unit_state())["ActiveState"] == "active"


async def test_an_unhealthy_release_says_which_version_runs_and_what_it_answers(place: Place) -> None:
    good = await place.well()
    card = await place.fails("unhealthy", "manual rollback needed")
    bad = await place.host.version()
    assert f"Now: {bad[:7]} runs, HTTP 502" in card.text
    await place.back(card)
    assert await place.host.version() == good


async def test_another_application_on_the_health_port_is_never_taken_for_the_new_version(place: Place) -> None:
    await place.well()
    await place.host.exec(["systemctl", "stop", place.host.setup.service])
    await place.host.faults.squat(place.host.app_port)
    place.after.push_async_callback(place.host.faults.stop_squatting)
    green = [one for one in place.house.cards() if "✅" in one.content]
    card = await place.fails("hangs", "deploy failed")
    assert "Another program answers on the health port" in card.text
    assert (await place.host.health())[0] == 200  # that is why
    assert [one for one in place.house.cards() if "✅" in one.content] == green


LINGERS = """
import os, time
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


async def test_a_health_check_that_the_old_process_answers_is_not_green(place: Place) -> None:
    await place.well()
    drop_in = place.host.path(f"/etc/systemd/system/{place.host.setup.service}.d")
    drop_in.mkdir()
    (drop_in / "lingers.conf").write_text("[Service]\nKillMode=process\n")
    await place.host.exec(["systemctl", "daemon-reload"])

    async def clear() -> None:
        (drop_in / "lingers.conf").unlink()
        drop_in.rmdir()
        await place.host.exec(["systemctl", "daemon-reload"])
        await place.host.exec(["systemctl", "stop", place.host.setup.service])

    place.after.push_async_callback(clear)
    sha = await place.release("good", files={"app.py": LINGERS})
    await place.house.deploy("jieun", "staging")
    await place.house.card(f"✅ Deployed · new · staging · {sha[:7]}", deadline=40)
    green = len([one for one in place.house.cards() if "✅" in one.content])
    card = await place.fails("hangs", "deploy failed")
    assert "A process of the old instance still answers" in card.text
    assert (await place.host.health())[0] == 200  # that is why
    assert len([one for one in place.house.cards() if "✅" in one.content]) == green


@on("auto")
async def test_a_crashing_release_is_put_back_by_policy_and_the_old_version_answers(place: Place) -> None:
    good = await place.well()
    await place.fails("crashes", "rolled back automatically")
    assert await place.host.version() == good
    assert (await place.house.ping("rolled back automatically")).pings == ["jieun"]
    refused = await place.house.plan("jieun", "deploy", "staging")
    assert "was rolled back and is kept out" in refused.text


async def test_a_host_that_goes_away_in_mid_deploy_is_unknown_and_then_decided_by_what_runs(place: Place) -> None:
    await place.well()
    sha = await place.release("slow_boot", seconds=4.0)
    await place.house.deploy("jieun", "staging")
    await place.house.discord.until(lambda: "Restart" in place.house.cards()[-1].text, 20)
    await place.host.faults.unreachable()
    place.after.push_async_callback(place.host.faults.reachable)
    await place.house.titled("result needs checking", deadline=40)
    held = await place.house.plan("minsu", "status", "staging")
    assert held.text
    await place.after.aclose()
    await place.house.card(f"Deployed · {place.house.service} · staging · {sha[:7]}", deadline=40)
    assert await place.starts(sha) == 1


async def test_a_restart_on_a_real_host_is_a_new_process_of_the_same_version(place: Place) -> None:
    sha = await place.well()
    before = await place.host.unit_state()
    plan = await place.house.plan("jieun", "restart", "staging")
    await place.house.confirm("jieun", plan, "restart", "staging")
    await place.house.card("Restarted", deadline=30)
    after = await place.host.unit_state()
    assert before["InvocationID"] != after["InvocationID"]
    assert await place.host.version() == sha


async def test_redeploy_of_the_running_version_builds_and_switches_again(place: Place) -> None:
    sha = await place.well()
    release = await place.host.exec(["readlink", f"{place.host.app_folder}/current"])
    plan = await place.house.plan("jieun", "deploy", "staging", version=sha)
    await place.house.jieun.click(plan, "Redeploy")
    await place.house.card("Redeployed", deadline=30)
    assert await place.host.exec(["readlink", f"{place.host.app_folder}/current"]) != release
    assert await place.host.version() == sha


@on("in_place")
async def test_the_last_log_lines_come_masked_to_the_reader_alone(place: Place) -> None:
    from playground.host import SECRET

    await place.well()
    await place.fails("leaks", "manual rollback needed")
    answer = await place.house.plan("haneul", "logs", "staging")
    assert "401 Unauthorized" in answer.text + answer.attachments[0].text
    assert "***" in answer.attachments[0].text
    assert SECRET not in answer.text + answer.attachments[0].text
