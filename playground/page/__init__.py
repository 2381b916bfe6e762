"""The page of `make demo`: a web page on 127.0.0.1 and the small HTTP and WebSocket API behind it.

    async with Page(stage, Trouble(stage)) as page:
        print(page.address)                # http://127.0.0.1:8090/#key=…

Left the imitation of Discord, right the real targets. Whoever has no key gets the empty page and nothing else.
"""

from playground.page.server import Page

__all__ = ["Page"]
