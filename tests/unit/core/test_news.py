from reconciler.core.news import drift_notes, news
from reconciler.model.journal import DriftNote, DriftWord
from reconciler.model.verdict import Cause, Verdict
from reconciler.records import replace
from tests.support.plans import LINK, NOW, ORDERS, finding, in_sync, pause, plan_of

MOVED = pause("orders.a", cause=Cause.DRIFT)
OTHER = pause("orders.b", cause=Cause.DRIFT)


def test_the_first_drift_is_new() -> None:
    found = news({}, plan_of(MOVED))

    assert (found.new, found.changed, found.resolved) == ((MOVED,), (), ())
    assert list(found.known) == [str(MOVED.address)]


def test_no_drift_is_no_news() -> None:
    assert not news({}, plan_of(in_sync(LINK.of("orders.a"), "ACTIVE"))).is_any


def test_the_same_drift_is_no_news() -> None:
    known = news({}, plan_of(MOVED)).known
    later = replace(MOVED, reason="it has been so for 3h")

    assert not news(known, plan_of(later)).is_any


def test_drift_that_goes_another_way_has_changed() -> None:
    known = news({}, plan_of(MOVED)).known
    other = replace(MOVED, before="FAILED")

    found = news(known, plan_of(other))

    assert (found.new, found.changed, found.resolved) == ((), (other,), ())


def test_what_does_not_drift_any_more_is_resolved() -> None:
    known = news({}, plan_of(MOVED, OTHER)).known

    found = news(known, plan_of(OTHER, in_sync(MOVED.address, "PAUSED")))

    assert (found.new, found.changed, found.resolved) == ((), (), (str(MOVED.address),))
    assert list(found.known) == [str(OTHER.address)]


def test_what_could_not_be_observed_is_not_resolved() -> None:
    """An outage of the vendor would otherwise close every alert, and open them again."""
    known = news({}, plan_of(MOVED)).known

    found = news(known, plan_of(finding(LINK, Verdict.UNOBSERVED, "no answer")))

    assert (found.is_any, found.known) == (False, known)


def test_what_drifts_elsewhere_meanwhile_is_news_all_the_same() -> None:
    known = news({}, plan_of(MOVED)).known
    failed = replace(finding(ORDERS.of("t"), Verdict.BLOCKED, "it failed"), failed=True)

    found = news(known, plan_of(finding(LINK, Verdict.UNOBSERVED, "no answer"), failed))

    assert found.new == (failed,)
    assert list(found.known) == [str(MOVED.address), str(failed.address)]


def test_what_no_spec_names_any_more_is_resolved() -> None:
    known = news({}, plan_of(MOVED)).known

    assert news(known, plan_of(in_sync(ORDERS.of("t"), "never"))).resolved == (str(MOVED.address),)


def test_what_begins_changes_and_ends_is_written_down() -> None:
    marks = news({}, plan_of(MOVED, OTHER)).known
    known = {str(MOVED.address): "another", str(OTHER.address): marks[str(OTHER.address)]}
    third = pause("orders.c", cause=Cause.DRIFT, before="", reason="it is gone")
    plan = plan_of(MOVED, in_sync(OTHER.address, "PAUSED"), third)

    first = news({}, plan).known

    assert drift_notes(known, plan, NOW) == (
        DriftNote(NOW, third.address, DriftWord.FOUND, first[str(third.address)], "it is gone"),
        DriftNote(
            NOW,
            MOVED.address,
            DriftWord.CHANGED,
            first[str(MOVED.address)],
            f"ACTIVE, wanted PAUSED; {MOVED.reason}",
        ),
        DriftNote(NOW, OTHER.address, DriftWord.OVER),
    )


def test_a_document_that_is_not_judged_keeps_what_was_written_of_it() -> None:
    known = news({}, plan_of(MOVED)).known
    elsewhere = plan_of(in_sync(ORDERS.of("t"), "completed"))

    assert drift_notes(known, elsewhere, NOW) == ()


def test_a_whole_document_may_drift_and_be_over() -> None:
    failed = replace(finding(LINK, Verdict.BLOCKED, "it failed"), failed=True)
    notes = drift_notes({}, plan_of(failed), NOW)
    known = {str(note.address): note.mark for note in notes}

    assert [(note.address, note.word, note.message) for note in notes] == [
        (LINK, DriftWord.FOUND, "it failed")
    ]
    assert drift_notes(known, plan_of(in_sync(LINK.of("t"), "ACTIVE")), NOW) == (
        DriftNote(NOW, LINK, DriftWord.OVER),
    )
