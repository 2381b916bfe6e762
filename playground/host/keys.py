"""Keys of the host and of its deploy user: ed25519, OpenSSH format."""

from pathlib import Path

import asyncssh


def make_keys(folder: Path) -> str:
    """Writes host_key and user_key with their .pub; the host's public line."""
    folder.mkdir(mode=0o700)
    new_key(folder / "user_key")
    return new_key(folder / "host_key")


def new_key(path: Path) -> str:
    """Writes a new key and its .pub in place of an older one; the public line, "ssh-ed25519 AAAA…"."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(key.export_private_key())
    public: bytes = key.export_public_key()
    Path(f"{path}.pub").write_bytes(public)
    return " ".join(public.decode("ascii").split()[:2])
