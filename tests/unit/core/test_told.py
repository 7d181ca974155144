"""Everything that a ledger adds to a judgement, at once."""

from reconciler.core.left_behind import Seen
from reconciler.core.parameters import parameters_of
from reconciler.core.told import Told, tell
from reconciler.model.change import Action
from reconciler.model.left_behind import LeftBehind, Remains
from reconciler.model.observed import Run
from reconciler.model.verdict import Cause, Verdict
from tests.support.hindsights import applied, deed, found, hindsight, specs, wanted
from tests.support.ledgers import CI, EAST, LINK_SCOPE, ORDERS, after, intent, item, known, sighting
from tests.support.specs import completed, mirroring, paused

EDITED = (
    "specs/a.yaml:20: Source/orders: t: the filter changed since the snapshot that satisfies it; "
    "raise `since` to run it again"
)


def test_causes_contests_edits_and_what_is_left_behind():
    rule, was = completed("t", filter="a > 2"), completed("t", filter="a > 1")
    start = known(
        intent("i9", 9, item(parameters=parameters_of(was))), sighting("i9", run=Run("completed"))
    )
    pauses = [deed(f"i{n}", n, Action.PAUSE) for n in (1, 2, 3)]
    known_ = hindsight(
        specs(rule, paused("t")),
        applied(paused("t"), "PAUSED"),
        deed("i4", 4, Action.PAUSE, "gone"),
        start,
        *pauses,
    )
    in_sync = found(ORDERS, Verdict.IN_SYNC)
    contest = "contested: paused 3 times in a row, last 2026-11-22T12:03:00Z, and changed back"

    told = tell([wanted(Action.PAUSE), in_sync], known_, Seen())

    assert told == Told(
        (wanted(Action.PAUSE, cause=Cause.DRIFT, note=f"{contest} each time"), in_sync),
        (
            f"ClusterLink/east/t: {contest} each time; find out by whom, or change the spec",
            EDITED,
        ),
        (LeftBehind(EAST.of("gone"), LINK_SCOPE, "gone", Remains.PAUSED, after(4), CI),),
    )


def test_without_a_ledger_nothing_is_added():
    findings = (wanted(Action.RESUME), found(ORDERS, Verdict.IN_SYNC))
    told = hindsight(specs(mirroring("t"), completed("t")), scopes={})

    assert tell(findings, told, Seen()) == Told(findings, (), ())
