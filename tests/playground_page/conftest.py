"""The page over a stage without hosts, cards posted by the bot's own token, and a headless Chromium."""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from playground.page import Page as Served
from playground.stage import Stage
from playground.stage.trouble import Trouble

Post = Callable[..., Awaitable[str]]
HERE = Path(__file__).parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all of them, since one browser serves them all."""
    for item in items:
        if item.path.is_relative_to(HERE) and inspect.iscoroutinefunction(getattr(item, "function", None)):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """No host and no bot: the imitation alone, open for people."""
    async with Stage(["false"], language="en") as stage:
        stage.open()
        yield stage


@pytest_asyncio.fixture(loop_scope="session")
async def served(stage: Stage) -> AsyncIterator[Served]:
    async with Served(stage, Trouble(stage), ports=(0,)) as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def post(stage: Stage) -> AsyncIterator[Post]:
    """Posts a message as the bot does, over HTTP; returns its id."""
    headers = {"Authorization": f"Bot {stage.discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def post(channel: str = "deploys", **body: Any) -> str:
            url = f"{stage.discord.api}/channels/{stage.discord.channel(channel).id}/messages"
            async with session.post(url, json=body) as answer:
                told = await answer.json()
                assert answer.status == 200, told
                return str(told["id"])

        yield post


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One process for all pages of a module: each page has a context, which is a browser profile, of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, served: Served) -> AsyncIterator[Page]:
    """The page, opened at 1280 px. Any error of a script, and any request to elsewhere, fails the test."""
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: _at_home(asked.url, served, troubles))
    await page.goto(served.address)
    await page.wait_for_selector("#channels .channel")
    yield page
    await page.close()
    assert troubles == []


def _at_home(url: str, served: Served, troubles: list[str]) -> None:
    if not url.startswith(
        (f"http://127.0.0.1:{served.guard.port}/", f"ws://127.0.0.1:{served.guard.port}/", "data:", "blob:")
    ):
        troubles.append(f"asked {url}")
