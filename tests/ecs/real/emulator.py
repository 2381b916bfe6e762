"""ministack: an emulator of AWS whose ECS runs real containers and whose ECR is a real registry. Loopback only."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from playground.host.net import free_ports
from tests.capabilities import EMULATORS
from tests.ecs.real.daemon import Daemon
from tests.ecs.real.process import Server
from tests.ecs.real.way_out import WayOut

ACCOUNT, REGION = "123456789012", "ap-northeast-2"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


class Emulator:
    """``endpoint`` is every service's. ``client`` is plain boto3, for what a test does by hand."""

    def __init__(self, port: int, daemon: Daemon, way_out: WayOut) -> None:
        self.port, self.daemon, self.way_out = port, daemon, way_out
        self.endpoint = f"http://127.0.0.1:{port}"

    def client(self, service: str) -> Any:
        return client(service, self.endpoint)


def client(service: str, endpoint: str) -> Any:
    """Every mistake at once, nothing tried again."""
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def ministack(folder: Path) -> Iterator[Emulator]:
    """A daemon and an emulator, both of them this test process's own."""
    (port,) = free_ports(1)
    way_out = WayOut(REGISTRY, port)
    try:
        daemon = Daemon(folder, way_out.url, REGISTRY)
        try:
            server = _serve(folder, port, daemon, way_out)
            try:
                yield Emulator(port, daemon, way_out)
            finally:
                server.process.kill()
                server.stop()
        finally:
            daemon.kill()
    finally:
        way_out.close()


def _serve(folder: Path, port: int, daemon: Daemon, way_out: WayOut) -> Server:
    server = Server(
        "ministack",
        [str(EMULATORS), "-m", "ministack"],
        folder,
        {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "DOCKER_HOST": daemon.socket,
            "HOSTNAME": "slipway",
            "HTTP_PROXY": way_out.url,
            "HTTPS_PROXY": way_out.url,
            "NO_PROXY": "127.0.0.1,localhost",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "S3_DATA_DIR": str(folder / "s3"),
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
        },
    )
    try:
        server.until(lambda: listens(port))
    except RuntimeError:
        server.stop()
        raise
    return server
