"""`make demo TOUR=1`: the life of a deploy over the same wire as the page, told by the people's own clicks.

    from playground import tour
    passed, failed = await tour.run(stage)        # a stage that is set up; prints a line a step

Each step checks truth beside the card: the application's own /version, the hosts' effects, the ledger's rows.
"""

from playground.tour.run import run

__all__ = ["run"]
