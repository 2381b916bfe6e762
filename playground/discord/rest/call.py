"""One HTTP request on its way to a handler, and where handlers get their bearings."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from playground.discord import permissions
from playground.discord.errors import ApiError, Json
from playground.discord.limits.problems import invalid
from playground.discord.rights import Permission
from playground.discord.state import State
from playground.discord.state.guild import PUBLIC_THREAD, Channel
from playground.discord.state.messages import Attachment


@dataclass
class Call:
    """`path` holds the template's variables; `body` the JSON (or `payload_json`), `files` what was uploaded."""

    state: State
    gateway_url: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    files: list[Attachment] = field(default_factory=list)

    def channel(self, wanted: Permission = Permission.VIEW_CHANNEL) -> Channel:
        """The channel of the path, if the bot has the permissions there."""
        found = self.state.channel(self.path["channel_id"])
        permissions.need(self.state.guild, self.state.me, found, wanted)
        return found

    def readable(self, channel: Channel) -> bool:
        """Without Read Message History lists are empty."""
        if channel.guild_id is None:
            return True
        return bool(permissions.within(self.state.guild, self.state.me, channel) & Permission.READ_MESSAGE_HISTORY)

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A number from the query string; 50035 outside its range."""
        text = self.query.get(name, str(default))
        if not text.isdecimal() or not least <= int(text) <= most:
            raise invalid((name,), "NUMBER_TYPE_RANGE", f"int value should be between {least} and {most}.")
        return int(text)


Reply = tuple[int, Any]
Handler = Callable[[Call], Reply]
Route = tuple[str, str, Handler]
"""Method, path template as in Discord's OpenAPI description, handler."""


def sending(channel: Channel) -> Permission:
    """Which permission lets one post there."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.type == PUBLIC_THREAD else Permission.SEND_MESSAGES


async def read(request: web.Request, state: State) -> tuple[Any, list[Attachment]]:
    """Body and uploads. Raises 50109 for broken JSON or a wrong content type."""
    if request.content_type == "multipart/form-data":
        return await _multipart(request, state)
    if not request.can_read_body:
        return None, []
    if request.headers.get("Content-Type") != "application/json":
        raise ApiError(50109)
    return _parsed(await request.text()), []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise ApiError(50109) from None


async def _multipart(request: web.Request, state: State) -> tuple[Any, list[Attachment]]:
    form = await request.post()
    body: Json = _parsed(str(form.get("payload_json", "{}")))
    meta = body.get("data", body).get("attachments") or []
    described = {str(one.get("id")): one for one in meta}
    files = []
    for name, value in form.items():
        if isinstance(value, web.FileField):
            number = name.removeprefix("files[").removesuffix("]")
            files.append(_upload(state, value, described.get(number, {})))
    return body, files


def _upload(state: State, value: web.FileField, meta: Json) -> Attachment:
    filename = str(meta.get("filename") or value.filename)
    kinds = {"png": "image/png", "txt": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8"}
    kind = kinds.get(filename.rpartition(".")[2], "application/octet-stream")
    return Attachment(state.ids.next(), filename, kind, value.file.read(), meta.get("description"))
