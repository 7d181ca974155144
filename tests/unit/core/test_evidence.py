"""What the ledger testifies to."""

import pytest

from reconciler.core.evidence import Evidence, weigh
from reconciler.model.change import Action
from reconciler.model.journal import Binding, Journal, WordKind, source_scope
from reconciler.model.ledger import EMPTY, Attempt, AttemptState, LedgerView
from reconciler.model.observed import Run
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.ledgers import (
    HOST,
    SCOPE,
    after,
    answer,
    intent,
    item,
    key,
    known,
    sighting,
    word,
)
from tests.support.specs import NOW, OLD, SINCE, run, source, topic, unread

RUNNING, FAILED = run("running", after(1)), run("failed", after(1))
OPEN, ACCEPTED = AttemptState.OPEN, AttemptState.ACCEPTED
SEEN, ENDED = AttemptState.SEEN, AttemptState.ENDED


def weighed(*parts: object, runs: tuple[Run, ...] = ()) -> Evidence:
    """The evidence of intents and words, with these runs of topic `t` visible."""
    records = tuple(p for p in parts if hasattr(p, "intent"))
    words = tuple(p for p in parts if not hasattr(p, "intent"))
    return weigh(Journal(records, words), {SCOPE: source("orders", topic("t", *runs))}, after(99))


def attempts(*parts: object, runs: tuple[Run, ...] = ()) -> tuple[Attempt, ...]:
    return weighed(*parts, runs=runs).view.attempts


def attempt(state: AttemptState, at: float, run_time=None, **changes: object) -> Attempt:
    return replace(Attempt("id-orders", "t", SINCE, state, after(at), run_time), **changes)


def test_an_empty_journal_says_nothing():
    assert weigh(Journal(), {SCOPE: source("orders")}, NOW) == Evidence(EMPTY, ())


def test_a_journal_with_history_says_so():
    assert weigh(Journal(has_history=True), {}, NOW).view == LedgerView(has_history=True)


@pytest.mark.parametrize(
    ("more", "runs", "expected"),
    [
        ([], (), attempt(OPEN, 0)),
        ([answer(reply=Reply.UNKNOWN)], (), attempt(OPEN, 1)),
        ([answer()], (), attempt(ACCEPTED, 1)),
        ([], (RUNNING,), attempt(SEEN, 0, after(1))),
        ([answer()], (RUNNING,), attempt(SEEN, 1, after(1))),
        ([answer(reply=Reply.UNKNOWN)], (FAILED,), attempt(ENDED, 1, after(1))),
        ([answer()], (run("running"),), attempt(SEEN, 1)),
        ([answer(), sighting()], (), attempt(SEEN, 1, after(1))),
        ([answer(), sighting(run=FAILED)], (), attempt(ENDED, 1, after(1))),
        ([answer(), sighting()], (FAILED,), attempt(ENDED, 1, after(1))),
        ([answer(reply=Reply.FAILED), sighting()], (), attempt(SEEN, 1, after(1))),
        ([answer(reply=Reply.FAILED), answer(at=2)], (), attempt(ACCEPTED, 2)),
        ([answer(topic="other", reply=Reply.FAILED)], (), attempt(OPEN, 0)),
    ],
)
def test_an_attempt_is_what_answer_and_sight_make_of_it(more, runs, expected):
    assert attempts(known(intent(), *more), runs=runs) == (expected,)


@pytest.mark.parametrize("reply", [Reply.FAILED, Reply.BUSY, Reply.NOT_SENT])
def test_what_was_refused_is_no_attempt_and_owns_no_run(reply):
    evidence = weighed(known(intent(), answer(reply=reply)), runs=(RUNNING,))

    assert evidence == Evidence(EMPTY, ())


def test_only_starts_with_a_level_are_attempts():
    stop = known(intent(action=Action.STOP), answer())
    lost = known(intent("i2", 0, item(since=None)), answer("i2"))

    assert weighed(stop, lost, runs=(RUNNING,)) == Evidence(EMPTY, ())


def test_another_host_with_the_same_id_says_nothing():
    there = source_scope("other.test", "id-orders")
    record = known(intent("i1", 0, item("t", there)))

    assert attempts(record) == ()
    assert record.intent.items[0].scope != source_scope(HOST, "id-orders")


@pytest.mark.parametrize("seen", [source("orders"), source("orders", unread("t"))])
def test_what_could_not_be_seen_leaves_the_attempt_as_it_was(seen):
    journal = Journal((known(intent(), answer()),))

    assert weigh(journal, {SCOPE: seen}, NOW).view.attempts == (attempt(ACCEPTED, 1),)


