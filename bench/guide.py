"""The team guide's own way ("AI Server CD"): one script over ssh, with its fixed sleep and its five tries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from playground.host import Host

HEALTHY = """
sleep 15
for try in 1 2 3 4 5; do
  if curl -sf -o /dev/null --max-time 3 {url}/health; then echo healthy; exit 0; fi
  sleep 5
done
echo unhealthy; exit 1
"""
DEPLOY = """
set -e
cd {path}
git rev-parse HEAD > /tmp/rollback_point
git fetch -q origin
git reset -q --hard origin/main
.venv/bin/python -m pip install -q -r requirements.txt
sudo -n systemctl restart {unit}
"""
ROLLBACK = """
set -e
cd {path}
git checkout -q $(cat /tmp/rollback_point)
.venv/bin/python -m pip install -q -r requirements.txt
sudo -n systemctl reset-failed {unit} || true
sudo -n systemctl restart {unit}
"""


@dataclass(frozen=True)
class Guide:
    host: Host

    async def deploy(self) -> bool:
        return await self._run(DEPLOY + HEALTHY)

    async def rollback(self) -> bool:
        return await self._run(ROLLBACK + HEALTHY)

    async def _run(self, script: str) -> bool:
        host = self.host
        text = script.format(path=host.app_folder, unit=host.setup.service, url=host.app_url)
        known = host.folder / "known_hosts"
        known.write_text(host.ssh.known_hosts, encoding="ascii")
        process = await asyncio.create_subprocess_exec(
            "ssh", "-F", "none", "-i", str(host.ssh.key_file), "-p", str(host.ssh.port),
            "-o", f"UserKnownHostsFile={known}", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            f"{host.ssh.user}@{host.ssh.address}", "bash", "-s",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await process.communicate(text.encode())
        if b"healthy" not in said:
            raise RuntimeError(f"the guide's script failed by itself: {said.decode(errors='replace')[-400:]}")
        return process.returncode == 0
