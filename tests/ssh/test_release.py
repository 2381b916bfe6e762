"""On a real host: the model that its env file names, and a mark of its unit while systemd has read it as it is."""

from __future__ import annotations

import pytest

from bot.errors import AdapterError
from bot.ports import Infrastructure, Models
from tests.ssh.conftest import Boot

pytestmark = pytest.mark.needs("systemd-host")


async def test_model_and_infrastructure_are_read_as_they_are(boot: Boot) -> None:
    bed = await boot(environment={"MODEL_ID": "org/qwen2.5-7b"})
    adapter = bed.adapter()
    assert isinstance(adapter, Models)
    assert isinstance(adapter, Infrastructure)
    assert await adapter.model("MODEL_ID") == "org/qwen2.5-7b"
    assert await adapter.model("OTHER_ID") is None
    first = await adapter.infrastructure()
    assert first is not None
    assert await adapter.infrastructure() == first

    folder = f"/etc/systemd/system/{bed.host.setup.unit}.service.d"

    async def drop_in(limit: int) -> None:
        text = f"[Service]\nLimitNOFILE={limit}\n".encode()
        await bed.host.exec(["sh", "-c", f"mkdir -p {folder} && cat > {folder}/more.conf"], stdin=text)

    await drop_in(4096)
    assert await adapter.infrastructure() == first  # systemd knows nothing of it yet
    await bed.host.exec(["systemctl", "daemon-reload"])
    second = await adapter.infrastructure()
    assert second not in (None, first)
    await drop_in(8192)
    assert await adapter.infrastructure() is None  # what is in force is no longer on disk
    await bed.host.exec(["systemctl", "daemon-reload"])
    assert await adapter.infrastructure() not in (None, first, second)
    await adapter.close()


async def test_a_host_that_is_away_is_an_error_that_may_pass(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter()
    assert isinstance(adapter, Models)
    await bed.unreachable()
    with pytest.raises(AdapterError) as error:
        await adapter.model("MODEL_ID")
    assert error.value.retry
    await adapter.close()
