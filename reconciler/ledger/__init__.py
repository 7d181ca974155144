"""Our own memory: what we were about to do, what came of it, and who may write just now.

The vendor gives a run no id and a call no key, so a start that was sent twice is two runs. This room
remembers for it. An intent is durable before its call is sent; a ledger only ever takes starts away.

    protocol     what every ledger can do
    opening      a path or an URL to a ledger
    sqlite       a file, for one machine
    postgres     a database, for teams and for pipelines that forget their files
    stored       the ledger itself, over either
    writing, reading, leasing, looking_back
                 its parts: values to rows, rows to values, leases, history
    database     what it asks of a database
    migrations   the tables, version by version

Everything here is synchronous; whoever is not waits in a thread. Time and ids are arguments.
"""
