"""What every ledger promises, kept by a file and by a real PostgreSQL."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from reconciler.errors import LedgerError, LedgerRefused
from reconciler.ledger.migrations import MIGRATIONS
from reconciler.ledger.protocol import Ledger
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.history import Entry, EntryKind
from reconciler.model.journal import (
    Actor,
    Binding,
    DriftNote,
    DriftWord,
    Journal,
    Lease,
    Said,
    Taken,
    WordKind,
)
from reconciler.model.outcome import Reply
from reconciler.records import replace
from tests.support.ledgers import (
    ANNA,
    CI,
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intent,
    item,
    key,
    known,
    lease,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, OLD, SINCE, run

ROOT = Path(__file__).parents[2]
NEWER = (*MIGRATIONS, ("ALTER TABLE reconciler_words ADD COLUMN later $TEXT",))


@pytest.fixture
def ledger(opened: Callable[..., Ledger]) -> Ledger:
    """A new ledger."""
    return opened()


def other_processes(verb: str, place: str, count: int) -> list[tuple[str, int]]:
    """Let processes do the same at the same time: what each said, and how it ended."""
    command = [sys.executable, "-m", "tests.support.ledger_process", verb, place]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(count)]
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    return [(process.communicate(timeout=60)[0], process.returncode) for process in running]


# --- opening -------------------------------------------------------------------------------------


def test_a_new_ledger_is_empty_and_has_no_history(ledger):
    assert ledger.journal() == Journal()


def test_a_ledger_that_was_there_has_history(opened):
    opened().close()

    assert opened().journal() == Journal(has_history=True)


def test_reading_where_there_is_none_shows_an_empty_one_and_makes_none(opened):
    first = opened(read_only=True)

    assert first.journal() == Journal()
    assert not opened(read_only=True).has_history
    assert not opened().has_history


def test_what_was_opened_to_be_read_is_not_written(opened):
    opened().intend(intent())
    reading = opened(read_only=True)

    with pytest.raises(LedgerError, match="opened to be read only"):
        reading.intend(intent("i2"))
    assert [r.intent for r in reading.intents()] == [intent()]
    assert reading.has_history


def test_a_reader_sees_what_is_written_later(opened):
    writing, reading = opened(), opened(read_only=True)

    assert reading.intents() == ()  # an absent ledger stays absent; one that exists is live
    writing.intend(intent())
    assert opened(read_only=True).intents() == (known(intent()),)


def test_an_older_ledger_is_brought_forward_with_all_it_holds(opened):
    old = opened()
    old.intend(intent())
    old.say([word(WordKind.RETRY)])
    old.close()

    new = opened(migrations=NEWER)

    assert new.journal() == Journal((known(intent()),), (word(WordKind.RETRY),), has_history=True)
    assert [row["later"] for row in new.export()["words"]] == [None]


def test_an_older_ledger_is_not_brought_forward_by_reading(opened):
    opened().close()

    with pytest.raises(LedgerRefused, match=r"older reconciler wrote it.*an apply"):
        opened(read_only=True, migrations=NEWER)
    assert opened().has_history


@pytest.mark.parametrize("read_only", [True, False])
def test_a_ledger_from_the_future_is_refused(opened, read_only):
    newer = opened(migrations=NEWER)
    newer.intend(intent())
    newer.close()

    with pytest.raises(LedgerRefused, match=r"a newer reconciler wrote it.*upgrade"):
        opened(read_only=read_only)
    assert opened(migrations=NEWER).intents() == (known(intent()),)


def test_a_migration_that_fails_changes_nothing(opened):
    broken = (*MIGRATIONS, ("CREATE TABLE reconciler_x (a $TEXT)", "ALTER TABLE nothing ADD a INT"))
    opened().close()

    with pytest.raises(LedgerError):
        opened(migrations=broken)
    assert opened(migrations=NEWER).has_history


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

    ledger.intend(rich)

    assert ledger.intents() == (known(rich),)


def test_times_keep_their_moment_whatever_their_zone(ledger):
    there = timezone(timedelta(hours=5, minutes=30))
    ledger.intend(intent("late", at=1))
    ledger.intend(replace(intent("early"), at=NOW.astimezone(there)))

    assert [r.intent.at for r in ledger.intents()] == [NOW, after(1)]


def test_intents_come_oldest_first_with_answers_and_sightings_in_order(ledger):
    late, early = intent("a", 9), intent("b", 1)
    answers = [
        answer("b", 2, Reply.UNKNOWN),
        answer("b", 3, status=200, request_id="r", message="m"),
    ]
    sightings = [sighting("b", 4), sighting("b", 5, run("completed"))]
    ledger.intend(late)
    ledger.intend(early)
    ledger.answer(answers)
    ledger.see(sightings)

    assert ledger.intents() == (known(early, *answers, *sightings), known(late))


def test_an_id_is_used_once(ledger):
    ledger.intend(intent())

    with pytest.raises(LedgerError):
        ledger.intend(intent("i1", 5, item("other")))
    assert ledger.intents() == (known(intent()),)


def test_intents_and_levels_of_some_scopes_only(ledger):
    both = intent("i1", 0, item("t"), item("u", "streamkap/z/two"))
    other = intent("i2", 0, item("t", "streamkap/h/three"))
    ledger.intend(both)
    ledger.intend(other)
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
    ledger.intend(intent())
    ledger.answer([answer(message="a\x00b\ud800c")])

    (record,) = ledger.intents()
    assert record.answers[0].message == "a\ufffdb?c"


def test_many_threads_may_write_at_once(ledger):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: ledger.intend(intent(f"i{n:02}")), range(24)))

    assert [r.intent.id for r in ledger.intents()] == [f"i{n:02}" for n in range(24)]


# --- durability ----------------------------------------------------------------------------------


def test_an_intent_survives_a_process_that_is_killed_right_after_it(place, opened):
    assert other_processes("die", place, 1) == [("", -9)]

    for read_only in (True, False):
        ledger = opened(read_only=read_only)

        assert ledger.journal() == Journal((known(intent()),), has_history=True)


# --- looking back --------------------------------------------------------------------------------


@pytest.fixture
def told(ledger: Ledger) -> Ledger:
    """A ledger with a start of two topics, a sighting, and a person's word."""
    ledger.intend(intent("i1", 0, item("t"), item("tt")))
    ledger.answer([answer("i1", 0, message="ok", request_id="r-7")])
    ledger.see([sighting("i1", 2)])
    ledger.say([word(WordKind.MARK, 3, address=ORDERS.of("t"), time=SINCE)])
    ledger.break_(LINK_SCOPE, Said(after(4), ANNA, "it hangs"))
    return ledger


