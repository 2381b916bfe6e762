"""The local GitHub itself: two ports on 127.0.0.1 (API, stored files), and the state behind them."""

import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Self

from aiohttp import web

from playground.faults import Faults
from playground.github.accounts import DEFAULT, Access, App
from playground.github.announcing import Announcer
from playground.github.courier import Courier
from playground.github.errors import PlaygroundError
from playground.github.faults import KINDS
from playground.github.hooks import Delivery
from playground.github.journal import Seen
from playground.github.pages import mount_pages
from playground.github.repository import Repo
from playground.github.rest import Api
from playground.github.rest.limits import Limits
from playground.github.signing import key_pair
from playground.github.state import State
from playground.github.store import Store


class LocalGithub:
    """`async with LocalGithub() as github:` starts and stops it. `now` may be replaced at any time."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.state = State(lambda: self.now())
        self.faults = Faults(KINDS)
        self.requests: list[Seen] = []
        self._api = Api(self.state, self.faults, self.requests)
        self._store = Store(self.state)
        self.courier = Courier(self.state.hooks)
        self.state.listener = Announcer(self.state.hooks)
        self._runners: list[web.AppRunner] = []

    @property
    def api(self) -> str:
        """What the client's base address is set to."""
        return self.state.api

    @property
    def limits(self) -> Limits:
        """The primary rate limit; `limits.per_hour` may be changed."""
        return self._api.limits

    @property
    def billed(self) -> int:
        """Requests that count against the hour."""
        return sum(one.billed for one in self.requests)

    async def start(self, port: int = 0) -> Self:
        api, files = web.Application(client_max_size=32 * 1024 * 1024), web.Application()
        mount_pages(api, self.state)
        self._api.mount(api)
        self._store.mount(files)
        self.state.api = self.state.web = await self._listen(api, port)
        self.state.blobs = await self._listen(files, 0)
        await self.courier.start()
        return self

    async def at_socket(self, path: Path) -> None:
        """The API at a Unix socket too, for a client that can be led to one but not to another address."""
        await web.UnixSite(self._runners[0], path).start()

    async def _listen(self, app: web.Application, port: int) -> str:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        self._runners.append(runner)
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self.courier.stop()
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def deliveries(self) -> list[Delivery]:
        """Every webhook delivery, oldest first; `courier.automatic = False` leaves them to `courier.send`."""
        return self.state.hooks.deliveries

    # Who may ask

    def token(
        self,
        login: str = "slipway-bot",
        *,
        permissions: Mapping[str, str] | None = None,
        repositories: Iterable[str] | None = None,
    ) -> str:
        """A fine-grained personal access token; `repositories` are the ones that it was made for, all by default."""
        text = f"github_pat_{secrets.token_hex(11)}_{secrets.token_hex(29)}"
        held = DEFAULT if permissions is None else permissions
        chosen = None if repositories is None else frozenset(one.lower() for one in repositories)
        self.state.grant(text, self.state.user(login), held, chosen)
        return text

    def classic_token(self, login: str = "slipway-bot") -> str:
        """A classic personal access token with the `repo` scope; unlike a fine-grained one it reads check runs."""
        text = f"ghp_{secrets.token_hex(18)}"
        self.state.access[text] = Access(text, self.state.user(login), {}, classic=True)
        return text

    def app(
        self,
        *,
        slug: str = "slipway",
        owner: str = "acme",
        permissions: Mapping[str, str] | None = None,
        repositories: Iterable[str] | None = None,
        events: tuple[str, ...] = (),
        hook: tuple[str, str] | None = None,
    ) -> App:
        """A GitHub App, installed on the owner's repositories; `hook` is its webhook's address and secret."""
        state, number = self.state, self.state.number()
        held = {**DEFAULT, "checks": "read"} if permissions is None else {"metadata": "read", **permissions}
        chosen = None if repositories is None else frozenset(one.lower() for one in repositories)
        bot, by = state.user(f"{slug}[bot]", "Bot"), state.user(owner, "Organization")
        client, installation = f"Iv23li{number:014d}", state.number() + 40_000_000
        state.apps[number] = App(
            number, slug, client, key_pair(len(state.apps)), installation, bot, by, held, chosen, events
        )
        if hook is not None:
            state.hooks.add(*hook, events or ("*",), app_id=number, installation=installation)
        return state.apps[number]

    def revoke(self, token: str) -> None:
        del self.state.access[token]

    # What there is

    def repository(self, full_name: str, *, private: bool = True) -> Repo:
        """The repository of that name, made empty when it is new."""
        known = self.state.repository(full_name)
        if known is None:
            if full_name.count("/") != 1:
                raise PlaygroundError(f"not owner/name: {full_name}")
            known = Repo(self.state, self.state.number(), full_name, private, self.now())
            self.state.repositories[full_name.lower()] = known
        return known

    def rename(self, repo: Repo, full_name: str) -> None:
        """Whoever asks for the old name is sent to the new one."""
        old = repo.full_name
        del self.state.repositories[old.lower()]
        repo.full_name = full_name
        self.state.repositories[full_name.lower()] = repo
        self.state.moved[old.lower()] = full_name
