"""Who may speak with the page: nobody but a browser on this machine, from this page, with the printed key."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from playground.page import Page
from playground.stage import Stage


@pytest_asyncio.fixture(loop_scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def own(served: Page) -> dict[str, str]:
    """What the page's own requests carry."""
    return {"Origin": f"http://127.0.0.1:{served.guard.port}", "X-Playground-Key": served.guard.key}


def url(served: Page, path: str) -> str:
    return f"http://127.0.0.1:{served.guard.port}{path}"


async def test_the_page_itself_tells_nothing_and_may_load_nothing_from_elsewhere(
    served: Page, http: aiohttp.ClientSession
) -> None:
    async with http.get(url(served, "/")) as answer:
        body = await answer.text()
        assert answer.status == 200
        assert served.guard.key not in body
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_it_listens_on_loopback_only(served: Page) -> None:
    assert {address[0] for address in served._runner.addresses} == {"127.0.0.1"}


async def test_with_key_and_origin_a_verb_is_done(served: Page, http: aiohttp.ClientSession, stage: Stage) -> None:
    said = {"as": "jieun", "channel": "deploys", "text": "hello"}
    async with http.post(url(served, "/api/say"), json=said, headers=own(served)) as answer:
        assert answer.status == 200
    assert [message.content for message in stage.discord.messages("deploys")] == ["hello"]


@pytest.mark.parametrize(
    "change",
    [
        {"X-Playground-Key": None},
        {"X-Playground-Key": "x"},
        {"Origin": None},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example:8090"},
    ],
    ids=str,
)
async def test_without_key_from_elsewhere_or_by_another_name_nothing_is_done(
    served: Page, http: aiohttp.ClientSession, stage: Stage, change: dict[str, str | None]
) -> None:
    headers = {name: value for name, value in (own(served) | change).items() if value is not None}
    said = {"as": "jieun", "channel": "deploys", "text": "hello"}
    async with http.post(url(served, "/api/say"), json=said, headers=headers) as answer:
        assert answer.status == 403
    assert stage.discord.messages("deploys") == []


@pytest.mark.parametrize("change", [{"key": "wrong"}, {"origin": "http://evil.example"}, {"origin": None}], ids=str)
async def test_the_socket_opens_for_the_page_with_the_key_only(
    served: Page, http: aiohttp.ClientSession, change: dict[str, str | None]
) -> None:
    asked: dict[str, str | None] = {"key": served.guard.key, "origin": f"http://127.0.0.1:{served.guard.port}"}
    async with http.ws_connect(url(served, f"/ws?key={asked['key']}"), origin=asked["origin"]) as socket:
        assert (await socket.receive_json())["t"] == "hello"
    asked |= change
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await http.ws_connect(url(served, f"/ws?key={asked['key']}"), origin=asked["origin"])


async def test_the_applications_page_opens_with_its_own_key_which_opens_nothing_else(
    served: Page, http: aiohttp.ClientSession
) -> None:
    async with http.get(url(served, f"/app/prod/{served.guard.peek}")) as answer:
        assert answer.status == 502  # no host on this stage
        assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-scripts; default-src 'none'")
    async with http.get(url(served, f"/app/prod/{served.guard.key}")) as answer:
        assert answer.status == 403
    async with http.get(url(served, f"/file/1/1?key={served.guard.peek}")) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("body", ["[]", "not json", '{"as": 1}', "{}"])
async def test_nonsense_is_refused_and_changes_nothing(
    served: Page, http: aiohttp.ClientSession, stage: Stage, body: str
) -> None:
    for verb in ("say", "click", "command", "nothing"):
        async with http.post(url(served, f"/api/{verb}"), data=body, headers=own(served)) as answer:
            told = await answer.json()
            assert "error" in told, verb
    assert stage.discord.messages("deploys") == []