MARK = Entry(
    after(3), EntryKind.WORD, "Source/orders/t", SCOPE, "t", "mark", "I looked", "", ANNA, SINCE
)
SEEN = Entry(
    after(2), EntryKind.SIGHTING, "Source/orders/t", SCOPE, "t", "running", "", "i1", None, after(1)
)
SAID = Entry(
    NOW,
    EntryKind.ANSWER,
    "Source/orders/t",
    SCOPE,
    "t",
    "accepted",
    "ok",
    "i1",
    request_id="r-7",
)
BROKE = Entry(after(4), EntryKind.WORD, "", LINK_SCOPE, "", "break", "it hangs", "", ANNA)


def started(topic: str) -> Entry:
    request = "POST /sources/snapshot"
    address = f"Source/orders/{topic}"
    return Entry(NOW, EntryKind.INTENT, address, SCOPE, topic, "start", request, "i1", CI)


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", [BROKE, MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source", [MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source/orders", [MARK, SEEN, SAID, started("t"), started("tt")]),
        ("Source/orders/t", [MARK, SEEN, SAID, started("t")]),
        ("Source/order", []),
    ],
)
def test_history_is_told_newest_first(told, prefix, expected):
    assert list(told.history(prefix)) == expected


def test_history_is_told_as_far_as_asked(told):
    assert told.history("", 2) == (BROKE, MARK)


def test_an_export_holds_every_row_and_is_json(told):
    told.note([level("a")])
    told.bind([Binding("e", "n", "i", NOW)])
    told.take([SCOPE], "a", NOW, after(5))
    told.note_drift([DriftNote(NOW, EAST, DriftWord.FOUND, "m")])

    exported = told.export()

    assert json.loads(json.dumps(exported)) == exported
    assert {table: len(rows) for table, rows in exported.items()} == {
        "intents": 1,
        "items": 2,
        "answers": 1,
        "sightings": 1,
        "words": 2,
        "applied": 1,
        "bindings": 1,
        "leases": 1,
        "drift": 1,
    }
    assert exported["leases"] == [
        {
            "scope": SCOPE,
            "owner": "a",
            "token": 1,
            "taken": "2026-11-22T12:00:00.000000+00:00",
            "expires": "2026-11-22T12:05:00.000000+00:00",
            "former": "",
        }
    ]


