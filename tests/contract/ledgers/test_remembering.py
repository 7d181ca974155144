"""What is written to a ledger comes back as it was, whoever dies or writes beside it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest

from reconciler.errors import LedgerError
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.journal import Actor, Binding, Journal, WordKind
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.contract.ledgers.others import other_processes
from tests.support.ledgers import (
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intend,
    intent,
    item,
    key,
    known,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, OLD, SINCE, run

# --- what is remembered --------------------------------------------------------------------------


def test_an_intent_comes_back_as_it_was(ledger):
    rich = intent(
        "i1",
        0.25,
        item("x/y", LINK_SCOPE, address=Address(Kind.CLUSTER_LINK, "a.b-c", "x/y/z")),
        item("a/b", since=None, parameters='{"filter":"x > \'%s\' and y = ?"}'),
        item("t", before=(key("completed", OLD), key("running"))),
        item("é\u2028"),
        actor=Actor("o'neill"),
        action=Action.STOP,
    )

    intend(ledger, rich)

    assert ledger.intents() == (known(rich),)


def test_times_keep_their_moment_whatever_their_zone(ledger):
    there = timezone(timedelta(hours=5, minutes=30))
    intend(ledger, intent("late", at=1))
    intend(ledger, replace(intent("early"), at=NOW.astimezone(there)))

    assert [r.intent.at for r in ledger.intents()] == [NOW, after(1)]


def test_intents_come_oldest_first_with_answers_and_sightings_in_order(ledger):
    late, early = intent("a", 9), intent("b", 1)
    answers = [
        answer("b", 2, Reply.UNKNOWN),
        answer("b", 3, status=200, request_id="r", message="m"),
    ]
    sightings = [sighting("b", 4), sighting("b", 5, run("completed"))]
    intend(ledger, late)
    intend(ledger, early)
    ledger.answer(answers)
    ledger.see(sightings)

    assert ledger.intents() == (known(early, *answers, *sightings), known(late))


def test_an_id_is_used_once(ledger):
    intend(ledger, intent())

    with pytest.raises(LedgerError):
        intend(ledger, intent("i1", 5, item("other")))
    assert ledger.intents() == (known(intent()),)


def test_intents_and_levels_of_some_scopes_only(ledger):
    both = intent("i1", 0, item("t"), item("u", "streamkap/z/two"))
    other = intent("i2", 0, item("t", "streamkap/h/three"))
    intend(ledger, both)
    intend(ledger, other)
    ledger.answer([answer("i1"), answer("i2", scope="streamkap/h/three")])
    ledger.see([sighting("i2", scope="streamkap/h/three")])
    ledger.note([level("a"), level("b", scope="confluent/x")])

    assert ledger.intents(["streamkap/z/two", "no"]) == (known(both, answer("i1")),)
    assert ledger.intents([]) == ()
    assert ledger.applied(["confluent/x"]) == (level("b", scope="confluent/x"),)
    assert ledger.journal([SCOPE]) == Journal((known(both, answer("i1")),))


def test_words_come_back_in_the_order_in_which_they_were_said(ledger):
    words = [
        word(WordKind.MARK, 9, address=ORDERS.of("t"), time=SINCE),
        word(WordKind.FORGET, 1, topic="", address=EAST),
    ]
    ledger.say(words[:1])
    ledger.say(words[1:])

    assert ledger.words() == tuple(words)


def test_a_level_takes_the_place_of_the_one_before(ledger):
    ledger.note([level("b"), level("a")])
    moved = level("a", address=ORDERS.of("a"), desired="active", level="ACTIVE", at=after(1))
    ledger.note([moved])

    assert ledger.applied() == (moved, level("b"))


def test_a_name_is_bound_to_the_source_it_had_last(ledger):
    first, other = Binding("https://sk", "n", "id1", NOW), Binding("https://a", "n", "id9", NOW)
    ledger.bind([first, other])
    moved = Binding("https://sk", "n", "id2", after(1))
    ledger.bind([moved])

    assert ledger.bindings() == (other, moved)


def test_text_that_no_database_holds_is_kept_readable(ledger):
    intend(ledger, intent())
    ledger.answer([answer(message="a\x00b\ud800c")])

    (record,) = ledger.intents()
    assert record.answers[0].message == "a\ufffdb?c"


def test_many_threads_may_write_at_once(ledger):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: intend(ledger, intent(f"i{n:02}")), range(24)))

    assert [r.intent.id for r in ledger.intents()] == [f"i{n:02}" for n in range(24)]


# --- durability ----------------------------------------------------------------------------------


def test_an_intent_survives_a_process_that_is_killed_right_after_it(place, opened):
    assert other_processes("die", place, 1) == [("", -9)]

    for read_only in (True, False):
        ledger = opened(read_only=read_only)

        assert ledger.journal() == Journal((known(intent()),), has_history=True)