# --- persons -------------------------------------------------------------------------------------


def test_what_did_not_happen_is_no_attempt_and_owns_no_run():
    word_ = word(WordKind.DID_NOT)

    assert weighed(known(intent()), word_, runs=(RUNNING,)) == Evidence(EMPTY, ())


def test_what_happened_is_over_and_dates_no_run():
    (one,) = attempts(known(intent(), answer(reply=Reply.UNKNOWN)), word(WordKind.HAPPENED))

    assert one == attempt(ENDED, 1, after(1))


def test_what_happened_and_is_visible_is_seen():
    assert attempts(known(intent()), word(WordKind.HAPPENED), runs=(RUNNING,)) == (
        attempt(SEEN, 0, after(1)),
    )


@pytest.mark.parametrize(
    "words",
    [
        [word(WordKind.DID_NOT, -1)],
        [word(WordKind.DID_NOT, 0)],
        [word(WordKind.DID_NOT, topic="other")],
        [word(WordKind.DID_NOT, scope="streamkap/h/other")],
        [word(WordKind.FORGET, topic="")],
        [word(WordKind.DID_NOT, 3), word(WordKind.HAPPENED, -1)][1:],
    ],
)
def test_words_on_something_else_change_nothing(words):
    assert attempts(known(intent()), *words) == (attempt(OPEN, 0),)


def test_the_last_word_counts():
    said = [word(WordKind.HAPPENED, 3), word(WordKind.DID_NOT, 4, topic="")]

    assert attempts(known(intent()), *said) == ()


@pytest.mark.parametrize("kind", [WordKind.HAPPENED, WordKind.DID_NOT])
@pytest.mark.parametrize("said", [1, 3])
def test_what_was_seen_outweighs_a_word_whichever_came_first(kind, said):
    seen = known(intent(), sighting(at=2))

    assert attempts(seen, word(kind, said)) == (attempt(SEEN, 0, after(1)),)


def test_another_try_ends_the_one_that_was_never_seen():
    tries = [known(intent("i1", 0), answer("i1", 1)), known(intent("i2", 5))]

    assert attempts(*tries, word(WordKind.RETRY, 4)) == (
        attempt(ENDED, 1, after(1)),
        attempt(OPEN, 5),
    )


@pytest.mark.parametrize(
    ("tries", "words"),
    [
        pytest.param([5], [], id="nobody wanted it"),
        pytest.param([], [word(WordKind.RETRY, 4)], id="it was not made yet"),
        pytest.param([5], [word(WordKind.RETRY, 6)], id="it was made before"),
        pytest.param([5], [word(WordKind.RETRY, -1)], id="it was wanted before the first"),
        pytest.param([5], [word(WordKind.MARK, 4, time=OLD)], id="something else was said"),
    ],
)
def test_without_another_try_it_stays_open(tries, words):
    records = [known(intent("i1", 0)), *(known(intent("i2", at)) for at in tries)]

    assert attempts(*records, *words)[0] == attempt(OPEN, 0)


def test_another_try_that_was_refused_ends_nothing():
    tries = [known(intent("i1", 0)), known(intent("i2", 5), answer("i2", 6, Reply.FAILED))]

    assert attempts(*tries, word(WordKind.RETRY, 4)) == (attempt(OPEN, 0),)


def test_what_was_seen_stays_seen_after_another_try():
    tries = [known(intent("i1", 0), sighting("i1")), known(intent("i2", 5))]

    assert attempts(*tries, word(WordKind.RETRY, 4))[0] == attempt(SEEN, 0, after(1))


def test_marks_date_the_topics_they_name_and_the_last_counts():
    words = (
        word(WordKind.MARK, 1, topic="", time=OLD),
        word(WordKind.MARK, 2, time=SINCE),
        word(WordKind.MARK, 3, scope="streamkap/h/unseen", time=SINCE),
        word(WordKind.RETRY, 4),
    )
    seen = {SCOPE: source("orders", topic("t"), topic("u"))}

    assert weigh(Journal((), words), seen, NOW).view.marks == {
        ("id-orders", "t"): SINCE,
        ("id-orders", "u"): OLD,
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "id-orders"),
        ([word(WordKind.FORGET, 1, topic="")], None),
        ([word(WordKind.FORGET, -1, topic="")], "id-orders"),
        ([word(WordKind.FORGET, 1, topic="t")], "id-orders"),
        ([word(WordKind.FORGET, 1, topic="", scope="streamkap/h/else")], "id-orders"),
        ([word(WordKind.RETRY, 1, topic="")], "id-orders"),
    ],
)
def test_a_name_is_bound_until_a_person_says_forget(said, expected):
    bound = (Binding("https://sk", "orders", "id-orders", NOW),)
    view = weigh(Journal((), tuple(said), (), bound), {}, NOW).view

    assert view.bindings.get(("https://sk", "orders")) == expected


