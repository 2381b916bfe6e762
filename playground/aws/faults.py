"""What goes wrong on purpose, once per queued fault, and how it looks on the wire.

kind                     what happens
lost_before              the connection is cut, nothing was done
lost_after_effect        it was done, then the connection is cut
throttled                refused as AWS words it: too many calls; nothing was done
500 · 503                a server's error, nothing was done
500_after_effect         it was done, the answer is a server's error
garbled                  it was done, the answer is 200 with half a text
denied                   IAM says no, whatever the keys may do
expired                  the session's token has expired
slow:SECONDS             the answer comes so late (real seconds)
late:SECONDS             UpdateService: DescribeServices shows the old state so much longer; RegisterTaskDefinition:
                         the lists do not have it so long (by the imitation's clock)
foreign_before           UpdateService: somebody else updates the service just before
foreign_after            UpdateService: somebody else updates the service just after
entry_failed             DeleteMessageBatch: its first entry fails
"""

KINDS = frozenset(
    [
        "lost_before",
        "lost_after_effect",
        "throttled",
        "500",
        "503",
        "500_after_effect",
        "garbled",
        "denied",
        "expired",
        "slow",
        "late",
        "foreign_before",
        "foreign_after",
        "entry_failed",
    ]
)
