"""One SSH connection to one host, kept open, opened again when dead. asyncssh is touched here and in ``pinned``.

Pinned host key, one key to log in with; no agent, no ~/.ssh/config, no terminal, no environment of ours. Every call
goes through ``Link.exchange`` and names three points, so that a test can kill the process at each:
``ssh.<call>.before``, ``.sent`` (the command and its input have left), ``.answered``.

A connection that dies inside ``conn.run(check=True)`` returns normally with ``exit_status`` None: here None is Lost.
A deadline of ours leaves the remote command running: whoever calls must be able to find it again.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import asyncssh

from adapters.transports.pinned import Pinned, algorithms
from bot.errors import AdapterError
from bot.ports import At, nowhere

CONNECT = 10.0  # seconds until TCP, key exchange and login must be done
KEEPALIVE, KEEPALIVES = 5.0, 3  # a half-open connection is given up after about 15 s
SESSIONS = 8  # sshd allows 10 at once on one connection (sshd_config, MaxSessions)
CAP = 1024 * 1024  # bytes of one answer

Heard = Callable[[bytes], None]


def _unheard(piece: bytes) -> None:
    """Nobody waits for a part of the output."""


asyncssh.set_log_level("WARNING")  # it tells every command otherwise


@dataclass(frozen=True)
class Login:
    """``host_key`` as in known_hosts ("ssh-ed25519 AAAA…"); ``key`` an OpenSSH private key; ``secret`` its name."""

    kind: str  # of the adapter, for its errors
    host: str
    port: int
    user: str
    host_key: str
    key: str = field(repr=False)
    secret: str = ""


@dataclass(frozen=True)
class Said:
    """What a remote command answered. It ended: ``status`` is its exit status, or -1 for a signal."""

    status: int
    out: bytes
    err: bytes


class Link:
    """Raises AdapterError: unreachable, host_key_changed, login_refused, key_unusable, lost, timeout, garbled."""

    def __init__(self, login: Login, at: At = nowhere) -> None:
        self._login = login
        self._at = at
        self._connection: asyncssh.SSHClientConnection | None = None
        self._opening = asyncio.Lock()
        self._sessions = asyncio.Semaphore(SESSIONS)

    async def call(self, name: str, command: str, stdin: bytes, deadline: float) -> Said:
        """Run one command; ``deadline`` in seconds covers everything, the connection too."""
        try:
            async with asyncio.timeout(deadline):
                return await self.exchange([name], command, lambda: stdin)
        except TimeoutError:
            raise self._error("timeout", retry=True, call=name, seconds=int(deadline)) from None

    async def exchange(
        self, names: Sequence[str], command: str, stdin: Callable[[], bytes], heard: Heard = _unheard
    ) -> Said:
        """One command for all that is named. Who waits has a deadline of their own.

        ``stdin`` is asked for once the session stands; until then ``names`` may grow, each by ``joins``. ``heard`` is
        told every piece of the output as it comes.
        """
        for name in names:
            self.joins(name)
        async with self._sessions:
            said = await self._run(names, command, stdin, heard)
        for name in names:
            self._at(f"ssh.{name}.answered")
        return said

    def joins(self, name: str) -> None:
        self._at(f"ssh.{name}.before")

    @contextlib.asynccontextmanager
    async def forwarded(self, name: str, path: str, host: str, port: int) -> AsyncIterator[None]:
        """``path`` becomes a socket of this machine that leads to ``host:port`` as the far side sees it."""
        self._at(f"ssh.{name}.before")
        connection = await self.connection()
        try:
            listener = await connection.forward_local_path_to_port(path, host, port)
        except (OSError, asyncssh.Error) as error:
            raise self._lost(name, error) from None
        try:
            self._at(f"ssh.{name}.sent")
            yield
        finally:
            listener.close()
            await listener.wait_closed()
        self._at(f"ssh.{name}.answered")

    async def forwards(self, host: str, port: int, within: float) -> str | None:
        """Why a forwarded connection fails: "refused" there, "forbidden" by sshd; None: it does not."""
        self._at("ssh.forward.before")
        connection = await self.connection()
        self._at("ssh.forward.sent")
        try:
            async with asyncio.timeout(within):
                _, writer = await connection.open_connection(host, port, encoding=None)
        except asyncssh.ChannelOpenError as error:
            return "forbidden" if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED else "refused"
        except TimeoutError:
            return "timeout"
        except (OSError, asyncssh.Error):
            return "lost"
        writer.close()
        self._at("ssh.forward.answered")
        return None

    async def connection(self) -> asyncssh.SSHClientConnection:
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._open()
            return self._connection

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await connection.wait_closed()

    async def _run(self, names: Sequence[str], command: str, stdin: Callable[[], bytes], heard: Heard) -> Said:
        name = names[0]
        process = await self._process(name, command)
        try:
            process.stdin.write(stdin())
            process.stdin.write_eof()
            await process.stdin.drain()
            for each in names:
                self._at(f"ssh.{each}.sent")
            cap = CAP * len(names)
            out, err = await asyncio.gather(_capped(process.stdout, cap, heard), _capped(process.stderr, cap, _unheard))
            await process.wait(check=False)
        except _TooMuch:
            raise self._error("garbled", retry=True, call=name) from None
        except (OSError, asyncssh.Error) as error:
            raise self._lost(name, error) from None
        finally:
            process.close()
        status = -1 if process.exit_signal else process.exit_status
        if status is None:
            raise self._lost(name, None)
        return Said(status, out, err)

    async def _process(self, name: str, command: str) -> asyncssh.SSHClientProcess[bytes]:
        """A session. Nothing has been sent before it stands, so a connection that died unseen is opened once more."""
        for again in (True, False):
            connection = await self.connection()
            try:
                return await connection.create_process(command, encoding=None, request_pty=False)
            except (OSError, asyncssh.Error) as error:
                await self.close()
                if not again:
                    raise self._lost(name, error) from None
        raise AssertionError

    async def _open(self) -> asyncssh.SSHClientConnection:
        client = Pinned()
        options = self._options()
        try:
            async with asyncio.timeout(CONNECT):
                connection, _ = await asyncssh.create_connection(
                    lambda: client, self._login.host, self._login.port, options=options
                )
        except TimeoutError:
            raise self._error("unreachable", retry=True, reason="timeout") from None
        except asyncssh.HostKeyNotVerifiable:
            raise self._error("host_key_changed", retry=False, fingerprint=client.offered or "?") from None
        except asyncssh.PermissionDenied:
            raise self._error("login_refused", retry=False, user=self._login.user) from None
        except (OSError, asyncssh.Error) as error:
            raise self._error("unreachable", retry=True, reason=_words(error)) from None
        return connection

    def _options(self) -> asyncssh.SSHClientConnectionOptions:
        try:
            key = asyncssh.import_private_key(self._login.key)
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise AdapterError(self._login.kind, "key_unusable", retry=False, secret=self._login.secret) from None
        try:
            pinned = asyncssh.import_public_key(self._login.host_key)
        except asyncssh.KeyImportError:
            raise AdapterError(self._login.kind, "host_key_unusable", retry=False, host=self._login.host) from None
        return asyncssh.SSHClientConnectionOptions(
            username=self._login.user,
            client_keys=[key],
            known_hosts=([pinned], [], []),
            server_host_key_algs=algorithms(self._login.host_key.split()[0]),
            agent_path=None,
            config=None,
            gss_host=None,
            preferred_auth="publickey",
            keepalive_interval=KEEPALIVE,
            keepalive_count_max=KEEPALIVES,
            connect_timeout=CONNECT,
            login_timeout=CONNECT,
        )

    def _lost(self, name: str, error: Exception | None) -> AdapterError:
        return self._error("lost", retry=True, call=name)

    def _error(self, code: str, *, retry: bool, **facts: object) -> AdapterError:
        return AdapterError(self._login.kind, code, retry=retry, host=self._login.host, **facts)


class _TooMuch(Exception):
    """More than the cap."""


async def _capped(stream: asyncssh.SSHReader[bytes], cap: int, heard: Heard) -> bytes:
    pieces, size = [], 0
    while piece := await stream.read(65536):
        size += len(piece)
        if size > cap:
            raise _TooMuch
        pieces.append(piece)
        heard(piece)
    return b"".join(pieces)


def _words(error: Exception) -> str:
    return (getattr(error, "reason", "") or getattr(error, "strerror", "") or type(error).__name__)[:100]
