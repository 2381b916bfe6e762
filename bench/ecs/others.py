"""Three ways of a team to deploy to ECS and wait, each a process of its own from an environment of their own."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.ecs.cloud import CONTAINER, REGION, Cloud
from playground.aws import Service

HERE = Path(__file__).parent
TOOLS = HERE.parents[1] / ".venv/bench/bin"
WAYS = ("aws ecs wait", "boto3's waiter", "ecs-deploy")


@dataclass(frozen=True)
class Told:
    """``lag``: seconds from stable until it was told. ``asked``: requests by action, from the order on."""

    success: bool
    lag: float
    asked: Counter[str]
    planned: int = 0  # requests before the order


def check() -> None:
    if not (TOOLS / "aws").exists() or not (TOOLS / "ecs").exists():
        raise SystemExit("bench ecs compares with aws and ecs-deploy: make .venv/.bench, then try again")


def command(way: str, service: Service, image: str) -> list[str]:
    what = [service.cluster.name, service.name]
    if way == WAYS[0]:
        return ["sh", str(HERE / "wait.sh"), *what, CONTAINER, image]
    if way == WAYS[1]:
        return [str(TOOLS / "python"), str(HERE / "waiter.py"), *what, CONTAINER, image]
    return [str(TOOLS / "ecs"), "deploy", *what, "--image", CONTAINER, image, "--no-deregister"]


async def deploy(cloud: Cloud, way: str, service: Service, folder: Path, *, good: bool) -> Told:
    """From the start of its process until that ends."""
    image = cloud.images[REGION].image(cloud.push())
    keys = cloud.aws.keys(name=f"{service.name}-{cloud.pushed}")
    folder.mkdir(parents=True, exist_ok=True)
    since = len(cloud.aws.requests)
    rolling = asyncio.create_task(cloud.roll(service, good=good))
    process = await asyncio.create_subprocess_exec(
        *command(way, service, image),
        cwd=folder,
        env={
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": cloud.aws.endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(180):
            said, _ = await process.communicate()
        at = time.monotonic()
    finally:
        if process.returncode is None:
            process.kill()
    words = said.decode(errors="replace")
    if service.primary.rollout == "COMPLETED" and not rolling.done() and service.name not in cloud.stable:
        rolling.cancel()
        raise RuntimeError(f"{way} ended before it began: {words[-800:]}")
    await rolling
    return Told(process.returncode == 0, at - cloud.stable[service.name], cloud.asked(keys, since))
