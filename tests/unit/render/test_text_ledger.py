"""What a ledger holds, whom it waits for, and what was just written into it."""

import pytest

from reconciler.core.recall import Recollection, recall
from reconciler.model.address import Address, Kind
from reconciler.model.change import Action
from reconciler.model.journal import Actor, Binding, Journal, WordKind
from reconciler.model.outcome import Reply
from reconciler.records import replace
from reconciler.render.lines import plain
from reconciler.render.text_ledger import broken, leases, recorded, show
from reconciler.render.view import View
from tests.support.ledgers import (
    EAST,
    LINK_SCOPE,
    ORDERS,
    SCOPE,
    after,
    answer,
    intent,
    item,
    known,
    lease,
    level,
    sighting,
    word,
)
from tests.support.specs import NOW, SINCE, run

A = item("a", LINK_SCOPE, address=EAST.of("a"), since=None)
B = replace(A, topic="b", address=EAST.of("b"))
OPEN = intent("i9", 30, item("open"))
HELD = Journal(
    (
        known(
            intent("p", 0, A, B, action=Action.PAUSE),
            answer("p", scope=LINK_SCOPE, topic="a"),
            answer("p", scope=LINK_SCOPE, topic="b", reply=Reply.FAILED),
        ),
        known(intent("i1", 0), answer(request_id="r-1"), sighting(run=run("completed", after(1)))),
        known(intent("i2", 10), sighting("i2", 12, run("running"))),
        known(
            intent("i3", 20, item("no")),
            answer("i3", topic="no", reply=Reply.FAILED, message="422 no such topic"),
        ),
        known(intent("i4", 20, item("mute")), answer("i4", topic="mute")),
        known(OPEN),
    ),
    (
        word(WordKind.MARK, 40, "old", time=SINCE, address=ORDERS.of("old")),
        word(WordKind.BREAK, 41, ""),
        word(WordKind.FORGET, 42, "", scope="streamkap/sk.test/gone"),
    ),
    (level("a"),),
    (Binding("https://sk.test", "orders", "id-orders", NOW),),
    has_history=True,
)


def shown(held: Journal, **view: object) -> str:
    """The whole text."""
    return plain(show(recall(held), "ledger.db", View(**view)))


def test_everything_is_shown_and_what_waits_comes_first():
    assert shown(HELD, options=("--state-dir", "my state")) == (
        "Nobody has seen what became of:\n"
        "  ? Source/orders/mute  start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:20:00Z by ci: "
        "accepted, its run was never seen\n"
        "  ? Source/orders/open  start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:30:00Z by ci: "
        "no answer\n"
        "    do: plan again; if it stays unknown, look at the source at Streamkap, then say\n"
        "    reconciler ledger resolve Source/orders/mute --state-dir 'my state' --happened "
        "--reason …\n"
        "    reconciler ledger resolve Source/orders/mute --state-dir 'my state' --did-not-happen "
        "--reason …\n"
        "\n"
        "ClusterLink/east at confluent/cc.test/lkc-1/east-to-west\n"
        "  a\n"
        "    pause, asked 2026-11-22T12:00:00Z by ci: accepted\n"
        "    seen to hold: PAUSED, last noted 2026-11-22T12:00:00Z\n"
        "  b\n"
        "    pause, asked 2026-11-22T12:00:00Z by ci: refused\n"
        "\n"
        "Source/orders at streamkap/sk.test/id-orders\n"
        "  2026-11-22T12:41:00Z anna broke the lease (I looked)\n"
        "  mute\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:20:00Z by ci: accepted, its run "
        "was never seen\n"
        "  no\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:20:00Z by ci: refused: 422 no such "
        "topic\n"
        "  old\n"
        "    2026-11-22T12:40:00Z anna said when it ran: 2026-11-20T00:00:00Z (I looked)\n"
        "  open\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:30:00Z by ci: no answer\n"
        "  t\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:10:00Z by ci: seen running, "
        "undated\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:00:00Z by ci: seen completed, "
        "begun 2026-11-22T12:01:00Z\n"
        "\n"
        "Said of sources and links as a whole:\n"
        "  streamkap/sk.test/gone: 2026-11-22T12:42:00Z anna said to forget it (I looked)\n"
        "\n"
        "Names and the sources behind them:\n"
        "  NAME    ENDPOINT         SOURCE     SEEN\n"
        "  orders  https://sk.test  id-orders  2026-11-22T12:00:00Z\n"
        "\n"
        "Ledger: 7 topics, 2 of them without a known end; at ledger.db.\n"
    )


def test_v_says_where_each_call_came_from():
    local = intent("i2", 10, actor=Actor("anna"))
    held = Journal((known(intent("i1", 0), answer(request_id="r-1"), sighting()), known(local)))

    assert (
        "  t\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:10:00Z by anna: no answer\n"
        "      POST /sources/snapshot · intent i2\n"
        "    start for 2026-11-20T00:00:00Z, asked 2026-11-22T12:00:00Z by ci: seen running, begun "
        "2026-11-22T12:01:00Z\n"
        "      POST /sources/snapshot · intent i1 · request id r-1 · run https://ci.test/runs/7 · "
        "commit c0ffee\n"
    ) in shown(held, verbose=True)