# --- leases --------------------------------------------------------------------------------------


def take(ledger: Ledger, owner: str, at: float = 0, *scopes: str) -> Taken:
    return ledger.take(scopes or ("a",), owner, after(at), after(at + 5))


def test_what_is_free_is_granted_in_order(ledger):
    assert take(ledger, "me", 0, "b", "a", "b") == Taken(
        (lease("a", "me", 1, 5), lease("b", "me", 1, 5)), ()
    )


def test_what_another_holds_is_told_and_the_rest_is_granted(ledger):
    take(ledger, "you", 0, "b")

    assert take(ledger, "me", 1, "a", "b", "c") == Taken(
        (lease("a", "me", 1, 6, taken=after(1)), lease("c", "me", 1, 6, taken=after(1))),
        (lease("b", "you", 1, 5),),
    )


def test_a_lease_that_is_over_is_taken_over_and_says_from_whom(ledger):
    take(ledger, "you")

    assert take(ledger, "me", 5).granted == (Lease("a", "me", 2, after(5), after(10), "you"),)


def test_a_released_lease_is_taken_from_nobody(ledger):
    ledger.release(take(ledger, "you").granted)

    assert take(ledger, "me", 1).granted == (Lease("a", "me", 2, after(1), after(6)),)


@pytest.mark.parametrize("again", [1, 9])
def test_taking_again_only_lengthens(ledger, again):
    """Also when it was over by then and nobody had taken it."""
    take(ledger, "me")

    assert take(ledger, "me", again).granted == (lease("a", "me", 1, again + 5),)


@pytest.mark.parametrize(("at", "expected"), [(0, True), (4.9, True), (5, False), (9, False)])
def test_a_lease_is_mine_until_it_is_over(ledger, at, expected):
    (mine,) = take(ledger, "me").granted

    assert ledger.is_mine(mine, after(at)) is expected


def test_a_lease_that_was_taken_over_is_mine_no_more(ledger):
    (lost,) = take(ledger, "you").granted
    (mine,) = take(ledger, "me", 5).granted

    assert not ledger.is_mine(lost, after(1))
    assert ledger.renew([lost], after(99)) == ()
    ledger.release([lost])
    assert ledger.leases() == (mine,)


def test_renewing_lengthens_what_is_mine(ledger):
    granted = take(ledger, "me", 0, "a", "b").granted
    ledger.break_("b", Said(after(1), ANNA))

    assert ledger.renew(granted, after(9)) == (lease("a", "me", 1, 9),)
    assert ledger.leases() == (lease("a", "me", 1, 9),)


def test_a_lease_that_nobody_took_can_be_renewed_although_it_is_over(ledger):
    (mine,) = take(ledger, "me").granted

    (renewed,) = ledger.renew([mine], after(60))
    assert ledger.is_mine(renewed, after(59))


def test_breaking_frees_and_is_remembered(ledger):
    (broken,) = take(ledger, "you").granted

    assert ledger.break_("a", Said(after(1), ANNA, "it hangs")) == broken
    assert not ledger.is_mine(broken, after(1))
    assert ledger.leases() == ()
    assert take(ledger, "me", 2).granted == (Lease("a", "me", 3, after(2), after(7)),)
    assert [(w.kind, w.scope, w.said.reason) for w in ledger.words()] == [
        (WordKind.BREAK, "a", "it hangs")
    ]


def test_breaking_what_nobody_holds_finds_nothing(ledger):
    assert ledger.break_("a", Said(NOW, ANNA)) is None


def test_leases_outlive_the_connection(opened):
    first = opened()
    take(first, "you")
    first.close()

    assert take(opened(), "me").held == (lease("a", "you", 1, 5),)


def test_one_of_many_processes_gets_the_lease(place, opened):
    """All of them also find no ledger, and each would make one."""
    answers = other_processes("take", place, 4)

    assert sorted(answers) == [("granted", 0), ("held", 0), ("held", 0), ("held", 0)]
    assert [one.token for one in opened().leases()] == [1]
