"""What goes wrong on purpose, once per queued fault, and how it looks on the wire.

kind                              what happens
lost_before_effect                the connection is cut, nothing was done
lost_after_effect                 it was done, then the connection is cut
502 · 502_after_effect            it was done, the answer is 502
502_before_effect · 500 · 503     nothing was done
garbled                           it was done, the answer is 200 with half a JSON text
secondary_limit[:SECONDS]         403 with Retry-After (60); nothing was done
secondary_limit_429[:SECONDS]     429 with Retry-After (60), as GitHub also answers; nothing was done
secondary_limit_no_header         403 without Retry-After; nothing was done
primary_limit[:SECONDS]           403, remaining 0, reset in so many seconds (3600); nothing was done
slow:SECONDS                      the answer comes so late (real seconds)
late:SECONDS                      dispatch: the run can be seen so much later (by the imitation's clock)
no_run_details · no_details       dispatch: 204 although details were asked for, as an older server does
foreign_run                       dispatch: somebody else dispatches the same workflow just before
main_moves                        dispatch: a commit lands on the ref just before
attempt_2                         dispatch: somebody re-runs the run at once
evicted                           dispatch: a newer run takes the pending place, this one is cancelled
"""

BEFORE = ("lost_before_effect", "502_before_effect", "500", "503")
AFTER = ("lost_after_effect", "502", "502_after_effect", "garbled", "slow")
LIMITS = ("secondary_limit", "secondary_limit_429", "secondary_limit_no_header", "primary_limit")
DISPATCH = ("late", "no_run_details", "no_details", "foreign_run", "main_moves", "attempt_2", "evicted")
KINDS = frozenset((*BEFORE, *AFTER, *LIMITS, *DISPATCH))
