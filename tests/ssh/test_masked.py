"""On a real host: no value of an env file leaves it, whichever file the unit reads it from."""

from __future__ import annotations

import pytest

from bot.ports import Logs
from playground.host import until
from tests.ssh.conftest import Boot

pytestmark = pytest.mark.needs("systemd-host")
FILES = {"first.env": "first-secret-value", "second.env": "second-secret-value"}


async def test_a_unit_with_several_env_files_has_the_values_of_each_masked(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    assert isinstance(adapter, Logs)
    folder = f"/etc/systemd/system/{bed.host.setup.unit}.service.d"
    for name, value in FILES.items():
        await bed.host.exec(["sh", "-c", f"cat > /etc/{name}"], stdin=f"TOKEN={value}\n".encode())
    named = "".join(f"EnvironmentFile=/etc/{name}\n" for name in FILES)
    says = f"ExecStartPre=/bin/echo tokens: {' '.join(FILES.values())}\n"
    await bed.host.exec(
        ["sh", "-c", f"mkdir -p {folder} && cat > {folder}/env.conf"], stdin=f"[Service]\n{named}{says}".encode()
    )
    await bed.host.exec(["systemctl", "daemon-reload"])
    await bed.host.exec(["systemctl", "restart", bed.host.setup.unit])

    async def said() -> bool:
        return "tokens:" in await adapter.logs(200)

    await until(said, 10, "the unit said nothing")
    assert "tokens: *** ***" in await adapter.logs(200)
    await adapter.close()
