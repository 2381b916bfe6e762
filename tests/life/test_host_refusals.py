"""What a real host can say before anything starts. Each ends in a private no that names the remedy; nothing changed."""

from __future__ import annotations

import pytest

from playground.discord import Seen
from tests.life.conftest import on
from tests.life.hosts import Place

pytestmark = pytest.mark.needs("systemd-host")


async def refused(place: Place, *words: str, verb: str = "deploy", **given: str) -> Seen:
    """The plan is refused with these words; not one effect, nothing in public."""
    before, cards = await place.host.effects(), len(place.house.cards())
    answer = await place.house.plan("jieun", verb, "staging", **given)
    for word in words:
        assert word in answer.text, answer.text
    assert [button.label for button in answer.buttons] == ["Details"]
    happened = [one for one in await place.host.effects() if one not in before]
    assert [one for one in happened if one.by in ("app", "attempt")] == []
    assert len(place.house.cards()) == cards
    return answer


async def test_a_host_that_is_down_is_refused_and_status_says_not_observed(place: Place) -> None:
    sha = await place.well()
    await place.host.faults.unreachable()
    place.after.push_async_callback(place.host.faults.reachable)
    await refused(place, "The server cannot be reached", "127.0.0.1", "Nothing was changed", "firewall")
    status = await place.house.plan("visitor", "status", "staging")
    assert f"recorded {sha[:7]} · not observed" in status.text
    await place.after.aclose()
    plan = await place.house.plan("jieun", "deploy", "staging")
    assert plan.buttons[0].label in ("Deploy to staging", "Restart")


async def test_a_changed_host_key_stops_everything_before_the_login(place: Place) -> None:
    await place.well()
    key = place.host.path("/etc/playground/host_key")
    right = key.read_bytes()
    place.host.faults.drop()
    await place.host.faults.change_host_key()

    async def put_back() -> None:
        key.write_bytes(right)
        await place.host.exec(["systemctl", "restart", "sshd-playground.service"])
        await place.host.faults.reachable()

    place.after.push_async_callback(put_back)
    await refused(place, "Host key differs", "did not log in", "key offered: SHA256:", "ask the server's administrator")
    assert "host_key_changed" in place.house.refused()


@on("releases", "in_place")
async def test_a_full_disk_is_found_before_the_start(place: Place) -> None:
    await place.well()
    place.after.push_async_callback(place.host.faults.free_disk)
    await place.release()
    await place.host.faults.full_disk()
    await refused(place, "Not enough disk space", "needed 200 MB", "remove old releases")


async def test_a_missing_env_file_is_named(place: Place) -> None:
    await place.well()
    place.host.faults.remove_env_file()
    place.after.callback(place.host.faults.restore_env_file)
    await place.release()
    await refused(place, "The env file is missing: /app/ai-server/shared/.env")


@on("in_place")
async def test_a_dirty_tree_is_refused_and_the_changes_come_with_the_answer(place: Place) -> None:
    await place.well()
    name = place.host.faults.dirty_tree()
    place.after.push_async_callback(
        place.host.exec, ["git", "-C", place.host.app_folder, "checkout", "--", name], user=place.host.setup.user
    )
    await place.release()
    answer = await refused(place, "Uncommitted changes on the server: 1", "Nothing was overwritten")
    (file,) = answer.attachments
    assert "# hotfix, minsu, 03:12" in file.text


@on("releases", "in_place")
async def test_data_that_a_switch_would_hide_is_named_and_not_overwritten(place: Place) -> None:
    await place.well()
    name = place.host.faults.untracked_data()
    where = f"{place.host.here}/{name}"
    place.after.push_async_callback(place.host.exec, ["rm", "-rf", where])
    tracked = {f"{name}/2026-11.jsonl": "{}\n"} if place.host.setup.layout == "in_place" else {}
    await place.release("good", files=tracked)
    await refused(place, "Data that a switch would hide", name, "add it to shared")
    assert "user" in await place.host.exec(["cat", f"{where}/2026-11.jsonl"])


async def test_too_little_sudo_is_refused_with_the_very_command_to_allow(place: Place) -> None:
    await place.well()
    await place.host.faults.sudo("nothing")
    place.after.push_async_callback(place.host.faults.sudo, "right")
    await place.release()
    await refused(place, "sudo is missing", "systemctl restart dojangkok-ai", "for ubuntu", "sudoers")


async def test_too_much_sudo_is_no_reason_to_stop_the_team(place: Place) -> None:
    await place.well()
    await place.host.faults.sudo("too_much")
    place.after.push_async_callback(place.host.faults.sudo, "right")
    await place.ship()


async def test_a_version_that_does_not_exist_is_refused_by_its_name(place: Place) -> None:
    await place.well()
    await refused(place, "Version not found: no-such-branch", version="no-such-branch")
    await refused(place, "Version not found: deadbeef", version="deadbeef")


async def test_a_ref_that_looks_like_an_option_or_a_command_never_reaches_git(place: Place) -> None:
    await place.well()
    for ref in ("--upload-pack=touch${IFS}/tmp/owned", "$(touch /tmp/owned)", "main;id", "..", "a\nb"):
        await refused(place, "Not a possible version", "branch, tag or commit SHA", version=ref)
    assert "owned" not in await place.host.exec(["ls", "/tmp"])
    assert place.host.traces_of_hostile_code() == []


async def test_a_branch_that_moved_while_the_plan_was_read_starts_nothing(place: Place) -> None:
    await place.well()
    shown = await place.release()
    plan = await place.house.plan("jieun", "deploy", "staging")
    assert f"New: {shown[:7]} (main)" in plan.text
    moved = await place.release()
    changed = await place.house.jieun.click(plan, "Deploy to staging")
    assert "the version to deploy" in changed.text
    assert "Nothing was started" in changed.text
    assert changed.message is not None
    fresh = await place.house.jieun.click(changed.message, "Show new plan")
    assert moved[:7] in fresh.text
    assert await place.starts(shown) == await place.starts(moved) == 0


async def test_a_version_that_was_put_there_by_hand_is_shown_first_on_status_and_plan(place: Place) -> None:
    recorded = await place.well()
    hand = await place.host.install(await place.release())
    status = await place.house.plan("visitor", "status", "staging")
    drift = f"Drift: recorded {recorded[:7]} · running {hand[:7]} (changed outside Slipway)"
    assert drift in status.text
    await place.release()
    plan = await place.house.plan("jieun", "deploy", "staging")
    assert str(plan.embeds[0].description).splitlines()[0] == f"⚠️ {drift}"
