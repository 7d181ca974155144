"""Declare snapshots and mirror pauses in git, review a plan, apply exactly that.

The rooms, from the floor up (each may import only those below it):

    cli -> engine -> providers | ledger | spec | render -> core -> model -> errors

`sandbox` stands apart: it plays both vendors and imports nothing of the rest.
"""

__version__ = "0.1.0"
