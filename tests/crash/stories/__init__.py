"""Every story of the crash walk, the cheap ones first: a point is walked in the first story that comes by it."""

from tests.crash.stories.duty import DUTY
from tests.crash.stories.gated import GATED
from tests.crash.stories.glass import GLASS
from tests.crash.stories.queue import QUEUE
from tests.crash.stories.story import Story
from tests.crash.stories.trouble import TROUBLE
from tests.crash.stories.usual import USUAL
from tests.crash.stories.waiting import WAITING
from tests.crash.stories.watched import WATCHED

__all__ = ["STORIES", "Story"]

STORIES = (*USUAL, *WAITING, *TROUBLE, *QUEUE, *GLASS, *WATCHED, *GATED, *DUTY)
