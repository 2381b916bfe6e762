"""Makes the README's picture from the real page: a red card, Roll back, and the target that answers again.

    python scripts/picture.py [en|ko]      →  docs/images/rollback.png, docs/images/rollback.ko.png

Needs Chromium at /usr/bin/chromium and what `make test` installs. Takes about half a minute.
"""

import asyncio
import base64
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from playground.page import Page as Served
from playground.stage import Language, Stage
from playground.stage.orders import Orders
from playground.stage.trouble import Trouble

ROOT = Path(__file__).parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDEST = 300_000
"""Bytes: a README should be there at once."""
SHEET = """
<style>
  body { margin: 0; padding: 26px 28px; width: 1384px; background: #313338; display: grid; gap: 16px;
         grid-template-columns: minmax(0, 1fr) 30px minmax(0, 1fr) 30px minmax(0, 1fr); align-items: center; }
  img { width: 100%%; display: block; border-radius: 8px; }
  img + img { width: 64%%; justify-self: center; }
  figure { margin: 0; display: grid; gap: 14px; }
  b { color: #949ba4; font: 600 34px system-ui; text-align: center; }
</style>
<figure><img src="%s"><img src="%s"></figure><b>→</b>
<figure><img src="%s"></figure><b>→</b>
<figure><img src="%s"><img src="%s"></figure>
"""


async def main(language: Language) -> None:
    """Plays the story with the people's own clicks and takes its three moments."""
    async with Stage([sys.executable, "-m", "bot"], language=language) as stage:
        await stage.set_up()
        async with Served(stage, Trouble(stage), ports=(0,)) as served, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            parts = await story(stage, await opened(browser, served))
            name = "rollback.png" if language == "en" else f"rollback.{language}.png"
            data = await sheet(browser, parts)
            await browser.close()
    keep(data, ROOT / "docs" / "images" / name)


async def opened(browser: Browser, served: Served) -> Page:
    """The page through the on-call person's eyes, narrow enough for a column of the picture."""
    page = await browser.new_page(viewport={"width": 996, "height": 1000}, device_scale_factor=2)
    await page.goto(served.address)
    await page.locator('[data-face="haneul"]').click()
    return page


async def story(stage: Stage, page: Page) -> list[bytes]:
    """Red card and dead target, the plan, rolled back card and living target."""
    orders = Orders(stage)
    stage.open()
    for _ in range(2):  # the second one greets in English
        await stage.release()
    await orders.settled((await orders.approved("prod")).number)
    await stage.release("crashes")
    failed = await orders.settled((await orders.approved("prod")).number)
    prod = page.locator('.target[data-env="prod"]')
    ping = page.locator(".message", has=page.locator(".mention")).last
    await page.locator(".message.pinged .embed", has_text="pypdf").last.wait_for()
    await page.locator('.target.ill[data-env="prod"]').wait_for()
    red = [await ping.screenshot(), await prod.screenshot()]
    card = await orders.card(failed.number)
    await ping.locator("[data-action=rollback]").click()
    plan = page.locator(".message.private", has=page.locator("[data-action=confirm]")).last
    await plan.wait_for()
    await page.mouse.move(0, 0)
    asked = await plan.screenshot()
    await plan.locator("[data-action=confirm]").click()
    await stage.until(lambda: (stage.ledger.last("prod") or failed).kind == "rollback", 30)
    back = await orders.settled(stage.ledger.deploys()[-1].number)
    done = await orders.card(back.number)
    await stage.until(lambda: "↩️" in done.content, 30)
    await page.locator('.target.well[data-env="prod"]').wait_for()
    await page.mouse.move(0, 0)
    await page.wait_for_function("!document.querySelector('.target.flash')?.getAnimations().length")
    return [*red, asked, await page.locator(f"#m{done.id}").screenshot(), await prod.screenshot()] if card else []


async def sheet(browser: Browser, parts: list[bytes]) -> bytes:
    """The moments side by side, in one PNG."""
    page = await browser.new_page(viewport={"width": 1440, "height": 100}, device_scale_factor=1)
    shown = [f"data:image/png;base64,{base64.b64encode(part).decode()}" for part in parts]
    await page.set_content(SHEET % tuple(shown))
    return await page.screenshot(full_page=True)


def keep(data: bytes, file: Path) -> None:
    """Writes the picture unless it grew too large for a README."""
    if len(data) > WIDEST:
        raise SystemExit(f"{file.name} has {len(data)} bytes, more than {WIDEST}")
    file.write_bytes(data)
    sys.stdout.write(f"{file.relative_to(ROOT)}: {len(data)} bytes\n")


if __name__ == "__main__":
    asyncio.run(main("ko" if sys.argv[1:] == ["ko"] else "en"))