# --- stops ---------------------------------------------------------------------------------------


def stop(at: float, reply: Reply = Reply.ACCEPTED, topic_: str = "u"):
    made = intent(f"stop{at}", at, item(topic_, since=None), action=Action.STOP)
    return known(made, answer(made.id, at, reply, topic=topic_))


def stopped(*parts: object) -> list[bool]:
    return [one.stopped_by_us for one in attempts(*parts)]


def test_a_stop_hits_the_last_start_of_every_topic_of_its_source():
    """Whatever topic it was asked for."""
    starts = [known(intent("i1", 0)), known(intent("i2", 5)), known(intent("i3", 9))]

    assert stopped(*starts, stop(7)) == [False, True, False]


@pytest.mark.parametrize("reply", [r for r in Reply if r is not Reply.ACCEPTED])
def test_a_stop_that_was_not_accepted_hits_nothing(reply):
    assert stopped(known(intent()), stop(7, reply)) == [False]


def test_a_stop_of_another_source_hits_nothing():
    made = intent("s", 7, item(scope="streamkap/h/other"), action=Action.STOP)
    other = known(made, answer("s", 7, scope="streamkap/h/other"))

    assert stopped(known(intent()), other) == [False]


@pytest.mark.parametrize(("ended", "expected"), [(6, False), (7, True), (8, True)])
def test_a_run_that_had_ended_was_not_stopped(ended, expected):
    record = known(intent(), sighting(at=ended, run=run("cancelled", after(1))))

    assert stopped(record, stop(7)) == [expected]


def test_a_run_that_was_under_way_was_stopped():
    assert stopped(known(intent(), sighting(at=6)), stop(7)) == [True]


# --- sightings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "runs", "expected"),
    [
        pytest.param(None, (), None, id="nothing"),
        pytest.param(None, (RUNNING,), RUNNING, id="seen"),
        pytest.param(None, (FAILED,), FAILED, id="seen to have ended"),
        pytest.param(RUNNING, (RUNNING,), None, id="seen again"),
        pytest.param(RUNNING, (FAILED,), FAILED, id="ended since"),
        pytest.param(run("pending"), (RUNNING,), RUNNING, id="has its time now"),
        pytest.param(FAILED, (run("completed", after(1)),), None, id="ended is ended"),
    ],
)
def test_what_is_news_is_written_back(last, runs, expected):
    seen = [] if last is None else [sighting(run=last)]
    news = () if expected is None else (sighting(at=99, run=expected),)

    assert weighed(known(intent(), *seen), runs=runs).sightings == news


def test_the_runs_of_several_topics_and_sources_are_kept_apart():
    two = source_scope(HOST, "id-two")
    bulk = intent("i1", 0, item("t"), item("u"), item("t", two))
    seen = {
        two: source("two", topic("t", FAILED)),
        SCOPE: source("orders", topic("t", RUNNING), topic("u")),
    }

    evidence = weigh(Journal((known(bulk, answer(topic="u")),)), seen, after(99))

    assert evidence.view.attempts == (
        attempt(SEEN, 0, after(1)),
        attempt(ACCEPTED, 1, topic="u"),
        attempt(ENDED, 0, after(1), source_id="id-two"),
    )
    assert evidence.sightings == (
        sighting(at=99, run=RUNNING),
        sighting(at=99, run=FAILED, scope=two),
    )


def test_order_of_the_journal_is_irrelevant():
    records = [known(intent("b", 0), answer("b")), known(intent("a", 0)), known(intent("c", -1))]
    runs = (run("completed", OLD), RUNNING)

    assert attempts(*records, runs=runs) == attempts(*records[::-1], runs=runs[::-1])


def test_before_is_what_keeps_an_old_run_from_being_ours():
    old = run("completed", OLD)
    record = known(intent("i1", 0, item(before=(key("completed", OLD),))))

    assert attempts(record, runs=(old,)) == (attempt(OPEN, 0),)
    assert attempts(known(intent()), runs=(old,)) == (attempt(ENDED, 0, OLD),)
