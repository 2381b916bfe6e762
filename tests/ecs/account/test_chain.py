"""What boto3 finds by itself, in a process whose environment is ours alone, and what of it is not heard."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
ACCESS, SECRET, TOKEN = "ASIAEXAMPLE000000001", "secret-that-only-the-chain-knows", "token-that-only-the-chain-knows"
GIVEN = {
    "Code": "Success",
    "Type": "AWS-HMAC",
    "AccessKeyId": ACCESS,
    "SecretAccessKey": SECRET,
    "Token": TOKEN,
    "Expiration": (datetime.now(UTC) + timedelta(hours=6)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "RoleArn": "arn:aws:iam::123456789012:role/bot",
}
FOUND = """
import asyncio, json
from adapters.ecs.account import Aws
from adapters.ecs.config import Config
from bot.errors import AdapterError
from bot.redact import Redactor

section = Config(region="ap-northeast-2", cluster="c", service="s", container="a", repository="rr")
sink = Redactor()

async def main():
    aws = Aws(None, sink.hide)
    region = aws.region(section)
    try:
        keys = await region._speaker.keys("slipway")
    except AdapterError as error:
        return {"code": error.code, "facts": dict(error.facts)}
    finally:
        await aws.close()
    return {"access": keys.access, "shown": sink.clean(f"{keys.secret} {keys.token}")}

print(json.dumps(asyncio.run(main())))
"""
MADE = """
import json
from adapters.ecs.account.asked import Asked, Keys, Where
from adapters.ecs.account.wire import Wire

made = Wire()._opened(Asked("read", "ecs", "describe_services"), Where("ap-northeast-2"), Keys("AKIAEXAMPLE", "x" * 40))
known = made.meta.config
print(json.dumps([made.meta.region_name, made.meta.endpoint_url, known.retries["total_max_attempts"]]))
"""


def run(script: str, environ: Mapping[str, str]) -> Any:
    """In a process that knows nothing but ``environ``."""
    known = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", **environ}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=known, capture_output=True, text=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


class Giver(BaseHTTPRequestHandler):
    """As the container's agent and the instance's metadata service (IMDSv2) answer."""

    def do_PUT(self) -> None:
        self._say("a-token-of-imds")

    def do_GET(self) -> None:
        where = self.path.rstrip("/")
        if where.endswith("/security-credentials"):
            return self._say("bot")
        return self._say(json.dumps(GIVEN))

    def _say(self, text: str) -> None:
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def giver() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Giver)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_profile_is_found_and_masked(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        f"[ours]\naws_access_key_id = {ACCESS}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
    )
    environ = {"AWS_SHARED_CREDENTIALS_FILE": str(file), "AWS_PROFILE": "ours"}
    assert run(FOUND, environ) == {"access": ACCESS, "shown": "*** ***"}


def test_the_role_of_a_container_and_of_an_instance_is_found_and_masked() -> None:
    with giver() as url:
        for environ in (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{url}/creds"},
            {"AWS_EC2_METADATA_SERVICE_ENDPOINT": url},
        ):
            assert run(FOUND, environ) == {"access": ACCESS, "shown": "*** ***"}


@pytest.mark.parametrize(
    ("environ", "why"), [({}, "NoCredentialsError"), ({"AWS_PROFILE": "nobody"}, "ProfileNotFound")]
)
def test_where_nothing_is_found_that_is_said(environ: dict[str, str], why: str) -> None:
    found = run(FOUND, {"AWS_EC2_METADATA_DISABLED": "true", **environ})
    assert found == {"code": "no_credentials", "facts": {"why": why}}


def test_the_environment_says_neither_where_aws_is_nor_how_often_to_try() -> None:
    environ = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL_ECS": "http://127.0.0.1:1",
        "AWS_MAX_ATTEMPTS": "9",
        "AWS_RETRY_MODE": "legacy",
    }
    assert run(MADE, environ) == ["ap-northeast-2", "https://ecs.ap-northeast-2.amazonaws.com", 1]
