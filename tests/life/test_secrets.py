"""No secret of the host's .env or of the bot's environment leaves them: raw bytes are searched, not objects."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from playground.discord import LocalDiscord
from playground.host import SECRET
from tests.life.conftest import on
from tests.life.hosts import Place


def sent(discord: LocalDiscord) -> str:
    """Every body that the bot sent by REST, and every message and file that Discord keeps."""
    bodies = [json.dumps([call.path, call.sent], ensure_ascii=False, default=str) for call in discord.journal.rest()]
    messages = list(discord.state.messages.values())
    kept = [json.dumps([one.content, one.embeds], ensure_ascii=False, default=str) for one in messages]
    files = [file.data.decode("utf-8", "replace") for one in messages for file in one.attachments]
    return "\n".join([*bodies, *kept, *files])


def ledger(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("slipway.db*")))


def disguises(secret: str) -> list[str]:
    return [secret, quote(secret, safe=""), base64.b64encode(secret.encode()).decode().rstrip("=")]


@pytest.mark.needs("systemd-host")
@on("releases", "in_place")
async def test_a_release_that_prints_its_env_file_tells_nobody_its_secrets(place: Place) -> None:
    house = place.house
    await place.well()
    card = await place.fails("leaks", "manual rollback needed")
    assert "401 Unauthorized" in card.text
    await house.plan("haneul", "logs", "staging")
    await house.haneul.click(card, "Logs")
    told = await place.host.journal(200)
    assert any(SECRET in line for line in told), "the application did not leak at all"
    key = house.environment["KEY_RELEASES"].splitlines()[2]
    for secret in (SECRET, house.discord.token, key):
        for form in disguises(secret):
            assert form not in sent(house.discord)
            assert form not in "\n".join(house.bot.lines)
            assert form.encode() not in ledger(house.folder)
            assert form not in Path(f"/proc/{house.bot.pid}/cmdline").read_text(encoding="utf-8", errors="replace")


@pytest.mark.needs("systemd-host")
async def test_a_secret_that_a_person_types_as_reason_or_version_is_masked_everywhere(place: Place) -> None:
    house = place.house
    await place.well()
    token = house.discord.token
    await place.release()
    await house.plan("jieun", "deploy", "staging", reason=f"because {token}")
    await house.plan("jieun", "deploy", "staging", version=token[:60])
    await house.jieun.command("lock", service=house.service, env="staging", reason=f"see {token}")
    try:
        told = await house.visitor.command("history", service=house.service)
        assert token not in told.text
        assert token.encode() not in ledger(house.folder)
        assert token not in "\n".join(house.bot.lines)
    finally:
        await house.jieun.command("unlock", service=house.service, env="staging")
