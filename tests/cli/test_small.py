"""``schema``, ``version`` and ``invite-url``."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import jsonschema

from adapters import load as kinds
from bot.cli import invite, schema, version
from tests.cli.typing_at import typed


def test_the_schema_is_a_json_schema_with_the_adapters_in_it() -> None:
    found = json.loads(typed(schema.command(kinds)).stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    assert {"ssh", "dry_run", "policy", "health", "watch"} <= set(found["$defs"]["Environment"]["properties"])


def test_the_schemas_defaults_are_written_as_the_file_writes_them() -> None:
    found = json.loads(typed(schema.command(kinds)).stdout)
    assert found["$defs"]["ApproveTable"]["properties"]["expires"]["default"] == "30m"


def test_the_version_is_the_projects() -> None:
    assert typed(version.command()).stdout.splitlines()[0] == f"slipway {version.number()}"


def test_the_link_asks_for_exactly_the_permissions_that_discord_py_calls_by_these_names() -> None:
    wanted = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        embed_links=True,
        attach_files=True,
        add_reactions=True,
        read_message_history=True,
    )
    result = typed(invite.command(), "--application", "1234567890")
    query = parse_qs(urlsplit(result.stdout.strip()).query)
    assert query == {
        "client_id": ["1234567890"],
        "scope": ["bot applications.commands"],
        "permissions": [str(wanted.value)],
    }


def test_the_link_asks_for_pins_only_where_there_is_a_board(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[discord]\nguild = "1"\n', encoding="utf-8")
    plain = typed(invite.command(), "--application", "1", "--config", path)
    path.write_text('[discord]\nguild = "1"\nboard = "2"\n', encoding="utf-8")
    pinning = typed(invite.command(), "--application", "1", "--config", path)
    bits = [int(parse_qs(urlsplit(one.stdout.strip()).query)["permissions"][0]) for one in (plain, pinning)]
    assert bits[1] - bits[0] == discord.Permissions(pin_messages=True).value
    assert "Pin Messages" in pinning.stderr
    assert "Pin Messages" not in plain.stderr


def test_the_link_reads_the_application_from_the_token_and_does_not_show_the_rest() -> None:
    token = base64.b64encode(b"1234567890").decode().rstrip("=") + ".Gabcde.the-secret-part"
    result = typed(invite.command(), environ={"DISCORD_TOKEN": token})
    assert "client_id=1234567890&" in result.stdout
    assert "the-secret-part" not in result.output


def test_without_token_and_option_the_link_says_what_to_do() -> None:
    result = typed(invite.command(), environ={"DISCORD_TOKEN": ""})
    assert (result.exit_code, "--application" in result.stderr) == (1, True)


def test_the_link_asks_for_the_audit_log_only_where_an_approval_has_a_cool_off(tmp_path: Path) -> None:
    asked = {}
    for name, line in (("without", ""), ("with", 'cooloff = "24h"')):
        path = tmp_path / f"{name}.toml"
        path.write_text(f"[services.a.env.prod.policy.approve]\n{line}\n", encoding="utf-8")
        result = typed(invite.command(), "--application", "1234567890", "--config", str(path))
        query = parse_qs(urlsplit(result.stdout.strip()).query)
        asked[name] = discord.Permissions(int(query["permissions"][0])).view_audit_log
    assert asked == {"without": False, "with": True}


def test_a_file_that_is_no_toml_is_said_and_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[services", encoding="utf-8")
    result = typed(invite.command(), "--application", "1234567890", "--config", str(path))
    assert (result.exit_code, "is not TOML" in result.stderr) == (1, True)
