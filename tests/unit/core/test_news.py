from reconciler.core.news import news
from reconciler.model.verdict import Cause, Verdict
from reconciler.records import replace
from tests.support.plans import LINK, ORDERS, finding, in_sync, pause, plan_of

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
