"""The on-call calendar over real HTTP: whatever the other side does, what was read last stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.cards import oncall_card
from bot.duty import Calendar, Handover
from bot.duty.calendar import feed
from bot.ledger import posts
from bot.oncall import Names, OnCall, Source
from tests.duty.conftest import ADMIN, DAY, HOUR, MINSU, ROLE, SORA, START, ZONE, Desk
from tests.duty.ics import Server, calendar, event, served

NAMES = Names({"minsu kim": MINSU.id, "sora@example.org": SORA.id})
TWO = calendar(
    event("Minsu Kim (on call)", ";TZID=Asia/Seoul:20261123T090000", ";TZID=Asia/Seoul:20261124T090000"),
    event("on call", ":20261124T000000Z", ":20261125T000000Z", "ATTENDEE;CN=S:mailto:sora@example.org"),
)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with served(TWO) as found:
        yield found


@pytest.fixture
async def reader(desk: Desk, server: Server) -> Calendar:
    await desk.planned(OnCall(ROLE, calendar=()))
    return Calendar(desk.ledger, lambda: server.url, NAMES, ZONE, desk.clock.now)


async def test_the_calendar_says_who_is_on_call_now_and_next(desk: Desk, reader: Calendar) -> None:
    await reader.look()
    told = await desk.duties.told()
    assert (told.now.user, told.now.by, told.now.until) == (MINSU.id, Source.CALENDAR, START.timestamp() + DAY)
    assert told.next is not None
    assert told.next.user == SORA.id
    assert told.calendar == desk.clock.now()


async def test_an_override_beats_it_and_its_people_may_hand_over_to_each_other(desk: Desk, reader: Calendar) -> None:
    await reader.look()
    await desk.duties.override(SORA, MINSU, "1h")
    assert desk.on_call() == (SORA.id,)


async def test_what_did_not_change_is_not_sent_again(desk: Desk, reader: Calendar, server: Server) -> None:
    await reader.look()
    desk.clock.pass_(300)
    await reader.look()
    assert server.asked[1]["if-none-match"]
    told = await desk.duties.told()
    assert (told.now.user, told.calendar) == (MINSU.id, desk.clock.now())


async def test_a_server_without_etags_is_asked_by_date(desk: Desk, reader: Calendar, server: Server) -> None:
    date = "Mon, 23 Nov 2026 00:00:00 GMT"

    async def dated(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-Modified-Since") == date:
            return web.Response(status=304)
        return web.Response(body=TWO, headers={"Last-Modified": date})

    server.answer = dated
    await reader.look()
    await reader.look()
    assert desk.rota.planned.calendar == ()
    assert server.asked[1]["if-modified-since"] == date


async def test_a_change_in_the_middle_of_a_turn_is_handed_over_when_it_is_seen(
    desk: Desk, reader: Calendar, server: Server
) -> None:
    await reader.look()
    duty = Handover(desk.ledger, desk.rota, frozenset(), desk.clock.now)
    await duty.look()
    desk.clock.pass_(5 * HOUR)
    await duty.look()
    server.body = TWO.replace(b"Minsu Kim (on call)", b"sora@example.org")
    await reader.look()
    await duty.look()
    (card,) = [post for post in await desk.ledger.read(posts.wanted) if post.kind == "handover"]
    assert (card.payload["before"], card.payload["user"], card.payload["by"]) == (MINSU.id, SORA.id, "calendar")


async def answers(status: int, body: bytes = b"", **headers: str) -> web.StreamResponse:
    return web.Response(
        status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


BAD = {
    "a server error": (lambda server, request: answers(500), "http"),
    "not found": (lambda server, request: answers(404), "http"),
    "not modified, though nothing was ever read": (lambda server, request: answers(304), "http"),
    "a login page": (lambda server, request: answers(200, b"<!doctype html><html>Sign in</html>"), "not_a_calendar"),
    "nothing": (lambda server, request: answers(200), "not_a_calendar"),
    "half a calendar": (lambda server, request: answers(200, b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"), "not_a_calendar"),
    "100 MB": (lambda server, request: server.endless(request), "too_big"),
    "a compressed bomb": (lambda server, request: answers(200, TWO, Content_Encoding="gzip"), "encoded"),
    "a redirect to elsewhere": (lambda server, request: answers(302, Location="http://127.0.0.1:9/x.ics"), "moved"),
    "a redirect down to http": (lambda server, request: answers(301, Location="http://localhost/x.ics"), "moved"),
    "a redirect to nowhere": (lambda server, request: answers(302), "moved"),
    "a redirect to itself": (lambda server, request: answers(302, Location="/again.ics"), "moved"),
}


async def whole(url: str) -> None:
    found = await feed.read(url)
    assert found is not None
    await feed.expand(found.body, 0, 1, ZONE)


@pytest.mark.parametrize("how", BAD)
async def test_whatever_the_server_answers_is_a_code_and_never_its_secret_address(server: Server, how: str) -> None:
    answer, code = BAD[how]

    async def bad(request: web.Request) -> web.StreamResponse:
        return await answer(server, request)

    server.answer = bad
    with pytest.raises(feed.Unread) as raised:
        await whole(server.url)
    assert raised.value.code == code
    assert "secret-key" not in f"{raised.value} {raised.value.__cause__}"


async def test_nobody_there_and_a_server_that_hangs(server: Server) -> None:
    with pytest.raises(feed.Unread, match="unreachable"):
        await feed.read("http://127.0.0.1:9/x.ics")
    server.answer = server.hanging
    with pytest.raises(feed.Unread, match="timeout"):
        await feed.read(server.url, timeout=0.3)


async def test_a_redirect_on_the_same_server_is_followed(server: Server) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        if request.path != "/new.ics":
            return await answers(301, Location="/new.ics")
        return web.Response(body=TWO)

    server.answer = moved
    found = await feed.read(server.url)
    assert found is not None
    assert found.body == TWO


@pytest.mark.parametrize("how", ["a server error", "a login page", "100 MB"])
async def test_the_last_good_copy_stands_for_a_day_and_then_the_role_counts(
    desk: Desk, reader: Calendar, server: Server, how: str
) -> None:
    await reader.look()

    async def bad(request: web.Request) -> web.StreamResponse:
        return await BAD[how][0](server, request)

    server.answer = bad
    with capture_logs() as logged:
        await reader.turn()
        desk.clock.pass_(23 * HOUR)
        await desk.planned(desk.rota.planned)
        assert desk.on_call() == (SORA.id,), "also after a restart"
        desk.clock.pass_(2 * HOUR)
        await reader.turn()
    assert [line["event"] for line in logged] == ["calendar.not_read", "calendar.stale"]
    assert "secret-key" not in repr(logged)
    assert desk.on_call() == ()
    told = await desk.duties.told()
    assert (told.now.by, told.stale) == (Source.ROLE, True)
    for lang, words in {"en": "so the on-call role counts", "ko": "온콜 역할이 담당합니다"}.items():
        assert words in "\n".join(oncall_card(told, lang).lines)


async def test_until_it_was_read_the_role_counts_and_the_answer_says_so(desk: Desk, reader: Calendar) -> None:
    told = await desk.duties.told()
    assert (told.now.by, told.calendar) == (Source.ROLE, 0.0)
    assert "could not be read yet" in "\n".join(oncall_card(told, "en").lines)


async def test_an_admin_puts_somebody_on_call_while_the_calendar_is_away(desk: Desk, reader: Calendar) -> None:
    await desk.duties.override(SORA, ADMIN, "1h")
    assert desk.on_call() == (SORA.id,)


async def test_events_that_name_nobody_known_are_counted_and_the_role_counts(
    desk: Desk, reader: Calendar, server: Server
) -> None:
    server.body = TWO.replace(b"Minsu Kim", b"somebody else")
    with capture_logs() as logged:
        await reader.look()
    await desk.rota.refresh()
    assert desk.on_call() == ()
    assert [(line["event"], line["unknown"]) for line in logged] == [("calendar.not_understood", 1)]


async def test_names_change_with_the_file_at_the_next_start(desk: Desk, reader: Calendar, server: Server) -> None:
    await reader.look()
    again = replace(reader, names=Names({"minsu kim": SORA.id}))
    again._copy = None
    await again.look()
    await desk.rota.refresh()
    assert desk.on_call() == (SORA.id,)