@pytest.mark.parametrize(
    ("kind", "told"),
    [(WordKind.HAPPENED, "it is past"), (WordKind.DID_NOT, "it did not happen")],
)
def test_what_a_word_ended_is_told_with_the_word(kind, told):
    held = Journal((known(intent()),), (word(kind, said=replace(word(kind).said, reason="")),))

    assert f"asked 2026-11-22T12:00:00Z by ci: {told}\n    2026-11-22T12:03:00Z anna " in shown(
        held
    )


def test_long_lists_are_folded_and_v_unfolds_them():
    many = tuple(known(intent(f"i{n}", n)) for n in range(5))
    wide = known(intent("w", 0, *(item(f"w{n:02}") for n in range(60))))

    folded, whole = shown(Journal((*many, wide))), shown(Journal((*many, wide)), verbose=True)
    assert "    ... and 11 more, -v shows them\n    do: " in folded
    assert folded.count("  ? ") == 50
    assert "  ... and 11 more, -v shows them\n\nLedger" in folded
    assert "    ... and 2 older, -v shows them\n" in shown(Journal(many))
    assert "-v shows" not in whole
    assert whole.count("  ? ") == 61


def test_a_topic_without_a_name_goes_by_its_scope():
    held = Journal((), (word(WordKind.MARK, 1, time=SINCE),))

    assert shown(held).startswith("streamkap/sk.test/id-orders\n  t\n")


def test_an_empty_one_says_where_it_is():
    assert plain(show(Recollection(), "/x/ledger.db", View())) == (
        "Nothing is known of that at /x/ledger.db.\n"
    )


def test_leases_say_whose_they_are_and_how_long():
    held = (lease("a", "apply 1", 1, 5), lease("bb", "apply 2", 2, -5))

    assert plain(leases(held, NOW, "ledger.db")) == (
        "SCOPE  OWNER    TAKEN                 UNTIL\n"
        "a      apply 1  2026-11-22T12:00:00Z  2026-11-22T12:05:00Z (5m left)\n"
        "bb     apply 2  2026-11-22T12:00:00Z  2026-11-22T11:55:00Z (over)\n"
    )
    assert plain(leases((), NOW, "ledger.db")) == "Nobody holds a lease at ledger.db.\n"


ON_A = {"scope": LINK_SCOPE, "address": EAST}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(
            [word(WordKind.HAPPENED, address=ORDERS.of("t"))],
            "Recorded of 1 topic: the start happened.\n  Source/orders/t\n",
            id="happened",
        ),
        pytest.param(
            [word(WordKind.DID_NOT, topic=t, address=ORDERS.of(t)) for t in ("a", "b")],
            "Recorded of 2 topics: the start did not happen, and may be made again.\n"
            "  Source/orders/a\n  Source/orders/b\n",
            id="did-not-happen",
        ),
        pytest.param(
            [word(WordKind.MARK, address=ORDERS.of("t"), time=SINCE)],
            "Recorded of 1 topic: the run took place at 2026-11-20T00:00:00Z.\n  Source/orders/t\n",
            id="mark",
        ),
        pytest.param(
            [word(WordKind.FORGET, topic="", address=Address(Kind.SOURCE, "orders"))],
            "Recorded of all that is known there: it is forgotten.\n  Source/orders\n",
            id="forget",
        ),
        pytest.param(
            [word(WordKind.FORGET, topic="")],
            f"Recorded of all that is known there: it is forgotten.\n  {SCOPE}\n",
            id="forget-a-scope",
        ),
    ],
)
def test_what_was_recorded_is_told_address_by_address(words, told):
    end = f"{SCOPE}, by anna, in ledger.db\n"

    assert plain(recorded(words, "ledger.db")) == told + end


def test_whose_lease_was_broken_is_told():
    mine, other = lease("a", "apply 1", 1, 5), lease("b", "apply 2", 2, 5)

    assert plain(broken("a", mine, [other], NOW)) == (
        "Broken: a was held by apply 1, taken 2026-11-22T12:00:00Z, until 2026-11-22T12:05:00Z "
        "(5m left).\n"
    )
    assert plain(broken("c", None, [mine, other], NOW)) == (
        "Nobody holds c; nothing was done.\n  held: a by apply 1\n  held: b by apply 2\n"
    )


def test_an_age_is_told_in_units_that_people_use() -> None:
    aged = replace(level("a"), level="completed within 604800s")
    told = shown(replace(HELD, applied=(aged,)))

    assert "    seen to hold: completed within 7d, last noted 2026-11-22T12:00:00Z\n" in told
