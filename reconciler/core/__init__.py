"""Pure verbs: match, judge, gate, pack, order, digest.

No clock, no I/O, no library: time and knowledge are arguments, values go in and come out. If testing
something here needs a fake, it is in the wrong room.

    judge_mirrors, judge_runs    the two verdict tables, row by row
    links, sources               documents and observations to findings
    gates                        which starts may go now, which wait
    judge                        all of it, for all connections
    pack, search                 whole sources into the fewest calls
    steps                        findings to ordered steps
    evidence, ours               what the ledger testifies to, for the judge
    hindsight, told              specs and ledger side by side, and all that follows for the reader
    causes, contested            who moved, and who moves it back again and again
    parameters, left_behind      what was edited without effect, and what no spec names any more
    digest, before, outcomes     fingerprints, and the one word for an exit code
"""
