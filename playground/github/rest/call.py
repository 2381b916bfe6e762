"""One request on its way to a handler, and where handlers get their bearings."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.faults import Fault
from playground.github.accounts import Access
from playground.github.errors import ApiError, invalid, not_found
from playground.github.repository import Repo
from playground.github.state import State

MOST_PER_PAGE = 100


@dataclass
class Reply:
    """`data` is JSON unless `raw` says otherwise; a `location` is a redirect."""

    status: int = 200
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    kind: str = "application/json; charset=utf-8"


@dataclass
class Call:
    state: State
    method: str
    url: str
    """Without the query."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    text: bytes = b""
    access: Access | None = None
    fault: Fault = field(default_factory=Fault)
    links: str = ""

    @property
    def who(self) -> Access:
        if self.access is None:
            raise ApiError(401, "Requires authentication")
        return self.access

    @property
    def repo(self) -> Repo:
        """The repository of the path. What a token cannot see is not there."""
        name = f"{self.path['owner']}/{self.path['repo']}"
        found = self.state.repository(name)
        moved = self.state.moved.get(name.lower())
        if found is None and moved is not None:
            raise self._moved(name, moved)
        if found is None or (found.private and not self.who.reaches(found.full_name)):
            raise not_found()
        return found

    def _moved(self, old: str, new: str) -> ApiError:
        there = self.state.repository(new)
        if there is None or (there.private and not self.who.reaches(new)):
            return not_found()
        rest = self.url.partition(f"/repos/{old}")[2]
        target = f"{self.state.api}/repositories/{there.id}{rest}"
        status = 301 if self.method == "GET" else 307
        return ApiError(status, "Moved Permanently", headers={"Location": target}, url=target)

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object that was sent; nothing at all is an empty one."""
        if not self.text.strip():
            return {}
        try:
            parsed = json.loads(self.text)
        except ValueError:
            raise ApiError(400, "Problems parsing JSON") from None
        if not isinstance(parsed, dict):
            raise ApiError(400, "Body should be a JSON object")
        return parsed

    def wanted(self, name: str, kind: type, *, optional: bool = False) -> Any:
        """A field of the body; 422 as GitHub words it when it is missing or of another type."""
        given = self.body.get(name)
        if given is None:
            if optional:
                return None
            raise invalid(f'Invalid request.\n\n"{name}" wasn\'t supplied.')
        if not isinstance(given, kind) or (kind is int and isinstance(given, bool)):
            names = {str: "string", bool: "boolean", dict: "object", list: "array", int: "integer"}
            raise invalid(f"Invalid request.\n\nFor 'properties/{name}', {json.dumps(given)} is not a {names[kind]}.")
        return given

    def number(self, name: str) -> int:
        """A number of the path; GitHub answers 404 for anything else."""
        if not self.path[name].isdecimal():
            raise not_found()
        return int(self.path[name])

    def page(self, items: Sequence[Any], most: int | None = None) -> list[Any]:
        """The wanted page of the items, and the Link header that leads to the others."""
        size = min(max(_digits(self.query.get("per_page"), 30), 1), MOST_PER_PAGE)
        page = max(_digits(self.query.get("page"), 1), 1)
        count = len(items) if most is None else min(len(items), most)
        last = max(-(-count // size), 1)
        self.links = self._links(page, last)
        return list(items[:count][(page - 1) * size : page * size])

    def _links(self, page: int, last: int) -> str:
        steps = {"prev": page - 1 if page > 1 else 0, "next": page + 1 if page < last else 0}
        steps |= {"last": last if page < last else 0, "first": 1 if page > 1 else 0}
        rest = "&".join(f"{key}={value}" for key, value in self.query.items() if key != "page")
        address = f"{self.state.api}{self.url}?{rest}{'&' if rest else ''}page="
        return ", ".join(f'<{address}{to}>; rel="{name}"' for name, to in steps.items() if to)


def _digits(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise


Handler = Callable[[Call], Reply]


@dataclass(frozen=True)
class Route:
    """`name` is the call's name for faults; `needs` the permission, "" for none, "app" for a signed App token."""

    name: str
    method: str
    template: str
    handler: Handler
    needs: str = "metadata=read"
    billed: bool = True
