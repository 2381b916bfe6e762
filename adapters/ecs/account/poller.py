"""One reader of services for everybody who waits: ten in a call, each as often as it is worth.

Who asks first asks for the others too. An answer is given again until its service is worth another look.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from adapters.ecs.account.faults import error
from adapters.ecs.account.pace import Pace
from bot.errors import AdapterError

MOST = 10  # services that DescribeServices takes at once
GATHERED = 0.2  # seconds that a look waits for others where there are others; a fresh one where one call is not enough
HINTED = 5.0  # seconds between looks at what hints are heard of: they come sooner
FOLLOWED = 30.0  # seconds since somebody asked, in which a service is read along with others
NEVER = float("-inf")
Ask = Callable[[str, Sequence[str]], Awaitable[Mapping[str, Any]]]
"""DescribeServices of these services of one cluster, with ``services`` and ``failures`` in it."""


@dataclass
class Followed:
    """``asked``: when last, ``due``: when it is worth another look; monotonic seconds.

    ``began``: the number of the request whose answer is ``seen``; questions and requests are numbered together, so that
    an answer is known to be younger than a question. ``hinted``: hints of this rollout were heard.
    ``wanted``: somebody waits for such a one.
    """

    name: str
    asked: float = NEVER
    began: int = 0
    due: float = NEVER
    wanted: bool = False
    alone: bool = False
    hinted: bool = False
    seen: dict[str, Any] | None = None
    failed: tuple[int, AdapterError] | None = None
    pace: Pace = field(default_factory=Pace)


class Poller:
    """``slower``: by how much AWS wants the pauses stretched. ``listens``: whether hints would be heard now.

    ``now``: epoch seconds; ``clock``: monotonic.
    """

    def __init__(
        self,
        ask: Ask,
        slower: Callable[[], float] = lambda: 1.0,
        *,
        listens: Callable[[], bool] = lambda: False,
        gathered: float = GATHERED,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask, self._slower, self._listens, self._now, self._clock = ask, slower, listens, now, clock
        self._gathered = gathered
        self._clusters: defaultdict[str, dict[str, Followed]] = defaultdict(dict)
        self._numbers = count(1)
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def service(self, cluster: str, name: str, *, fresh: bool = False) -> dict[str, Any] | None:
        """As DescribeServices says it; None: there is none of that name. ``fresh``: asked for after this call."""
        one = self._followed(cluster, name)
        one.asked = self._clock()
        if not fresh and one.asked < one.due:
            return one.seen
        came, one.wanted = next(self._numbers), True
        async with self._turns[cluster]:
            if not self._answered(one, came, fresh):
                crowd = len(self._around(cluster))
                await asyncio.sleep(self._gathered if crowd > (MOST if fresh else 1) else 0)
                await self._read(cluster, one)
        if one.failed is not None and one.failed[0] > came:
            problem = one.failed[1]
            raise error(problem.code, retry=problem.retry, **problem.facts)
        return one.seen

    def rolls(self, cluster: str, name: str) -> bool:
        """Whether a rollout was seen there of which nobody knows how long it will take."""
        pace = self._followed(cluster, name).pace
        return pace.rolling is not None and pace.usual is None and pace.tail is None

    def taught(self, cluster: str, name: str, lengths: Iterable[float]) -> None:
        """Seconds of its rollouts before."""
        self._followed(cluster, name).pace.taught(lengths)

    def soon(self, cluster: str, name: str) -> float:
        """Seconds until another look is worth it."""
        return max(0.0, self._followed(cluster, name).due - self._clock())

    def hurry(self, cluster: str) -> None:
        """Something of it was changed: what was seen is no answer any more."""
        for one in self._clusters[cluster].values():
            one.due = NEVER

    def hint(self, cluster: str, name: str) -> None:
        """Somebody says that it has changed, and so will say it again."""
        one = self._followed(cluster, name)
        one.due, one.hinted = NEVER, True

    def _around(self, cluster: str) -> list[Followed]:
        """Whoever is read along with others."""
        now = self._clock()
        return [one for one in self._clusters[cluster].values() if one.wanted or now - one.asked <= FOLLOWED]

    def _followed(self, cluster: str, name: str) -> Followed:
        return self._clusters[cluster].setdefault(name, Followed(name))

    def _answered(self, one: Followed, came: int, fresh: bool) -> bool:
        """By somebody else, while this one waited for his turn."""
        if one.began > came or (one.failed is not None and one.failed[0] > came):
            return True
        return not fresh and self._clock() < one.due

    async def _read(self, cluster: str, one: Followed) -> None:
        batch = self._batch(cluster, one)
        began = next(self._numbers)
        try:
            answer = await self._ask(cluster, [each.name for each in batch])
        except AdapterError as problem:
            if problem.code == "forbidden" and len(batch) > 1:
                return await self._apart(cluster, one, batch)
            for each in batch:
                each.failed, each.wanted = (began, problem), False
            return None
        found = _by_name(answer)
        for each in batch:
            self._saw(cluster, each, found.get(each.name), began)
        return None

    async def _apart(self, cluster: str, one: Followed, batch: Sequence[Followed]) -> None:
        """One of them may not be read, and AWS does not say which: from now on each is asked for by itself."""
        for each in batch:
            each.alone = True
        await self._read(cluster, one)

    def _batch(self, cluster: str, one: Followed) -> list[Followed]:
        """The one that is asked for, those that wait or are due, then those that soon will be: they cost nothing."""
        if one.alone:
            return [one]
        others = [each for each in self._around(cluster) if each is not one and not each.alone]
        others.sort(key=lambda each: (not each.wanted, each.due))
        return [one, *others][:MOST]

    def _shares(self, cluster: str) -> int:
        """Calls of one round: more of them come the less often."""
        return -(-len(self._around(cluster)) // MOST)

    def _saw(self, cluster: str, one: Followed, seen: dict[str, Any] | None, began: int) -> None:
        now = self._clock()
        one.seen, one.began, one.failed, one.wanted = seen, began, None, False
        pause = one.pace.pause(seen, now, self._now()) * self._slower() * self._shares(cluster)
        one.hinted = one.hinted and one.pace.rolling is not None
        one.due = now + (max(pause, HINTED) if one.hinted and self._listens() else pause)


def _by_name(answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What is missing is told as such; any other failure is not an answer."""
    for failure in answer.get("failures", ()):
        if failure.get("reason") != "MISSING":
            reason, detail = str(failure.get("reason", "")), str(failure.get("detail", ""))
            raise error("refused", reason=reason, message=detail, call="read")
    return {str(one.get("serviceName", "")): dict(one) for one in answer["services"]}
