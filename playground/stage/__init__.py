"""The stage of `make demo`, of its tour and of the life tests: a local Discord, two hosts, one repository, the bot.

    async with Stage([sys.executable, "-m", "bot"], kind="auto", language="ko") as stage:
        await stage.set_up()                       # hosts, a first version by hand, the bot connected
        stage.person("jieun"), stage.host("prod"), stage.ledger.deploys()
        sha = await stage.release("crashes")       # one commit on main, in both hosts' mirrors of the repository
        await stage.bot.kill(); await stage.bot.start()
        stage.events                               # what the set-up did and how long it took, live

Everything ends with the `async with`: the bot, the hosts and what they mounted, the folder. Should this process be
killed with -9, bot and hosts end with it; then only its folder in the temporary directory stays.
"""

from playground.stage.bot import BotProcess
from playground.stage.ledger import DeployRow, LedgerView
from playground.stage.stage import Event, Stage
from playground.stage.world import CAST, Language, world

__all__ = ["CAST", "BotProcess", "DeployRow", "Event", "Language", "LedgerView", "Stage", "world"]
